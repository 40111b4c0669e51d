"""A command takes what its annotations say; anything else is refused by the field's name."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.errors import (
    BulkWriteError,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WTimeoutError,
)

from shared.answers import open_answer
from shared.errors import AnydoorError, Conflict, Invalid, NotFound, Unavailable
from shared.messaging.commands import LONGEST_TEXT, NO_DATABASE, command

CANARY = "Maria Gonzalez"


class Shift(msgspec.Struct, forbid_unknown_fields=True):
    weekday: int
    opens: str


class Probe:
    name = "probe"

    @command
    def note(
        self,
        command_id: str,
        count: int,
        needs: list[str],
        shifts: list[Shift] = [],  # noqa: B006 (msgspec copies it)
        urgent: bool = False,
        way: Literal["phone", "none"] = "none",
        table: dict[str, int] | None = None,
    ) -> Any:
        return {"count": count, "shifts": shifts, "urgent": urgent, "table": table}


FITS: dict[str, Any] = {"command_id": "c-1", "count": 1, "needs": ["safety"]}


def test_arguments_that_fit_are_converted_and_the_result_is_json() -> None:
    given = FITS | {"shifts": [{"weekday": 1, "opens": "08:00"}], "table": {"a": 1}}
    assert Probe().note(**given) == {
        "count": 1,
        "shifts": [{"weekday": 1, "opens": "08:00"}],
        "urgent": False,
        "table": {"a": 1},
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"count": "1"}, "count"),
        ({"count": 1.5}, "count"),
        ({"count": None}, "count"),
        ({"count": True}, "count"),
        ({"count": {"$gt": ""}}, "count"),
        ({"needs": "safety"}, "needs"),
        ({"needs": ["safety", 5]}, "needs[1]"),
        ({"command_id": {"$ne": None}}, "command_id"),
        ({"urgent": "yes"}, "urgent"),
        ({"way": CANARY}, "way"),
        ({"table": {"a": CANARY}}, "table[...]"),
        ({"shifts": [{"weekday": 1}]}, "shifts[0]"),
        ({"shifts": [{"weekday": 1, "opens": "8", "color": "x"}]}, "shifts[0]"),
        ({"shifts": [{"weekday": CANARY, "opens": "8"}]}, "shifts[0].weekday"),
        ({"added": 1}, "added"),
        ({"self": 1}, "self"),
        ({"command_id": "x" * (LONGEST_TEXT + 1)}, "command_id"),
        ({"needs": ["x" * (LONGEST_TEXT + 1)]}, "needs"),
        ({"shifts": [{"weekday": 1, "opens": "x" * (LONGEST_TEXT + 1)}]}, "shifts"),
    ],
)
def test_an_argument_that_does_not_fit_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Probe.note(Probe(), **(FITS | change))
    assert refusal.value.field == field
    assert CANARY not in str(refusal.value)


@pytest.mark.parametrize("name", FITS)
def test_a_missing_argument_is_named(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Probe().note(**{key: value for key, value in FITS.items() if key != name})
    assert refusal.value.field == name
    assert "missing" in refusal.value.rule


@given(
    st.dictionaries(
        st.sampled_from(["command_id", "count", "needs", "shifts", "urgent", "way", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_whatever_arrives_is_taken_or_refused_by_field(arguments: dict[str, Any]) -> None:
    try:
        Probe().note(**arguments)
    except Invalid as refusal:
        assert refusal.field  # noqa: PT017 (either outcome is right)


def answer(error: dict[str, Any] | None, result: Any = None) -> bytes:
    return msgspec.json.encode({"result": result, "error": error})


def test_an_answer_is_its_result() -> None:
    assert open_answer("tips", answer(None, {"tip": "t"})) == {"tip": "t"}
    assert open_answer("tips", answer(None)) is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"exc_type": "Conflict", "exc_args": ["unit", "is taken", "next"]}, Conflict),
        ({"exc_type": "MethodNotFound", "exc_args": ["nothing"]}, NotFound),
        ({"exc_type": "IncorrectSignature", "exc_args": [CANARY]}, Invalid),
        ({"exc_type": "MalformedRequest", "exc_args": [CANARY]}, Invalid),
        ({"exc_type": "UnknownService"}, Unavailable),
        ({"exc_type": "ValueError", "exc_args": [CANARY], "value": CANARY}, Unavailable),
        ({"exc_type": "SystemExit"}, Unavailable),
        ({}, Unavailable),
    ],
)
def test_a_refusal_is_raised_again_and_a_crash_is_unavailable(
    error: dict[str, Any], kind: type[AnydoorError]
) -> None:
    with pytest.raises(kind) as raised:
        open_answer("tips", answer(error))
    assert type(raised.value) is kind
    assert CANARY not in str(raised.value)


class Store:
    """A service whose database says what it is told to."""

    name = "store"
    error: Exception

    @command
    def read(self) -> None:
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        ServerSelectionTimeoutError("canary"),
        NotPrimaryError("canary"),
        NetworkTimeout("canary"),
        WaitQueueTimeoutError("canary"),
        ExecutionTimeout("canary", 50),
        WTimeoutError("canary", 64),
        BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64, "errmsg": "x"}]}),
    ],
)
def test_a_database_that_is_away_is_told_as_such(error: Exception) -> None:
    store = Store()
    store.error = error
    with pytest.raises(Unavailable) as refused:
        store.read()
    assert (refused.value.field, refused.value.rule) == ("store", NO_DATABASE)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "error",
    [
        DuplicateKeyError("canary"),
        OperationFailure("canary", 2),
        BulkWriteError({"writeErrors": [{"code": 11_000}], "writeConcernErrors": [{"code": 64}]}),
        ValueError("canary"),
    ],
)
def test_what_is_wrong_with_one_record_stays_an_error(error: Exception) -> None:
    store = Store()
    store.error = error
    with pytest.raises(type(error)):
        store.read()

"""The catalogue: one frozen class an event, an explicit name, ids and codes only."""

from __future__ import annotations

import re
import typing
from typing import Any

import msgspec
import pytest

from shared.errors import BY_NAME, AnydoorError, Invalid, rebuild
from shared.events import (
    Event,
    EventType,
    all_types,
    by_name,
    event,
    from_data,
    to_data,
    type_of,
)
from shared.ids import derived_id, new_id

KINDS = [kind for kind in all_types() if not kind.name.startswith(("bench.", "probe."))]
PLAIN: set[Any] = {str, int, bool, list[str]}
PERSONAL = re.compile(
    r"name|contact|phone|email|address|street|note|text|message$|birth|latitude|longitude|url"
)
#: A code of the vocabulary, whatever its name sounds like.
CODES = {"contact_way"}
every_event = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def test_names_and_classes_are_one_to_one() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert len({kind.cls for kind in KINDS}) == len(KINDS)


def test_a_name_is_never_given_twice() -> None:
    with pytest.raises(ValueError, match=r"'tip\.received' is declared twice"):

        @event("tips", "tip.received")
        class Again(Event, frozen=True, kw_only=True):
            """It was received again."""


@every_event
def test_an_event_is_noun_dot_verb_and_says_one_sentence(kind: EventType) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+(\.v[2-9])?", kind.name)
    assert re.fullmatch(r"[A-Z].+\.", (kind.cls.__doc__ or "").strip()), "one sentence, please"
    assert kind.sentence
    assert "\n" not in kind.sentence


@every_event
def test_an_event_has_fields_for_ids_and_codes_only(kind: EventType) -> None:
    hints = typing.get_type_hints(kind.cls)
    fields = msgspec.structs.fields(kind.cls)
    assert fields, "an event says at least what it is about"
    for field in fields:
        assert hints[field.name] in PLAIN, field.name
        assert field.name in CODES or not PERSONAL.search(field.name), field.name


@every_event
def test_an_event_is_frozen_and_takes_its_fields_by_name(kind: EventType) -> None:
    config = kind.cls.__struct_config__
    assert config.frozen
    assert all(field.encode_name == field.name for field in msgspec.structs.fields(kind.cls))
    with pytest.raises(TypeError):
        kind.cls("positional")


@every_event
def test_an_event_survives_the_way_over_plain_data(kind: EventType) -> None:
    hints = typing.get_type_hints(kind.cls)
    made = {str: "id-1", int: 30, bool: True, list[str]: ["code"]}
    happened = kind.cls(**{name: made[hint] for name, hint in hints.items()})
    data = to_data(happened)
    assert from_data(kind.name, data) == happened
    assert from_data(kind.name, {**data, "added_later": 1}) == happened
    assert type_of(kind.cls) == by_name(kind.name)


def test_data_that_is_off_is_refused_by_field() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"\$\.tip"):
        from_data("tip.received", {"tip": 5})
    with pytest.raises(KeyError):
        from_data("tip.never_declared", {})


@pytest.mark.parametrize("cls", BY_NAME.values(), ids=lambda cls: cls.__name__)
def test_a_refusal_is_the_same_on_the_other_side_of_a_call(cls: type[AnydoorError]) -> None:
    raised = cls("field", "rule", "advice")
    found = rebuild(type(raised).__name__, list(raised.args))
    assert type(found) is cls
    assert (found.field, found.rule, found.advice) == ("field", "rule", "advice")


def test_a_foreign_error_is_not_rebuilt() -> None:
    assert rebuild("ValueError", ["secret"]) is None
    assert str(rebuild("Invalid", [1, None, ["x"], "more"])) == str(Invalid("1", "None", "['x']"))


def test_ids_sort_by_the_time_of_their_making() -> None:
    made = [new_id() for _ in range(2_000)]
    assert made == sorted(made)
    assert len(set(made)) == 2_000
    assert all(re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", one) for one in made)


def test_the_same_cause_has_the_same_derived_id() -> None:
    assert derived_id("a", "b") == derived_id("a", "b")
    assert len({derived_id("a", "b"), derived_id("ab"), derived_id("b", "a")}) == 3

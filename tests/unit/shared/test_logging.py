"""A log line carries ids, codes and counts; what a person typed cannot get into one."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from shared.errors import Invalid
from shared.logging import ALLOWED, set_up

CANARY = "Maria Gonzalez 555-0142"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    text = io.StringIO()
    set_up("probe", "DEBUG", text)
    yield text
    root.handlers[:] = handlers
    root.setLevel(level)


def only_line(written: io.StringIO) -> dict[str, Any]:
    (line,) = written.getvalue().splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_line_is_json_with_time_level_and_service(written: io.StringIO) -> None:
    logging.getLogger("shared.probe").info("ready", extra={"port": 8000})
    line = only_line(written)
    assert line["at"].endswith("+00:00")
    assert (line["level"], line["service"], line["message"]) == ("info", "probe", "ready")
    assert line["port"] == 8000


def test_extra_keys_outside_the_list_are_dropped(written: io.StringIO) -> None:
    logging.getLogger("services.tips").warning("tip", extra={"note": CANARY, "stream": "id-1"})
    assert CANARY not in written.getvalue()
    assert only_line(written)["stream"] == "id-1"


def test_the_text_of_an_exception_is_left_out_and_its_place_told(written: io.StringIO) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("portal.pages").exception("a page failed")
    assert CANARY not in written.getvalue()
    line = only_line(written)
    assert line["error"] == "ValueError"
    assert "test_logging.py" in line["where"]


def test_a_chain_of_exceptions_is_left_out_too(written: io.StringIO) -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as inner:
            raise RuntimeError(f"about {CANARY}") from inner
    except RuntimeError:
        logging.getLogger("shared.probe").exception("failed", stack_info=True)
    assert CANARY not in written.getvalue()


@pytest.mark.parametrize("name", ["pymongo.command", "amqp", "uvicorn.error", "nameko", "x"])
def test_what_other_libraries_fill_in_is_not_rendered(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).error("cannot handle %s of %r", CANARY, {"body": CANARY})
    assert CANARY not in written.getvalue()
    assert only_line(written)["message"] == "cannot handle %s of %r"


def test_an_exception_given_as_a_value_is_named_by_its_class(written: io.StringIO) -> None:
    logging.getLogger("shared.probe").error("failed", extra={"error": ValueError(CANARY)})
    assert CANARY not in written.getvalue()
    assert only_line(written)["error"] == "ValueError"


@pytest.mark.parametrize("value", [{"name": CANARY}, [CANARY], (CANARY,), object()])
def test_an_allowed_key_holds_no_structure(written: io.StringIO, value: object) -> None:
    logging.getLogger("shared.probe").error("failed", extra={"cause": value})
    assert CANARY not in written.getvalue()


def test_a_message_that_is_an_object_is_not_rendered(written: io.StringIO) -> None:
    logging.getLogger("pymongo").error(ValueError(CANARY))
    assert CANARY not in written.getvalue()


def test_no_allowed_key_is_one_for_what_people_say() -> None:
    personal = {"name", "contact", "note", "text", "body", "email", "phone", "address", "args"}
    assert personal.isdisjoint(ALLOWED)


def test_a_refusal_names_field_and_rule_only() -> None:
    refusal = Invalid("contact", "is longer than 200 characters", "shorten it")
    assert str(refusal) == "contact: is longer than 200 characters: shorten it"

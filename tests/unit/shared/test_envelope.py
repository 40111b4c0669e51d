"""The wire form follows CloudEvents 1.0.2: https://github.com/cloudevents/spec."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.registry import ServiceChanged
from shared.events.tips import TipReceived
from shared.messaging.envelope import Envelope, decode, encode, envelope
from shared.storage.commits import State, as_commit

AT = datetime(2026, 11, 5, 23, 59, 59, 120_000, tzinfo=UTC)
HAPPENED = [
    TipReceived(tip="tip-1", wants_door=True, area="XS-pine"),
    ServiceChanged(service="s", organization="o", fields=["phones"]),
]
COMMIT = as_commit(
    "cause-1",
    State("tip-1", 8, 1, {}),
    {},
    HAPPENED,
    at=AT,
    actor="agency-1",
    correlation="correlation-1",
)
FIRST = envelope("tips", COMMIT, 0, 41)


def on_the_wire() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encode(FIRST))
    return found


def test_the_required_attributes_are_there() -> None:
    wire = on_the_wire()
    assert wire["specversion"] == "1.0"
    assert wire["id"] == COMMIT["events"][0]["id"]
    assert wire["source"] == "/anydoor/tips"
    assert wire["type"] == "tip.received"
    assert wire["subject"] == "tip-1"
    assert wire["datacontenttype"] == "application/json"
    assert wire["data"] == {"tip": "tip-1", "wants_door": True, "area": "XS-pine"}


def test_attribute_names_are_lower_case_letters_and_digits() -> None:
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in on_the_wire())


def test_attribute_values_are_of_the_allowed_types_and_never_empty() -> None:
    for name, value in on_the_wire().items():
        if name == "data":
            continue
        assert type(value) in (str, int, bool)
        assert value != ""
        assert not isinstance(value, int) or -(2**31) <= value < 2**31


def test_the_time_is_rfc_3339_in_utc() -> None:
    assert on_the_wire()["time"] == "2026-11-05T23:59:59.120000Z"


def test_the_schema_is_an_absolute_uri_and_the_source_a_reference() -> None:
    wire = on_the_wire()
    assert urlsplit(wire["dataschema"]).scheme
    assert "#" not in wire["dataschema"]
    assert urlsplit(wire["source"]).path


def test_each_event_of_a_commit_has_its_place_in_the_stream() -> None:
    assert COMMIT["version"] == 7
    places = [envelope("tips", COMMIT, at, 1).streamversion for at in (0, 1)]
    assert places == [7, 8]


def test_an_event_is_received_as_it_was_sent() -> None:
    (received,) = decode(encode(FIRST))
    assert received.id == FIRST.id
    assert (received.source, received.type) == ("tips", "tip.received")
    assert (received.stream, received.version, received.sequence) == ("tip-1", 7, 41)
    assert (received.correlation, received.causation) == ("correlation-1", "cause-1")
    assert received.time == AT
    assert received.data == HAPPENED[0]
    assert received.envelope == FIRST


@given(st.integers(1, 60))
def test_a_batch_is_received_in_order(count: int) -> None:
    sent = [envelope("tips", COMMIT, 0, number) for number in range(1, count + 1)]
    assert [one.envelope for one in decode(encode(sent))] == sent


def test_attributes_added_later_are_passed_over() -> None:
    wire = on_the_wire() | {"partitionkey": "k"}
    wire["data"]["added_later"] = 1
    (received,) = decode(json.dumps(wire))
    assert received.data == HAPPENED[0]


REFUSED = (msgspec.MsgspecError, KeyError, UnicodeDecodeError)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"\xff\xfe\x00",
        b'"text"',
        b"[1, 2]",
        b"[[]]",
        b'{"id": "1"',
        encode(FIRST)[:-1],
        encode(FIRST) + b"x",
        encode(msgspec.structs.replace(FIRST, type="never.declared")),
        encode(msgspec.structs.replace(FIRST, data={"tip": None})),
        encode(msgspec.structs.replace(FIRST, data={})),
        json.dumps(on_the_wire() | {"sequence": "41"}).encode(),
        json.dumps(on_the_wire() | {"time": "yesterday"}).encode(),
    ],
)
def test_what_is_no_event_of_ours_is_refused(body: bytes) -> None:
    with pytest.raises(REFUSED):
        decode(body)


def test_an_envelope_is_not_to_be_changed() -> None:
    with pytest.raises(AttributeError):
        FIRST.subject = "other"  # type: ignore[misc]
    assert isinstance(FIRST, Envelope)

"""Every event has a class, a sample and a reader; a sample stays readable for ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from infra.docs.events import asyncapi
from services.topology import all_subscriptions, unread
from shared.events import EventType, all_types, by_name, to_data
from shared.messaging.envelope import decode

SAMPLES = Path(__file__).parent / "samples"
KINDS = [kind for kind in all_types() if not kind.name.startswith(("bench.", "probe."))]


def samples(kind: EventType) -> list[Path]:
    return sorted(SAMPLES.glob(f"{kind.name}*.json"))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_event_has_a_sample_that_its_class_reads_and_writes(kind: EventType) -> None:
    assert samples(kind), f"add tests/contract/samples/{kind.name}.json"
    for path in samples(kind):
        (received,) = decode(path.read_bytes())
        assert received.type == kind.name
        assert type(received.data) is kind.cls
        written = json.loads(path.read_text())["data"]
        assert msgspec.convert(to_data(received.data), kind.cls) == received.data
        assert set(written) <= {field.name for field in msgspec.structs.fields(kind.cls)}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_sample_fits_the_published_document(kind: EventType) -> None:
    document: Any = json.loads(asyncapi(KINDS, {}))
    payload = document["components"]["messages"][kind.name]["payload"]
    whole = {**payload, "components": document["components"]}
    for path in samples(kind):
        Draft202012Validator(whole).validate(json.loads(path.read_text()))


def test_every_sample_belongs_to_an_event() -> None:
    for path in SAMPLES.glob("*.json"):
        by_name(json.loads(path.read_text())["type"])


def test_every_event_has_a_reader() -> None:
    assert [name for name in unread() if not name.startswith(("bench.", "probe."))] == []


def test_every_queue_reads_an_event_of_the_catalogue_from_its_own_source() -> None:
    for sub in all_subscriptions():
        assert by_name(sub.event).source == sub.source


def test_no_queue_is_declared_twice() -> None:
    queues = [sub.queue for sub in all_subscriptions()]
    assert sorted(queues) == sorted(set(queues))

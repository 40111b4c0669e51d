"""What waits in a queue, or goes round after a failure, is not lost: it is not published again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.ids import new_id
from tests.support.backbone import Probe
from tests.support.programs import until

QUEUE = "listener.probe.said"


@pytest.fixture
def probe(tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str) -> Iterator[Probe]:
    """The probe, whose readers soon look for what they missed."""
    hasty = {"RETRY_DELAY_MS": "500", "TRIES_BEFORE_PARKING": "6", "RECONCILE_AFTER_S": "1"}
    with Probe(tmp_path, amqp_uri, mongo_uri, mongo_prefix, **hasty) as running:
        running.relay()
        running.services("sender", "listener")
        yield running


def published(probe: Probe, kind: str = "probe.said") -> int:
    """How many events of a type were given a number, each time they were published."""
    return probe.mailroom.last("sender", kind)


def test_an_event_that_fails_for_long_is_published_once_and_parked_once(probe: Probe) -> None:
    stream = new_id()
    probe.say(stream, mood="failing")
    until(lambda: probe.parked_of(QUEUE, stream))
    until(lambda: probe.holes(QUEUE) == [])
    assert published(probe) == 1
    assert len(probe.attempts(stream)) == 6


def test_a_backlog_longer_than_the_sweeps_patience_is_published_once(probe: Probe) -> None:
    slow = new_id()
    for _ in range(30):  # of one stream, so one after the other: nine seconds
        probe.say(slow, mood="slow")
    until(lambda: len(probe.heard(slow)) == 30)
    until(lambda: probe.holes(QUEUE) == [])
    assert published(probe) == 30
    assert len(probe.attempts(slow)) == 30

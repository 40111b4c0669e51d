"""The broker is disposable: what it loses is found by its numbers and published again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from infra.local.components import RabbitMQ
from shared.ids import new_id
from tests.support.backbone import Probe, let_broker_save
from tests.support.programs import frozen, until

QUEUE = "listener.probe.said"
CROWD = "crowd.probe.said"


@pytest.fixture
def probe(amqp_uri: str, mongo_uri: str, mongo_prefix: str, tmp_path: Path) -> Iterator[Probe]:
    """A probe of which nothing runs yet."""
    with Probe(tmp_path, amqp_uri, mongo_uri, mongo_prefix) as ready:
        yield ready


def say_much(probe: Probe, count: int) -> list[str]:
    """That many events on a tenth as many streams; the streams."""
    streams = [new_id() for _ in range(count // 10)]
    for _ in range(5):
        for stream in streams:
            probe.say(stream, times=2)
    return streams


def all_heard_once(probe: Probe, streams: Sequence[str]) -> bool:
    return all(sorted(probe.heard(stream)) == list(range(1, 11)) for stream in streams)


def test_what_a_queue_lost_is_asked_for_and_handled_once(probe: Probe) -> None:
    probe.services("sender")
    listener = probe.services("listener")
    probe.relay()
    early = say_much(probe, 50)
    until(lambda: all_heard_once(probe, early))
    listener.stop()
    streams = say_much(probe, 200)
    probe.all_published()
    assert probe.purge(QUEUE) > 0
    late = say_much(probe, 50)
    listener.start()
    until(lambda: all_heard_once(probe, [*early, *streams, *late]))
    until(lambda: probe.holes(QUEUE) == [])


def test_what_a_wiped_broker_lost_is_handled_once_and_all_goes_on(
    own_rabbitmq: RabbitMQ, mongo_uri: str, mongo_prefix: str, tmp_path: Path
) -> None:
    with Probe(tmp_path, own_rabbitmq.uri, mongo_uri, mongo_prefix) as probe:
        services = probe.keep(probe.prepared("tests.support.probe.run", "sender", "crowd"))
        listener = probe.services("listener")
        probe.relay()
        early = say_much(probe, 50)
        until(lambda: all_heard_once(probe, early))
        with frozen(listener):
            streams = say_much(probe, 300)
            probe.all_published()
            own_rabbitmq.wipe()
            own_rabbitmq.start()
        until(lambda: all_heard_once(probe, [*early, *streams]), 90)
        crowd = probe.db("crowd")["heard"]
        until(lambda: crowd.count_documents({}) == 350)
        until(lambda: probe.holes(QUEUE) == [])
        assert listener.is_running()
        assert services.is_running()
        failing, parked = new_id(), new_id()
        until(lambda: _said(probe, failing, "failing_twice"))
        until(lambda: _said(probe, parked, "failing"))
        until(lambda: probe.heard(failing) == [1], what="what is rejected comes back again")
        until(lambda: probe.parked_of(QUEUE, parked))


def _said(probe: Probe, stream: str, mood: str) -> bool:
    return bool(probe.say(stream, mood=mood, command_id=f"{mood}-{stream}"))


def test_a_reader_that_comes_later_is_given_all_there_was(probe: Probe) -> None:
    probe.services("sender", "crowd")
    probe.relay()
    streams = say_much(probe, 100)
    crowd = probe.db("crowd")["heard"]
    until(lambda: crowd.count_documents({}) == 100)
    probe.services("listener")
    until(lambda: all_heard_once(probe, streams))


def test_marks_that_were_lost_cost_duplicates_only(probe: Probe) -> None:
    probe.services("sender", "listener")
    probe.relay()
    streams = say_much(probe, 50)
    until(lambda: all_heard_once(probe, streams))
    until(lambda: probe.holes(QUEUE) == [])
    tried = len(probe.attempts(streams[0]))
    probe.db("backbone")["handled"].delete_many({})
    until(lambda: len(probe.attempts(streams[0])) > tried)
    until(lambda: probe.holes(QUEUE) == [])
    assert all_heard_once(probe, streams)


def test_a_broker_killed_again_and_again_loses_nothing(
    own_rabbitmq: RabbitMQ, mongo_uri: str, mongo_prefix: str, tmp_path: Path
) -> None:
    with Probe(tmp_path, own_rabbitmq.uri, mongo_uri, mongo_prefix) as probe:
        probe.keep(probe.prepared("tests.support.probe.run", "sender"))
        probe.keep(probe.prepared("tests.support.probe.run", "listener", "crowd"))
        probe.keep(probe.prepared("tests.support.probe.relay", "sender"))
        let_broker_save()
        streams: list[str] = []
        for _ in range(2):
            streams += say_much(probe, 100)
            own_rabbitmq.kill9()
            own_rabbitmq.start()
            until(lambda: _said(probe, "after", "fine"))
        until(lambda: all_heard_once(probe, streams), 90)
        crowd = probe.db("crowd")["heard"]
        until(lambda: crowd.count_documents({}) == 201)

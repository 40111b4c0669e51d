"""Processes of the backbone: how they start, refuse to start, live through trouble, and end."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from infra.local.components import Mongod, RabbitMQ
from infra.local.program import Program
from shared.ids import new_id
from shared.messaging.topology import close_socket, open_connection
from tests.support.backbone import Probe, let_broker_save
from tests.support.programs import until

QUEUE = "listener.probe.said"


@pytest.fixture
def probe(amqp_uri: str, mongo_uri: str, mongo_prefix: str, tmp_path: Path) -> Iterator[Probe]:
    """A probe of which nothing runs yet."""
    with Probe(tmp_path, amqp_uri, mongo_uri, mongo_prefix) as ready:
        yield ready


def last_line(ended: subprocess.CompletedProcess[str]) -> str:
    """The one line a process left on standard error, its log lines aside."""
    (line,) = [one for one in ended.stderr.splitlines() if not one.startswith("{")]
    return line


RUN_LISTENER = ("tests.support.probe.run", "listener")
RELAY = ("tests.support.probe.relay", "sender")
REAL_RELAY = ("shared.messaging.relay", "tips")


@pytest.mark.parametrize("command", [RUN_LISTENER, RELAY, ("services.topology",)])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEALTH_PORT", "many"),
        ("RETRY_DELAY_MS", "0"),
        ("AMQP_URI", "amqp://user:secret@host:port/"),
        ("MONGO_URI", "mongodb://user:sec@ret@host/"),
        ("TRIES_BEFORE_PARKING", "none"),
    ],
)
def test_wrong_settings_end_a_process_with_one_line(
    probe: Probe, command: tuple[str, ...], name: str, value: str
) -> None:
    ended = probe.run(*command, **{name: value})
    assert ended.returncode == 78
    line = last_line(ended)
    assert name in line
    assert "secret" not in line
    assert "sec@ret" not in line


@pytest.mark.parametrize("command", [RUN_LISTENER, REAL_RELAY])
def test_a_taken_health_port_ends_a_process_with_one_line(
    probe: Probe, command: tuple[str, ...], mongod: Mongod
) -> None:
    ended = probe.run(*command, HEALTH_PORT=str(mongod.port))
    assert ended.returncode == 78
    assert f"HEALTH_PORT {mongod.port} is taken" in last_line(ended)


def test_a_queue_with_other_arguments_ends_the_process_with_one_line(probe: Probe) -> None:
    connection = open_connection(probe.settings.amqp_uri)
    connection.channel().queue_declare(QUEUE, durable=True, auto_delete=False)
    close_socket(connection)
    ended = probe.run(*RUN_LISTENER)
    assert ended.returncode == 1
    line = last_line(ended)
    assert QUEUE in line
    assert "other arguments" in line
    assert "delete" in line


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("services.run",), "usage"),
        (("services.run", "nobody"), "no service 'nobody'"),
        (("shared.messaging.relay",), "usage"),
        (("shared.messaging.relay", "nobody"), "usage"),
        (("services.parked",), "usage"),
        (("services.parked", "burn"), "usage"),
    ],
)
def test_a_wrong_command_line_is_told_in_one_line(
    probe: Probe, command: tuple[str, ...], words: str
) -> None:
    ended = probe.run(*command)
    assert ended.returncode == 1
    assert words in last_line(ended)


def test_a_process_waits_for_components_that_come_up_later(
    own_rabbitmq: RabbitMQ, own_mongod: Mongod, tmp_path: Path
) -> None:
    with Probe(tmp_path, own_rabbitmq.uri, own_mongod.uri, "t") as probe:
        own_rabbitmq.stop()
        own_mongod.stop()
        programs = [probe.prepared(*RUN_LISTENER), probe.prepared(*RELAY)]
        for program in programs:
            program.launch()
        own_mongod.start()
        own_rabbitmq.start()
        for program in programs:
            program.wait_healthy()


def ends_cleanly(program: Program, within: float = 10.0) -> None:
    pid = program.pid
    assert pid
    began = time.monotonic()
    program.stop_seconds = 60
    program.stop()
    took = time.monotonic() - began
    assert program.exit_code == 0, program.log.read_text()[-2_000:]
    assert took < within, f"it took {took:.1f} s"


def test_an_idle_process_ends_cleanly_when_asked(probe: Probe) -> None:
    services = probe.services("sender", "listener", "crowd")
    relay = probe.relay()
    ends_cleanly(services)
    ends_cleanly(relay)


def test_a_busy_process_ends_cleanly_and_loses_nothing(probe: Probe) -> None:
    """Slow events are being handled, hundreds wait: it ends in time and the rest come again."""
    probe.services("sender")
    listener = probe.services("listener")
    probe.relay()
    stream = new_id()
    probe.say(stream, mood="slow", times=60)
    others = [new_id() for _ in range(40)]
    for other in others:
        probe.say(other, mood="slow", times=3)
    until(lambda: len(probe.attempts(stream)) >= 3)
    ends_cleanly(listener)
    assert len(probe.heard(stream)) < 60
    listener.start()
    until(lambda: len(probe.heard(stream)) == 60, 90)
    assert sorted(probe.heard(stream)) == list(range(1, 61))
    until(lambda: all(sorted(probe.heard(one)) == [1, 2, 3] for one in others), 90)
    assert not probe.parked(QUEUE)


def test_a_busy_relay_ends_cleanly_and_loses_nothing(probe: Probe) -> None:
    probe.services("sender", "listener")
    relay = probe.relay()
    streams = [new_id() for _ in range(10)]
    for turn in range(10):
        for stream in streams:
            probe.say(stream, times=5)
        if turn == 5:
            ends_cleanly(relay)
    relay.start()
    until(lambda: all(sorted(probe.heard(one)) == list(range(1, 51)) for one in streams))


def tried_more_than(probe: Probe, stream: str, times: int) -> bool:
    return len(probe.attempts(stream)) > times


def test_a_connection_closed_under_a_handler_neither_ends_the_process_nor_doubles_an_effect(
    own_rabbitmq: RabbitMQ, mongo_uri: str, mongo_prefix: str, tmp_path: Path
) -> None:
    with Probe(tmp_path, own_rabbitmq.uri, mongo_uri, mongo_prefix) as probe:
        services = probe.services("sender", "listener", "crowd")
        relay = probe.relay()
        pids = (services.pid, relay.pid)
        streams = [new_id() for _ in range(5)]
        for turn in range(4):
            for stream in streams:
                probe.say(stream, mood="slow")
            until(partial(tried_more_than, probe, streams[0], turn))
            own_rabbitmq.close_connections()
        until(lambda: all(sorted(probe.heard(one)) == [1, 2, 3, 4] for one in streams))
        crowd = probe.db("crowd")["heard"]
        until(lambda: crowd.count_documents({}) == 20)
        assert (services.pid, relay.pid) == pids
        assert not probe.parked(QUEUE)


def test_health_tells_whether_the_broker_is_there(
    own_rabbitmq: RabbitMQ, mongo_uri: str, mongo_prefix: str, tmp_path: Path
) -> None:
    with Probe(tmp_path, own_rabbitmq.uri, mongo_uri, mongo_prefix) as probe:
        services = probe.services("sender", "listener")
        until(lambda: probe.health()["ok"])
        let_broker_save()
        own_rabbitmq.kill9()
        until(lambda: not probe.health()["ok"], 30)
        own_rabbitmq.start()
        until(lambda: probe.health()["ok"])
        assert services.is_running()


def test_the_relay_s_health_tells_how_far_behind_it_is(probe: Probe) -> None:
    probe.services("sender", "listener")
    relay = probe.relay()
    probe.process = relay
    until(lambda: probe.health() == {"name": "relay-sender", **QUIET})
    stream = new_id()
    probe.say(stream)
    probe.all_published()
    until(lambda: probe.health() == {"name": "relay-sender", **QUIET, "broker": True})


QUIET = {"ok": True, "lag_s": 0.0, "broker": False}


def test_of_two_instances_each_event_reaches_one(probe: Probe) -> None:
    probe.services("sender")
    pids = [probe.services("listener").pid, probe.services("listener").pid]
    probe.relay()
    assert len(set(pids)) == 2
    streams = [new_id() for _ in range(20)]
    for _ in range(5):
        for stream in streams:
            probe.say(stream)
    until(lambda: all(sorted(probe.heard(one)) == [1, 2, 3, 4, 5] for one in streams))


def test_a_queue_deleted_under_a_service_is_declared_again_and_nothing_is_lost(
    probe: Probe,
) -> None:
    services = probe.services("sender", "listener", "crowd")
    probe.relay()
    probe.say("s")
    until(lambda: probe.heard("s") == [1])
    connection = open_connection(probe.settings.amqp_uri)
    connection.channel().queue_delete(QUEUE)
    close_socket(connection)
    probe.say("s")
    until(lambda: sorted(probe.heard("s")) == [1, 2])
    assert services.is_running()

"""Calls between programs: checked at the door, answered in time or refused in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import amqp
import pytest

from infra.local.components import RabbitMQ
from portal.backend import Backend
from shared.errors import AnydoorError, Conflict, Invalid, NotFound, Unavailable
from shared.ids import new_id
from shared.messaging.calls import Calls
from shared.messaging.commands import LONGEST_TEXT
from shared.messaging.topology import close_socket, open_connection
from shared.settings import load
from tests.support.backbone import Probe
from tests.support.programs import frozen, until


@pytest.fixture(scope="module")
def probe(
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Probe]:
    """The sender, running; nothing here publishes."""
    folder = tmp_path_factory.mktemp("probe")
    with Probe(folder, module_amqp_uri, mongo_uri, module_mongo_prefix) as running:
        running.services("sender")
        yield running


@asynccontextmanager
async def backend(probe: Probe, **settings: str) -> AsyncIterator[Backend]:
    made = Backend(load(probe.environment | settings))
    try:
        yield made
    finally:
        await made.close()


def call(probe: Probe, way: str, service: str, method: str, **arguments: Any) -> Any:
    """Call as a program does, or as the portal does."""
    if way == "program":
        return probe.calls.call(service, method, **arguments)

    async def ask() -> Any:
        async with backend(probe) as portal:
            return await portal.call(service, method, **arguments)

    return asyncio.run(ask())


both_ways = pytest.mark.parametrize("way", ["program", "portal"])
FITS = {"command_id": "c", "stream": "s"}


@both_ways
def test_a_command_is_answered(probe: Probe, way: str) -> None:
    stream = new_id()
    assert call(probe, way, "sender", "say", command_id=new_id(), stream=stream) == {"said": 1}


@both_ways
@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"stream": "s"}, "command_id"),
        ({}, "command_id"),
        (FITS | {"times": "3"}, "times"),
        (FITS | {"times": None}, "times"),
        (FITS | {"stream": {"$gt": ""}}, "stream"),
        (FITS | {"stream": ["s"]}, "stream"),
        (FITS | {"added": 1}, "added"),
        (FITS | {"stream": "x" * (LONGEST_TEXT + 1)}, "stream"),
        ({"command_id": "", "stream": "s"}, "command_id"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_by_name(
    probe: Probe, way: str, arguments: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        call(probe, way, "sender", "say", **arguments)
    assert refusal.value.field == field


@both_ways
def test_a_refusal_arrives_with_its_words(probe: Probe, way: str) -> None:
    with pytest.raises(Conflict) as refusal:
        call(probe, way, "sender", "refuse", command_id="c")
    assert refusal.value.args == ("unit", "is taken", "ask the next")


@both_ways
def test_a_crash_is_unavailable_and_its_text_stays_inside(probe: Probe, way: str) -> None:
    with pytest.raises(Unavailable) as refusal:
        call(probe, way, "sender", "crash", command_id="c")
    assert "canary" not in str(refusal.value)
    assert "canary" not in probe.log_text()


@both_ways
def test_a_method_there_is_not_is_not_found(probe: Probe, way: str) -> None:
    for method in ("nothing", "backbone", "__init__"):
        with pytest.raises(NotFound):
            call(probe, way, "sender", method)


@both_ways
def test_a_service_that_does_not_run_is_unavailable_at_once(probe: Probe, way: str) -> None:
    began = time.monotonic()
    with pytest.raises(Unavailable, match="nobody"):
        call(probe, way, "nobody", "say")
    assert time.monotonic() - began < 5


@both_ways
def test_a_call_ends_at_its_deadline_while_the_service_is_frozen(probe: Probe, way: str) -> None:
    with frozen(probe.process):
        began = time.monotonic()
        with pytest.raises(Unavailable, match="in time"):
            call(probe, way, "sender", "wait", seconds=0.0, deadline_s=0.5)
        assert 0.4 < time.monotonic() - began < 3
    assert call(probe, way, "sender", "wait", seconds=0.0) == 0.0


@both_ways
def test_a_call_ends_at_its_deadline_while_the_service_is_slow(probe: Probe, way: str) -> None:
    with pytest.raises(Unavailable, match="in time"):
        call(probe, way, "sender", "wait", seconds=3.0, deadline_s=0.3)
    assert call(probe, way, "sender", "wait", seconds=0.0) == 0.0


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"",
        b"[]",
        b"5",
        b"null",
        b"{}",
        b'{"args": []}',
        b'{"args": 5, "kwargs": 5}',
        b'{"args": ["positional"], "kwargs": {}}',
        b'{"args": [], "kwargs": {"self": 1}}',
        b"[" * 50_000,
    ],
)
@pytest.mark.parametrize("reply_to", [True, False])
def test_a_call_nobody_can_read_does_not_end_the_service(
    probe: Probe, body: bytes, reply_to: bool
) -> None:
    properties = {"reply_to": "nowhere", "correlation_id": "1"} if reply_to else {}
    connection = open_connection(probe.settings.amqp_uri)
    try:
        message = amqp.Message(
            body, content_type="application/json", content_encoding="utf-8", **properties
        )
        connection.channel().basic_publish(message, "nameko-rpc", "sender.say")
    finally:
        close_socket(connection)
    assert probe.calls.call("sender", "wait", seconds=0.0) == 0.0
    assert probe.process.is_healthy()


def test_many_calls_at_once_each_get_their_own_answer(probe: Probe) -> None:
    async def ask() -> list[float]:
        async with backend(probe) as portal:
            seconds = [n / 100 for n in range(40)]
            calls = (portal.call("sender", "wait", seconds=one) for one in seconds)
            return list(await asyncio.gather(*calls))

    assert asyncio.run(ask()) == [n / 100 for n in range(40)]


def test_the_portal_says_what_answers(probe: Probe) -> None:
    async def ask() -> dict[str, bool]:
        async with backend(probe) as portal:
            return await portal.health()

    found = asyncio.run(ask())
    assert found.pop("rabbitmq")
    assert set(found.values()) == {False}


@pytest.fixture
def broker(own_rabbitmq: RabbitMQ) -> RabbitMQ:
    return own_rabbitmq


def test_calls_end_in_time_and_work_again_whatever_the_broker_does(
    broker: RabbitMQ, mongo_uri: str, mongo_prefix: str, tmp_path: Path
) -> None:
    with Probe(tmp_path, broker.uri, mongo_uri, mongo_prefix) as probe:
        probe.keep(probe.prepared("tests.support.probe.run", "sender", "listener"))

        async def both(seconds: float) -> list[str]:
            """How each way of calling goes now: an answer or a refusal, within its time."""
            began = time.monotonic()
            async with backend(probe) as portal:
                portal_way = portal.call("listener", "wait", seconds=0.0, deadline_s=seconds)
                program_way = asyncio.to_thread(
                    probe.calls.call, "listener", "wait", seconds=0.0, deadline_s=seconds
                )
                results = await asyncio.gather(portal_way, program_way, return_exceptions=True)
            assert time.monotonic() - began < seconds + 3
            return [type(result).__name__ for result in results]

        def fine() -> bool:
            return asyncio.run(both(10)) == ["float", "float"]

        def inside() -> Any:
            return probe.calls.call("sender", "ask", target="listener", within_s=2.0)

        until(fine)
        assert inside()["answered"]
        broker.freeze()
        assert asyncio.run(both(1)) == ["Unavailable", "Unavailable"]
        broker.thaw()
        until(fine)
        broker.close_connections()
        until(fine)
        assert until(inside)["answered"]
        broker.kill9()
        assert asyncio.run(both(1)) == ["Unavailable", "Unavailable"]
        for begin in (broker.start, broker.wipe, broker.start):
            begin()
        until(fine)
        until(lambda: _answered(inside))


def _answered(inside: Any) -> bool:
    try:
        return bool(inside()["answered"])
    except AnydoorError:
        return False


@pytest.mark.parametrize("connected", [True, False])
def test_a_call_inside_a_service_ends_while_the_broker_is_frozen(
    broker: RabbitMQ, mongo_uri: str, mongo_prefix: str, tmp_path: Path, connected: bool
) -> None:
    """Its own deadline is kept under eventlet, where sockets wait in other ways."""
    with Probe(tmp_path, broker.uri, mongo_uri, mongo_prefix) as probe:
        probe.services("sender", "listener")
        if connected:
            assert probe.calls.call("sender", "ask", target="listener", within_s=9.0)["answered"]
        asking: dict[str, Any] = {"target": "listener", "within_s": 1.0, "after_s": 2.0}
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(probe.calls.call, "sender", "ask", **asking)
            until(lambda: probe.db("sender")["asking"].find_one({}))
            broker.freeze()
            time.sleep(6)  # longer than what the call may take, and than the wait before it
            broker.thaw()
            found = answer.result(60)
        assert not found["answered"]
        assert found["seconds"] < 3


def test_calls_can_be_shared_by_threads(probe: Probe) -> None:
    with Calls.connect(probe.settings) as calls, ThreadPoolExecutor(10) as pool:
        waits = [n / 200 for n in range(40)]
        answers = pool.map(lambda one: calls.call("sender", "wait", seconds=one), waits)
        assert list(answers) == waits

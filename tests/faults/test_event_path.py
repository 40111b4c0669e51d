"""Ten thousand events while everything is killed, cut and wiped: 0 lost, 0 twice, 0 gaps."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from infra.local.components import Component, Mongod, RabbitMQ
from tests.faults.event_path import Act, EventPath, at_random, check_all_arrived_once, trouble
from tests.support.backbone import let_broker_save
from tests.support.faultproxy import FaultProxy

EVENTS = 10_000
PROCESSES = ("alpha", "beta", "relay-portal", "relay-alpha", "door")

pytestmark = pytest.mark.timeout(420)


@contextmanager
def path_on(folder: Path, amqp_uri: str, mongod: Mongod) -> Iterator[EventPath]:
    """The running path, with the first events through it."""
    with EventPath(folder, amqp_uri, mongod) as path:
        path.start_all()
        path.send(50, 1_000)
        path.drained()
        path.progress.is_over = False
        let_broker_save()
        yield path


def killed(component: Component) -> Act:
    def kill() -> None:
        component.kill9()
        component.start()

    return Act(f"kill -9 {component.name}", kill)


def processes_killed(path: EventPath, times: int) -> list[Act]:
    return [Act(f"kill -9 {name}", partial(path.kill, name)) for name in PROCESSES] * times


@pytest.mark.parametrize("seed", [11])
def test_every_process_is_killed(
    own_rabbitmq: RabbitMQ, own_mongod: Mongod, tmp_path: Path, seed: int
) -> None:
    with path_on(tmp_path, own_rabbitmq.uri, own_mongod) as path:
        with trouble(path, at_random(EVENTS, seed, processes_killed(path, 5))):
            path.send(EVENTS, 150)
        path.drained()
        check_all_arrived_once(path)


@pytest.mark.parametrize("seed", [21, 22])
def test_the_database_is_killed(
    own_rabbitmq: RabbitMQ, own_mongod: Mongod, tmp_path: Path, seed: int
) -> None:
    """Losing a `published` mark may cost a duplicate, never a fact."""
    with path_on(tmp_path, own_rabbitmq.uri, own_mongod) as path:
        with trouble(path, at_random(EVENTS, seed, killed(own_mongod).times(8))):
            path.send(EVENTS, 200)
        path.drained()
        check_all_arrived_once(path)


@pytest.mark.parametrize("seed", [31])
def test_the_broker_is_killed(
    own_rabbitmq: RabbitMQ, own_mongod: Mongod, tmp_path: Path, seed: int
) -> None:
    with path_on(tmp_path, own_rabbitmq.uri, own_mongod) as path:
        with trouble(path, at_random(EVENTS, seed, killed(own_rabbitmq).times(4))):
            path.send(EVENTS, 150)
        path.drained()
        check_all_arrived_once(path)


@pytest.mark.parametrize("seed", [41, 42])
def test_everything_is_killed(
    own_rabbitmq: RabbitMQ, own_mongod: Mongod, tmp_path: Path, seed: int
) -> None:
    with path_on(tmp_path, own_rabbitmq.uri, own_mongod) as path:
        acts = [
            *processes_killed(path, 3),
            *killed(own_rabbitmq).times(2),
            *killed(own_mongod).times(5),
        ]
        with trouble(path, at_random(EVENTS, seed, acts)):
            path.send(EVENTS, 120)
        path.drained()
        check_all_arrived_once(path)


def test_every_connection_to_the_broker_is_cut_every_150_ms(
    own_rabbitmq: RabbitMQ, own_mongod: Mongod, tmp_path: Path
) -> None:
    with FaultProxy(own_rabbitmq.port) as proxy:
        uri = own_rabbitmq.uri.replace(f":{own_rabbitmq.port}/", f":{proxy.port}/")
        with path_on(tmp_path, uri, own_mongod) as path:
            sender = threading.Thread(target=path.send, args=(EVENTS, 200), daemon=True)
            sender.start()
            with proxy.cutting(0.15):
                sender.join(40)
            sender.join(240)
            assert path.progress.is_over
            assert proxy.cuts > 100
            path.drained()
            check_all_arrived_once(path)


@pytest.mark.parametrize("seed", [51])
def test_the_broker_s_data_is_wiped(
    own_rabbitmq: RabbitMQ, own_mongod: Mongod, tmp_path: Path, seed: int
) -> None:
    """While beta stands still and its queue fills: all of that is gone, and published again."""
    with path_on(tmp_path, own_rabbitmq.uri, own_mongod) as path:
        beta = path.by_name["beta"]

        def wipe() -> None:
            own_rabbitmq.wipe()
            own_rabbitmq.start()
            beta.thaw()

        acts = [Act("beta frozen", beta.freeze), Act("the broker wiped", wipe)]
        with trouble(path, at_random(EVENTS, seed, acts, in_order=True)):
            path.send(EVENTS, 200)
        path.drained()
        check_all_arrived_once(path)

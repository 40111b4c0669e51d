"""Exchanges and queues on the real broker: declared alike, listed when orphaned, never in a jam."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import amqp
import pytest

from services.topology import all_subscriptions
from shared.messaging.mailroom import Mailroom
from shared.messaging.publisher import Outgoing, Publisher
from shared.messaging.topology import (
    Subscription,
    TopologyRefused,
    close_socket,
    declare,
    event_queue_arguments,
    open_connection,
)
from shared.settings import Settings, load
from tests.support.backbone import Probe
from tests.support.programs import until

ONE = Subscription("listener", "sender", "probe.said")
TWO = Subscription("crowd", "sender", "probe.shouted")


@pytest.fixture
def settings(amqp_uri: str, mongo_uri: str, mongo_prefix: str) -> Settings:
    return load({"AMQP_URI": amqp_uri, "MONGO_URI": mongo_uri, "MONGO_PREFIX": mongo_prefix})


@pytest.fixture
def connection(settings: Settings) -> Iterator[amqp.Connection]:
    made = open_connection(settings.amqp_uri)
    yield made
    close_socket(made)


@pytest.fixture
def channel(settings: Settings, connection: amqp.Connection) -> amqp.Channel:
    """A channel on a broker where both queues are declared; a rejected message waits 50 ms."""
    declare(settings.amqp_uri, ["sender"], [ONE, TWO], 50)
    return connection.channel()


def put(settings: Settings, sub: Subscription, *names: str) -> set[str]:
    publisher = Publisher(settings.amqp_uri)
    try:
        exchange = f"{sub.source}.events"
        return publisher.publish([Outgoing(name, exchange, sub.event, b"x") for name in names])
    finally:
        publisher.close()


def get(channel: amqp.Channel, queue: str) -> Any:
    return until(lambda: channel.basic_get(queue), 20, f"something comes to {queue}")


def redeliver(settings: Settings, queue: str, count: int, times: int) -> None:
    """Have readers take the messages and go away without a word."""
    for _ in range(times):
        reader = open_connection(settings.amqp_uri)
        got: list[Any] = []
        channel = reader.channel()
        channel.basic_qos(0, 0, False)
        channel.basic_consume(queue, callback=got.append)
        while len(got) < count:
            reader.drain_events(timeout=20)
        close_socket(reader)


def test_a_rejected_message_comes_back_and_says_how_often(
    settings: Settings, channel: amqp.Channel
) -> None:
    put(settings, ONE, "a")
    for turn in range(3):
        message = get(channel, ONE.queue)
        assert message.properties["message_id"] == "a"
        deaths = message.headers.get("x-death", [])
        rejected = [one["count"] for one in deaths if one["reason"] == "rejected"]
        assert rejected == ([turn] if turn else [])
        channel.basic_reject(message.delivery_tag, False)


def test_what_readers_go_away_with_again_and_again_is_always_given_to_the_next(
    settings: Settings, channel: amqp.Channel
) -> None:
    """Beyond 20 deliveries, where RabbitMQ 4 gives up unless told otherwise."""
    names = [f"m{n}" for n in range(40)]
    assert put(settings, ONE, *names) == set(names)
    redeliver(settings, ONE.queue, 40, times=25)
    got = [get(channel, ONE.queue) for _ in names]
    assert sorted(one.properties["message_id"] for one in got) == sorted(names)
    assert min(one.headers["x-delivery-count"] for one in got) >= 25


def test_retries_of_a_deleted_queue_do_not_stop_those_of_others(
    settings: Settings, channel: amqp.Channel
) -> None:
    names = [f"m{n}" for n in range(40)]
    put(settings, ONE, *names)
    for _ in names:
        channel.basic_reject(get(channel, ONE.queue).delivery_tag, False)
    channel.queue_delete(ONE.queue)
    put(settings, TWO, "innocent")
    channel.basic_reject(get(channel, TWO.queue).delivery_tag, False)
    assert get(channel, TWO.queue).properties["message_id"] == "innocent"


def test_a_changed_delay_does_not_double_what_is_rejected(
    settings: Settings, channel: amqp.Channel
) -> None:
    mailroom = Mailroom(settings)
    try:
        for delay in (50, 60, 70, 50):
            old = mailroom.other_delays(f"anydoor.retry.{delay}ms")
            declare(settings.amqp_uri, ["sender"], [ONE, TWO], delay, old)
    finally:
        mailroom.db.client.close()
    put(settings, ONE, "a")
    for _ in range(4):
        channel.basic_reject(get(channel, ONE.queue).delivery_tag, False)
    get(channel, ONE.queue)
    assert channel.basic_get(ONE.queue) is None
    assert channel.queue_declare("anydoor.retry.60ms", passive=True).message_count == 0


def test_declaring_twice_changes_nothing_and_other_arguments_are_refused(
    settings: Settings, channel: amqp.Channel
) -> None:
    declare(settings.amqp_uri, ["sender"], [ONE, TWO], 50)
    channel.queue_delete(ONE.queue)
    other = event_queue_arguments(ONE.queue) | {"x-delivery-limit": 3}
    channel.queue_declare(ONE.queue, durable=True, auto_delete=False, arguments=other)
    with pytest.raises(TopologyRefused, match=rf"{ONE.queue}.*other arguments") as refusal:
        declare(settings.amqp_uri, ["sender"], [ONE, TWO], 50)
    assert "\n" not in str(refusal.value)


def test_what_is_returned_and_what_is_taken_are_told_apart(
    settings: Settings, channel: amqp.Channel
) -> None:
    publisher = Publisher(settings.amqp_uri)
    unbound = Outgoing("nowhere", "sender.events", "probe.unheard", b"x")
    bound = [Outgoing(f"m{n}", "sender.events", ONE.event, b"x") for n in range(200)]
    for _ in range(3):
        assert publisher.publish([*bound[:100], unbound, *bound[100:]]) == {m.id for m in bound}
    assert publisher.publish([unbound]) == set()
    assert publisher.publish([]) == set()
    assert publisher.publish(bound[:1]) == {"m0"}
    with pytest.raises(amqp.NotFound):
        publisher.publish([Outgoing("x", "no.such.exchange", "key", b"x")])
    assert publisher.publish(bound[:1]) == {"m0"}
    publisher.close()
    assert channel.queue_declare(ONE.queue, passive=True).message_count == 602


def test_every_service_s_queue_is_declared_and_orphans_are_listed(
    amqp_uri: str, mongo_uri: str, mongo_prefix: str, tmp_path: Path
) -> None:
    with Probe(tmp_path, amqp_uri, mongo_uri, mongo_prefix) as probe:
        made = probe.run("services.topology")
        assert made.returncode == 0, made.stderr
        checked = probe.run("services.topology", "--check")
        assert (checked.returncode, checked.stderr) == (0, "")
        assert "no orphans" in checked.stdout
        for sub in all_subscriptions():
            assert probe.waiting_in(sub.queue) == 0
        probe.mailroom.remember_queues(["tips.tip.renamed", "tips.tip.long_gone"])
        declare(amqp_uri, ["tips"], [Subscription("tips", "tips", "tip.renamed")], 100)
        probe.send_raw("tips.tip.renamed", b"x")
        checked = probe.run("services.topology", "--check")
        assert checked.returncode == 1
        assert checked.stdout == "queue tips.tip.renamed has no owner; 1 messages wait\n"
        assert "tips.tip.long_gone" not in probe.mailroom.known_queues()


def test_the_topology_command_says_when_there_is_no_broker(
    amqp_uri: str, mongo_uri: str, mongo_prefix: str, tmp_path: Path
) -> None:
    with Probe(tmp_path, amqp_uri, mongo_uri, mongo_prefix) as probe:
        ended = probe.run("services.topology", AMQP_URI="amqp://127.0.0.1:1//")
        assert ended.returncode == 1
        assert ended.stderr.strip().startswith("no connection to RabbitMQ")

"""Standing orders through the real broker and database, to real receivers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import amqp
import msgspec
import pytest
from standardwebhooks.webhooks import Webhook

from services.subscriptions.queues import agency_queue_arguments
from shared.clock import now
from shared.errors import IllegalMove, NotFound
from shared.events.library import GuidePublished
from shared.events.registry import CapacityReported, CapacityReserved, ServiceListed
from shared.ids import new_id
from shared.messaging.topology import DELIVERY_LIMIT, close_socket, open_connection
from tests.support.processes import Processes, eventually
from tests.support.receiver import Receiver
from tests.support.subscription_hands import (
    HUB,
    Json,
    a_secret,
    call,
    declined,
    deliveries,
    need,
    offered,
    opened,
    subscribe,
    wait_delivered,
)
from tests.support.subscriptions_running import receiver, running

__all__ = ["receiver", "running"]


def test_a_webhook_gets_signed_events_of_its_own_streams_only(
    running: Processes, receiver: Receiver
) -> None:
    agency, stream, other = new_id(), new_id(), new_id()
    claim, secret = a_secret(running)
    made = subscribe(running, agency, ["stream.*", "referral.*"], url=receiver.url, claim=claim)
    running.state("referrals", other, [opened(other, HUB), offered(other, "someone", "o9")])
    running.state("referrals", stream, [opened(stream, HUB), need(stream)])
    running.state("referrals", stream, [offered(stream, agency, "o1")])
    running.state("referrals", stream, [declined(stream, agency, "o1")])
    running.state("referrals", stream, [offered(stream, "next", "o2")])
    eventually(lambda: len(receiver.taken) == 2)
    wait_delivered(running, made, agency, 2)
    for got in receiver.got:
        assert Webhook(secret).verify(got.body, got.headers) == got.event
        assert got.headers["webhook-id"] == got.event["id"]
        assert got.headers["Content-Type"].startswith("application/cloudevents+json")
    assert [got.event["type"] for got in receiver.got] == ["referral.offered", "referral.declined"]
    assert receiver.got[0].event["data"]["agency"] == agency
    assert receiver.got[0].event["subject"] == stream
    told = deliveries(running, made, agency)
    assert [one["type"] for one in told] == ["referral.declined", "referral.offered"]
    assert told[0]["attempts"] == 1
    assert told[0]["tried"][0]["code"] == "204"


def test_the_directory_is_told_to_every_agency_that_asked(
    running: Processes, receiver: Receiver
) -> None:
    subscribe(running, new_id(), ["service.listed", "capacity.*", "guide.*"], url=receiver.url)
    service, organization = new_id(), new_id()
    running.state("registry", service, [ServiceListed(service=service, organization=organization)])
    inner = CapacityReserved(service=service, offer="o", outward="has")
    running.state("registry", service, [inner, CapacityReported(service=service, outward="none")])
    guide = f"guide:g{new_id()}:en"
    running.state("library", guide, [GuidePublished(guide="g", lang="en")])
    eventually(lambda: len(receiver.taken) == 3)
    types = sorted(got.event["type"] for got in receiver.got)
    assert types == ["capacity.reported", "guide.published", "service.listed"]


def test_a_receiver_that_is_gone_gets_each_event_when_it_is_back(
    running: Processes, receiver: Receiver
) -> None:
    made = subscribe(running, HUB, ["stream.opened"], url=receiver.url)
    receiver.end()
    streams = [new_id() for _ in range(5)]
    for stream in streams:
        running.state("referrals", stream, [opened(stream, HUB)])
    tried = eventually(
        lambda: deliveries(running, made, HUB),
        lambda found: len(found) == 5 and all(one["attempts"] > 1 for one in found),
    )
    assert {one["state"] for one in tried} == {"pending"}
    assert {attempt["code"] for one in tried for attempt in one["tried"]} == {"not_reached"}
    (shown,) = [
        one
        for one in call(running, "subscriptions", agency=HUB)
        if one["subscription"] == made["subscription"]
    ]
    assert (shown["waiting"], shown["failing"]) == (5, 5)
    receiver.start()
    wait_delivered(running, made, HUB, 5)
    assert sorted(got.event["subject"] for got in receiver.got) == sorted(streams)
    assert len(receiver.taken) == len(set(receiver.taken)) == 5


def test_a_failing_stream_holds_back_itself_alone_and_keeps_its_order(
    running: Processes, receiver: Receiver
) -> None:
    bad, good = new_id(), new_id()
    failures = iter([500, 302, 0, 404])
    receiver.answer = lambda event: next(failures, 200) if event["subject"] == bad else 200
    made = subscribe(running, HUB, ["stream.*", "need.*"], url=receiver.url)
    for stream in (bad, good):
        running.state("referrals", stream, [opened(stream, HUB), *(need(stream) for _ in range(4))])
    wait_delivered(running, made, HUB, 10)

    def taken(stream: str) -> list[int]:
        took = [got for got in receiver.got if got.status == 200]
        events = [got.event for got in took]
        return [one["streamversion"] for one in events if one["subject"] == stream]

    assert taken(bad) == taken(good) == [1, 2, 3, 4, 5]
    where = [got.event["subject"] for got in receiver.got if got.status == 200]
    assert where[:5] == [good] * 5
    (first,) = [
        one
        for one in deliveries(running, made, HUB)
        if one["stream"] == bad and one["type"] == "stream.opened"
    ]
    codes = [attempt["code"] for attempt in first["tried"]]
    assert codes == ["500", "302", "timeout", "404", "200"]
    assert "followed" not in [got.event["id"] for got in receiver.got]


def _read(uri: str, queue: str) -> list[Json]:
    connection = open_connection(uri)
    try:
        channel = connection.channel()
        found = []
        while (message := channel.basic_get(queue)) is not None:
            found.append(msgspec.json.decode(message.body))
            channel.basic_ack(message.delivery_tag)
        return found
    finally:
        close_socket(connection)


def test_an_agencys_queue_holds_its_events_in_order(running: Processes) -> None:
    agency, stream = new_id(), new_id()
    made = subscribe(running, agency, ["stream.*", "need.*"], kind="queue")
    queue = f"agency.{agency}.events"
    assert made["queue"] == queue
    story = [opened(stream, agency), *(need(stream) for _ in range(30))]
    running.state("referrals", stream, story)
    wait_delivered(running, made, agency, 31)
    uri = running.settings.amqp_uri
    assert [one["streamversion"] for one in _read(uri, queue)] == list(range(1, 32))
    connection = open_connection(uri)
    try:
        channel = connection.channel()
        arguments = agency_queue_arguments(queue)
        assert arguments["x-delivery-limit"] == DELIVERY_LIMIT
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)
        channel.queue_delete(queue)
        with pytest.raises(amqp.NotFound):
            connection.channel().queue_declare(queue, passive=True)
    finally:
        close_socket(connection)
    running.state("referrals", stream, [need(stream)])
    wait_delivered(running, made, agency, 32)
    assert [one["streamversion"] for one in _read(uri, queue)] == [32]


def test_a_feed_is_read_page_by_page_without_a_hole(running: Processes) -> None:
    agency = new_id()
    assert call(running, "feed", agency=agency) == {"events": [], "next": "0"}
    made = subscribe(running, agency, ["stream.*", "need.*"])
    streams = [new_id() for _ in range(6)]
    for stream in streams:
        story = [opened(stream, agency), *(need(stream) for _ in range(4))]
        running.state("referrals", stream, story)
    seen: list[Json] = []
    after = ""

    def read_on() -> int:
        nonlocal after
        page = call(running, "feed", agency=agency, after=after, limit=7)
        seen.extend(page["events"])
        after = page["next"]
        return len(seen)

    eventually(read_on, lambda count: count >= 30)
    assert len({one["id"] for one in seen}) == len(seen) == 30
    for stream in streams:
        mine = [one["streamversion"] for one in seen if one["subject"] == stream]
        assert mine == [1, 2, 3, 4, 5]
    assert call(running, "feed", agency=agency, after=after) == {"events": [], "next": after}
    assert call(running, "feed", agency=new_id(), after="")["events"] == []
    with pytest.raises(IllegalMove):
        _replay(running, made, agency)


def _replay(running: Processes, made: Json, agency: str, **fields: Any) -> Json:
    command = {"command_id": new_id(), "after": (now() - timedelta(hours=1)).isoformat()} | fields
    told: Json = call(
        running,
        "replay",
        subscription=made["subscription"],
        agency=agency,
        actor="worker-1",
        **command,
    )
    return told


def test_a_replay_brings_what_happened_since_once_more(
    running: Processes, receiver: Receiver
) -> None:
    agency, stream = new_id(), new_id()
    made = subscribe(running, agency, ["stream.*", "need.*"], url=receiver.url)
    running.state("referrals", stream, [opened(stream, agency), need(stream)])
    wait_delivered(running, made, agency, 2)
    later = (now() + timedelta(minutes=1)).isoformat()
    _replay(running, made, agency, after=later)
    command = new_id()
    _replay(running, made, agency, command_id=command)
    eventually(lambda: len(receiver.taken) == 4)
    wait_delivered(running, made, agency, 2)
    _replay(running, made, agency, command_id=command)
    running.state("referrals", stream, [need(stream)])
    eventually(lambda: len(receiver.taken) == 5)
    assert [got.event["streamversion"] for got in receiver.got] == [1, 2, 1, 2, 3]
    with pytest.raises(NotFound):
        _replay(running, made, new_id())


def test_logs_hold_no_address_and_no_secret(running: Processes, receiver: Receiver) -> None:
    agency, stream = new_id(), new_id()
    claim, secret = a_secret(running)
    receiver.answer = lambda event: 500
    made = subscribe(running, agency, ["stream.*"], url=receiver.url, claim=claim)
    running.state("referrals", stream, [opened(stream, agency)])
    eventually(lambda: deliveries(running, made, agency))
    logs = "".join(path.read_text() for path in (running.folder / "log").iterdir())
    assert "from=anydoor" not in logs
    assert secret not in logs

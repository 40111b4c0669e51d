"""The relay: every commit is published in order at least once, whatever fails meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import amqp
import pytest
from pymongo import MongoClient, WriteConcern
from pymongo.errors import PyMongoError

from infra.local.components import Mongod
from shared.clock import now
from shared.events.tips import TipClosed, TipOpened, TipReceived
from shared.messaging.mailroom import Mailroom
from shared.messaging.publisher import Refused
from shared.messaging.relay import AT_ONCE, Relay
from shared.messaging.topology import Subscription, declare
from shared.settings import Settings, load
from shared.storage.commits import State, as_commit
from shared.storage.mongo import Document
from tests.support.programs import until
from tests.support.relay_desk import OPENED, RECEIVED, Desk


@pytest.fixture
def settings(amqp_uri: str, mongo_uri: str, mongo_prefix: str) -> Settings:
    return load({"AMQP_URI": amqp_uri, "MONGO_URI": mongo_uri, "MONGO_PREFIX": mongo_prefix})


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    made = Desk(settings, [RECEIVED, OPENED])
    yield made
    made.close()


def test_what_is_committed_is_published_in_order_with_its_numbers(desk: Desk) -> None:
    for number in range(120):
        desk.happen(f"t-{number % 7}", TipReceived(tip=str(number)))
    assert desk.relay.publish_once() == 120
    assert desk.relay.publish_once() == 0
    assert desk.waiting() == 0
    found = desk.arrived(RECEIVED)
    assert [one.id for one in found] == desk.events()
    assert [one.sequence for one in found] == list(range(1, 121))
    places = [one.version for one in found if one.stream == "t-3"]
    assert places == list(range(1, len(places) + 1))


def test_an_event_nobody_reads_waits_and_is_published_once_a_queue_is_there(desk: Desk) -> None:
    desk.happen("t-1", TipClosed(tip="t-1", reason="helped"))
    for _ in range(3):
        desk.relay.publish_once()
        assert desk.waiting() == 1
    closed = Subscription("reader", "tips", "tip.closed")
    declare(desk.settings.amqp_uri, ["tips"], [closed], 100)
    until(lambda: desk.relay.publish_once() and not desk.waiting())
    assert len(desk.arrived(closed)) == 1


def test_many_events_nobody_reads_do_not_stand_in_the_way_of_others(desk: Desk) -> None:
    for number in range(AT_ONCE + 50):
        desk.happen(f"t-{number}", TipClosed(tip="t", reason="helped"))
    desk.happen("t-1", TipReceived(tip="t"))
    desk.happen("t-2", TipReceived(tip="t"), TipClosed(tip="t", reason="helped"))
    until(lambda: desk.relay.publish_once() >= 0 and len(desk.arrived(RECEIVED)) == 1, 10)
    assert desk.waiting() == AT_ONCE + 51


def test_a_broker_that_is_away_uses_up_no_numbers(desk: Desk) -> None:
    for number in range(30):
        desk.happen(f"t-{number}", TipReceived(tip="t"))
    desk.relay.publisher._uri = "amqp://127.0.0.1:1//"
    for _ in range(20):
        with pytest.raises(Refused):
            desk.relay.publish_once()
    desk.relay.publisher._uri = desk.settings.amqp_uri
    desk.relay.publish_once()
    assert [one.sequence for one in desk.arrived(RECEIVED)] == list(range(1, 31))
    assert desk.mailroom.last("tips", "tip.received") == 30


def test_a_lost_mark_costs_a_duplicate_under_a_new_number(desk: Desk) -> None:
    desk.happen("t-1", TipReceived(tip="t"))
    desk.relay.publish_once()
    desk.db["commits"].update_many({}, {"$set": {"published": False}})
    desk.another_relay().publish_once()
    first, again = desk.arrived(RECEIVED)
    assert first.id == again.id
    assert (first.sequence, again.sequence) == (1, 2)


def test_two_relays_at_once_cost_duplicates_and_nothing_else(desk: Desk) -> None:
    second = desk.another_relay()
    for number in range(300):
        desk.happen(f"t-{number % 10}", TipReceived(tip=str(number)))
        if number % 50 == 0:
            for relay in (desk.relay, second):
                until(partial(published, relay))
    until(lambda: published(desk.relay) and not desk.waiting())
    found = desk.arrived(RECEIVED)
    assert {one.id for one in found} == set(desk.events())
    numbers = [one.sequence for one in found]
    assert len(set(numbers)) == len(numbers), "a number is never used for two"


def published(relay: Relay) -> bool:
    """One round as the relay's loop makes it."""
    try:
        relay.publish_once()
    except PyMongoError:
        relay.mailroom.forget_numbers()
        return False
    return True


def test_one_relay_holds_the_lease_and_the_next_takes_over(desk: Desk) -> None:
    second = desk.another_relay()
    assert desk.relay._in_charge()
    assert not second._in_charge()
    desk.relay.lease.drop()
    assert second._in_charge()


def asked(desk: Desk, *numbers: int) -> None:
    desk.mailroom.ask_again("tips", RECEIVED.queue, RECEIVED.event, list(numbers))


def test_what_a_reader_misses_is_published_again_and_its_old_number_is_void(desk: Desk) -> None:
    for number in range(5):
        desk.happen(f"t-{number}", TipReceived(tip="t"))
    desk.relay.publish_once()
    first = desk.arrived(RECEIVED)
    desk.mailroom.mark(RECEIVED.queue, [1, 3, 5])
    assert desk.mailroom.missing(RECEIVED.queue, 5) == [2, 4]
    asked(desk, 2, 4, 999)
    desk.relay.answer_asked()
    assert sorted(desk.mailroom.take_voids(RECEIVED.queue)) == [2, 4, 999]
    assert desk.mailroom.take_voids(RECEIVED.queue) == []
    desk.relay.publish_once()
    again = desk.arrived(RECEIVED)
    assert [one.id for one in again] == [first[1].id, first[3].id]
    assert [one.sequence for one in again] == [6, 7]


def test_a_number_still_on_its_way_is_not_declared_void(desk: Desk) -> None:
    desk.happen("t-1", TipReceived(tip="t"))
    desk.relay.publisher._uri = "amqp://127.0.0.1:1//"
    with pytest.raises(Refused):
        desk.relay.publish_once()
    asked(desk, 1)
    desk.relay.answer_asked()
    assert desk.mailroom.take_voids(RECEIVED.queue) == []
    desk.relay.publisher._uri = desk.settings.amqp_uri
    desk.relay.publish_once()
    assert [one.sequence for one in desk.arrived(RECEIVED)] == [1]
    asked(desk, 1)
    desk.relay.answer_asked()
    assert desk.mailroom.take_voids(RECEIVED.queue) == [1]


def test_questions_are_answered_while_new_events_never_stop_coming(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever misses something is not put off until a quiet hour."""
    desk.happen("t-1", TipReceived(tip="t"))
    desk.relay.publish_once()
    asked(desk, 1)
    real, rounds = desk.relay.publish_once, 0

    def never_quiet() -> int:
        nonlocal rounds
        rounds += 1
        desk.happen(f"t-{rounds}", TipOpened(tip="t"))
        if desk.mailroom.asked.find_one({"state": "void"}) or rounds > 2_000:
            desk.relay.stop()
        return real()

    monkeypatch.setattr(desk.relay, "publish_once", never_quiet)
    assert desk.relay._in_charge()
    desk.relay._serve()
    assert desk.mailroom.take_voids(RECEIVED.queue) == [1]


def test_old_numbers_are_forgotten_and_counting_goes_on(desk: Desk) -> None:
    for _ in range(3):
        desk.happen("t-1", TipReceived(tip="t"))
        desk.relay.publish_once()
    long_ago = now() - timedelta(days=200)
    desk.mailroom.numbers.update_many({}, {"$set": {"at": long_ago}})
    desk.mailroom.prune("tips")
    assert desk.mailroom.numbers.count_documents({}) == 1
    desk.happen("t-1", TipReceived(tip="t"))
    later = desk.another_relay()
    later.publish_once()
    assert [one.sequence for one in desk.arrived(RECEIVED)] == [1, 2, 3, 4]
    assert desk.mailroom.commit_of("tips", "tip.received", 1) is None


def test_each_number_leads_to_its_commit(desk: Desk) -> None:
    made = []
    for size in (1, 5, 2, 30):
        made += [desk.happen(f"t-{n}", TipReceived(tip="t")) for n in range(size)]
        desk.relay.publish_once()
    found = [desk.mailroom.commit_of("tips", "tip.received", n) for n in range(1, 39)]
    assert found == made
    assert desk.mailroom.commit_of("tips", "tip.received", 39) is None
    assert desk.mailroom.commit_of("tips", "tip.received", 0) is None
    assert desk.mailroom.commit_of("tips", "tip.opened", 1) is None


def test_holes_are_found_wherever_they_are(desk: Desk) -> None:
    queue = RECEIVED.queue
    desk.mailroom.mark(queue, [n for n in range(1, 5_001) if n not in (1, 1_024, 2_047, 4_999)])
    for _ in range(2):
        assert desk.mailroom.missing(queue, 5_000) == [1, 1_024, 2_047, 4_999]
    desk.mailroom.mark(queue, [1, 1_024, 2_047])
    assert desk.mailroom.missing(queue, 5_003) == [4_999, 5_001, 5_002, 5_003]
    assert desk.mailroom.missing(queue, 0) == []
    assert len(desk.mailroom.missing("other.queue", 20_000, limit=100)) == 100


class Crashing(Mailroom):
    """The database is killed between the relay's look at the commits and its next write."""

    def __init__(self, settings: Settings, server: Mongod) -> None:
        super().__init__(settings)
        self._server = server

    def number(self, source: str, commits: Sequence[Document]) -> dict[str, int]:
        self._server.kill9()
        self._server.start()
        return super().number(source, commits)


def test_a_commit_a_crash_may_take_away_is_not_told_to_anybody(
    amqp_uri: str, own_mongod: Mongod
) -> None:
    """What is not on disk yet may be gone after a crash, and then it never happened."""
    settings = load({"MONGO_URI": own_mongod.uri, "MONGO_PREFIX": "t", "AMQP_URI": amqp_uri})
    desk = Desk(settings, [RECEIVED])
    desk.happen("t-0", TipReceived(tip="t"))
    desk.relay.publish_once()
    desk.arrived(RECEIVED)
    desk.relay.mailroom.db.client.close()
    desk.relay.mailroom = Crashing(settings, own_mongod)
    quick: MongoClient[Document] = MongoClient(own_mongod.uri, w=1, journal=False)
    for turn in range(3):
        after = State(f"t-{turn + 1}", 1, turn, {})
        event = [TipReceived(tip="t")]
        commit: Any = as_commit(f"c-{turn}", after, {}, event, at=now(), actor="")
        unsure = WriteConcern(w=1, j=False)
        rows = quick.get_database("t_tips", write_concern=unsure)["commits"]
        rows.insert_one(commit)
        try:
            desk.relay.publish_once()
        except (PyMongoError, OSError, amqp.AMQPError):
            desk.relay.mailroom.forget_numbers()
        committed = set(desk.events())
        told = {one.id for one in desk.arrived(RECEIVED)}
        assert told <= committed, f"turn {turn}: an event was told of that never happened"
    quick.close()
    desk.close()

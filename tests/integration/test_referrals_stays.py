"""Stays through the real broker and database: warned of once by many clocks, followed in time."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from services.referrals.scheduler import Scheduler
from services.referrals.store import Ledger
from services.referrals.workings import terms_of
from shared.clock import now
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.ids import new_id
from shared.storage.commits import Streams
from tests.support import referral_hands as hands
from tests.support.hostile import NO_ID
from tests.support.processes import eventually
from tests.support.referral_hands import COORDINATOR, Town, call
from tests.support.registry_records import id_for, service

NAMES = ["Bridge casework", "Cedar beds"]
BRIDGE, STAR, CEDAR = (
    id_for("organization", one) for one in ("Bridge", "Star House", "Cedar House")
)


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where = (module_amqp_uri, mongo_uri, module_mongo_prefix)
    with hands.a_town(tmp_path_factory.mktemp("stays"), where, NAMES) as town:
        hands.a_member(town, "Star House")
        profile: dict[str, Any] = {
            "needs": ["emergency_housing"],
            "areas": [hands.AREA],
            "languages": ["en", "es"],
            "capacity": {"unit": "bed", "available": 9, "maximum": 9},
            "maximum_stay_days": 15,
        }
        hands.take(town, service("Star beds", of="Star House", profile=profile))
        rows = town.db("referrals")["services"]
        wanted = {"_id": id_for("service", "Star beds"), "card.maximum_stay_days": 15}
        eventually(lambda: rows.find_one({**wanted, "card.member": True}), bool)
        yield town


@pytest.fixture
def placed(running: Town) -> tuple[str, str]:
    """A client of Bridge's who moved into Star House today; (stream, referral)."""
    stream, _, _ = hands.ask_for_help(running, ["emergency_housing"])
    case = hands.offer_to(running, BRIDGE, "case_management", stream)
    hands.answer(running, "accept", case, BRIDGE)
    out = hands.holder(running, "emergency_housing", stream)
    if out["agency"] == CEDAR:
        hands.answer(running, "decline", out, CEDAR, reason="cannot_meet_needs")
        out = hands.holder(running, "emergency_housing", stream, but=out["id"])
    hands.answer(running, "accept", out, STAR)
    views = hands.seen(running, stream)["referrals"].items()
    (referral,) = [id for id, one in views if one["need_type"] == "emergency_housing"]
    hands.act(running, "start", stream, STAR, referral=referral)
    return stream, referral


def scheduler_at(running: Town, at: datetime) -> Scheduler:
    """One more instance of the scheduler, whose clock says this."""
    streams = Streams(running.db("referrals"), lambda: at)
    return Scheduler(Ledger(streams, lambda: at, terms_of(running.settings)), lambda: at)


def many_clocks(running: Town, days: int) -> None:
    """Six instances act at the same time, at noon so many days from now, their clocks minutes
    apart: whatever the hour is, nobody's clock shows the next day."""
    at = datetime.combine(now().date() + timedelta(days=days), time(12), UTC)
    clocks = [at + timedelta(minutes=minutes) for minutes in range(6)]
    instances = [scheduler_at(running, clock) for clock in clocks]
    with ThreadPoolExecutor(len(instances)) as pool:
        list(pool.map(lambda one: one.run(), instances))


def told(running: Town, stream: str) -> list[int]:
    """The days that were left at each warning."""
    found = running.db("referrals")["commits"].find({"stream": stream}).sort("version", 1)
    events = [event for commit in found for event in commit["events"]]
    return [one["data"]["days_left"] for one in events if one["type"] == "stay.ending"]


def stay(running: Town, placed: tuple[str, str]) -> Any:
    stream, referral = placed
    return hands.seen(running, stream)["referrals"][referral]["stay"]


def owed(running: Town, stream: str, by: str = BRIDGE) -> list[Any]:
    lines = call(running, "queue", agency=by)
    return [one for one in lines if (one["stream"], one["action"]) == (stream, "next_placement")]


def test_a_stay_is_warned_of_once_and_climbs_when_nobody_acts(
    running: Town, placed: tuple[str, str]
) -> None:
    stream, _ = placed
    assert stay(running, placed)["ends_on"] == (now().date() + timedelta(days=15)).isoformat()
    assert stay(running, placed)["ahead"] == [14, 3]
    many_clocks(running, 1)
    assert told(running, stream) == [14]
    assert [one["role"] for one in owed(running, stream)] == ["case_manager"]
    for instance in running.instances:
        instance.kill9()
    many_clocks(running, 1)
    for instance in running.instances:
        instance.start()
    assert told(running, stream) == [14]
    many_clocks(running, 12)
    assert told(running, stream) == [14, 3]
    many_clocks(running, 40)
    many_clocks(running, 80)
    late = owed(running, stream, COORDINATOR)
    assert [one["role"] for one in late] == ["supervisor"]
    assert hands.events_of(running, stream).count("stream.overdue") >= 2
    found = hands.seen(running, stream)
    assert found["referrals"][placed[1]]["state"] == "in_progress"
    assert call(running, "orphans")["without_owner_or_deadline"] == 0


def test_an_extension_begins_the_warnings_anew(running: Town, placed: tuple[str, str]) -> None:
    stream, referral = placed
    many_clocks(running, 13)
    assert told(running, stream) == [2]
    later = (now().date() + timedelta(days=60)).isoformat()
    set_end = functools.partial(hands.act, running, "set_stay_end", stream, referral=referral)
    with ThreadPoolExecutor(4) as people:
        list(people.map(lambda _: set_end(STAR, ends_on=later), range(4)))
    assert hands.events_of(running, stream).count("stay.set") == 2
    assert owed(running, stream) == []
    many_clocks(running, 31)
    many_clocks(running, 59)
    assert told(running, stream) == [2, 29, 1]


def test_the_next_place_is_asked_for_once_and_found_while_this_one_goes_on(
    running: Town, placed: tuple[str, str]
) -> None:
    stream, referral = placed
    many_clocks(running, 1)
    asked = {"referral": referral, "need_type": "emergency_housing"}
    once = {**asked, "command_id": new_id(), "stream": stream, "agency": BRIDGE, "actor": "a"}
    with ThreadPoolExecutor(4) as people:
        list(people.map(lambda _: call(running, "ask_next_placement", **once), range(4)))
    with pytest.raises(Conflict):
        hands.act(running, "ask_next_placement", stream, BRIDGE, **asked)
    assert hands.events_of(running, stream).count("stay.next_asked") == 1
    assert owed(running, stream) == []
    offer = hands.offer_to(running, CEDAR, "emergency_housing", stream)  # not Star House again
    hands.answer(running, "accept", offer, CEDAR)
    hands.act(running, "complete", stream, STAR, referral=referral)
    steps = call(running, "client_view", stream=stream)["steps"]
    assert [one["step"] for one in steps] == ["done", "accepted"]
    many_clocks(running, 20)
    assert told(running, stream) == [14]
    assert call(running, "orphans")["without_owner_or_deadline"] == 0


def test_odd_and_foreign_commands_are_refused_by_name(
    running: Town, placed: tuple[str, str]
) -> None:
    stream, referral = placed
    day = (now().date() + timedelta(days=9)).isoformat()
    for odd in (*[one for one in NO_ID if isinstance(one, str)], "2026-02-30", "9999-12-31"):
        with pytest.raises(Invalid) as refused:
            hands.act(running, "set_stay_end", stream, STAR, referral=referral, ends_on=odd)
        assert refused.value.field == "ends_on"
        told_of = {"referral": referral, "need_type": odd}
        with pytest.raises(Invalid) as refused:
            hands.act(running, "ask_next_placement", stream, BRIDGE, **told_of)
        assert refused.value.field == "need_type"
    with pytest.raises(NotFound):
        hands.act(running, "set_stay_end", stream, CEDAR, referral=referral, ends_on=day)
    asked = {"referral": referral, "need_type": "transitional_housing"}
    with pytest.raises(NotAllowed):
        hands.act(running, "ask_next_placement", stream, STAR, **asked)
    assert stay(running, placed)["times_set"] == 1

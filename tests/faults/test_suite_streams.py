"""Ten thousand events while everything is killed at random: no stream without an owner, nothing
lost, nothing twice."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from infra.local.private import private_demo
from shared.ids import new_id
from shared.messaging.mailroom import Mailroom
from shared.storage import Claims
from tests.support import aftermath
from tests.support.programs import until
from tests.support.receiver import Receiver
from tests.support.storm import NEEDS, Agencies, Crowd, Evening, Killer, Watch, Worker, working
from tests.support.suite import Suite

REQUESTS = 900
STORM_S = 130.0
EVENTS = 10_000
NOUNS = ("stream.", "referral.", "case_manager.", "need.")


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[Suite]:
    """A suite of one's own with the sample network in it."""
    own = tmp_path / "suite"
    with (
        private_demo(
            own,
            lease_urgent_s="15",
            lease_s="15",
            case_manager_lease_urgent_s="25",
            case_manager_lease_s="25",
            retry_delay_ms="1000",
            reconcile_every_s="4",
            reconcile_after_s="8",
        ) as demo,
        Suite(demo) as running,
    ):
        try:
            yield running
        except BaseException:
            print(running.log_tails(20))
            raise


@pytest.mark.timeout(1_200)
def test_no_stream_is_ever_without_an_owner_whatever_dies(suite: Suite) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    luck = random.Random(seed)
    give_room(suite, luck)
    receiver = Receiver()
    feed, webhook = subscribe(suite, "feed"), subscribe(suite, "webhook", receiver.url)
    crowd, watch = Crowd(suite, REQUESTS, STORM_S, luck), Watch(suite)
    agencies, killer = Agencies(suite, luck), Killer(suite, luck)
    mailroom = Mailroom(suite.settings, suite.db("backbone"))
    go_through_the_storm(suite, crowd, agencies, killer, watch)
    end_the_evening(suite, watch)
    try:
        # What failed often waits up to two minutes for its next try.
        until(lambda: not aftermath.unfinished(suite, mailroom), 300, "all has arrived")
    finally:
        print("left", aftermath.unfinished(suite, mailroom))
    print(f"{aftermath.events(suite)} events, looks {dict(watch.looks)}")
    assert watch.wrong == []
    assert watch.looks["store"] > 40
    assert suite.orphans() == 0
    assert aftermath.events(suite) >= EVENTS
    assert aftermath.not_one_stream(suite, crowd.accepted) == {}
    assert aftermath.forked(suite) == []
    assert aftermath.ever_promised_twice(suite) == []
    until(lambda: not aftermath.mismatched_units(suite), 60, "units and referrals agree")
    assert mailroom.parked.count_documents({}) == 0
    for order in (feed, webhook):
        until(partial(is_delivered, suite, order), 60, "all is delivered")
    places = aftermath.places_in_feed(suite, suite.coordinator)
    assert places == list(range(1, len(places) + 1))


def go_through_the_storm(
    suite: Suite, crowd: Crowd, agencies: Agencies, killer: Killer, watch: Watch
) -> None:
    """Everybody asks and answers while everything is killed, until it is well again."""
    began = time.monotonic()
    staff = [Worker(agencies.work, 0.05) for _ in range(2)]
    with working(*staff, Worker(watch.look, 0.7)):
        with working(*(Worker(crowd.ask, 0.01) for _ in range(4)), Worker(killer.act, 0.2)):
            until(lambda: crowd.is_done and killer.is_done, 400, "everybody has asked")
        print(f"{time.monotonic() - began:.0f} s of storm; refused {crowd.refused} times")
        print("killed", killer.killed)
        suite.wait_well(seconds=120)
    print("answers", agencies.answers.most_common(12))


def end_the_evening(suite: Suite, watch: Watch) -> None:
    """Owners close what is still offered: unanswered, offers go on for hours."""
    evening = Evening(suite)
    with working(*(Worker(evening.close, 0.01) for _ in range(4)), Worker(watch.look, 0.7)):
        try:
            until(lambda: evening.is_over, 240, "nobody is offered anything")
        finally:
            print(f"closed {evening.closed}, refused {evening.refused.most_common(5)}")


def is_delivered(suite: Suite, subscription: str) -> bool:
    """Whether a subscription to all of it has exactly what was stated."""
    return not aftermath.undelivered(suite, subscription, NOUNS)


def give_room(suite: Suite, luck: random.Random) -> None:
    """Each agency says how much room it has: with some it is little, so that many want the same."""
    page = suite.calls.call("registry", "services_after", after="", size=500)
    for card in page["services"]:
        if {*card["needs"]} & {*NEEDS, "case_management"}:
            units = luck.choice((2, 10, 60, 400))
            suite.calls.call(
                "registry",
                "report_capacity",
                command_id=new_id(),
                service=card["id"],
                available=units,
                maximum=units,
                unit="slot",
                actor="staff",
            )


def subscribe(suite: Suite, kind: str, url: str = "") -> str:
    """The coordinating agency wants all that happens in streams; returns the subscription."""
    claim = new_id() if url else ""
    if claim:
        secret = {"secret": "whsec_" + "c2VjcmV0" * 6}
        Claims(suite.settings, suite.db("claims")).put(claim, "webhook", secret)
    made = suite.calls.call(
        "subscriptions",
        "subscribe",
        command_id=new_id(),
        agency=suite.coordinator,
        kind=kind,
        events=[f"{noun}*" for noun in NOUNS],
        url=url,
        claim=claim,
        actor="staff",
    )
    return str(made["subscription"])

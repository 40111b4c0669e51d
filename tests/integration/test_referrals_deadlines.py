"""Deadlines of referral streams on real processes: nothing sleeps for ever, nothing acts twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import ne
from typing import Any

import pytest

from services.referrals.stream import stamp
from shared.clock import now
from shared.errors import Conflict
from tests.support import referral_hands as hands
from tests.support.processes import eventually
from tests.support.programs import Programs
from tests.support.referral_hands import COORDINATOR, Town, call

Json = dict[str, Any]
NAMES = ["Bridge casework", "Star beds", "Cedar beds"]
SHORT = {
    "LEASE_URGENT_S": "2",
    "LEASE_S": "2",
    "CASE_MANAGER_LEASE_URGENT_S": "2",
    "CASE_MANAGER_LEASE_S": "2",
}


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where = (module_amqp_uri, mongo_uri, module_mongo_prefix)
    with hands.a_town(tmp_path_factory.mktemp("deadlines"), where, NAMES, **SHORT) as town:
        yield town


def counted(running: Town, stream: str, name: str) -> int:
    return hands.events_of(running, stream).count(name)


def test_unanswered_offers_go_from_agency_to_agency_and_up_the_ladder(running: Town) -> None:
    stream, _, _ = hands.ask_for_help(running, ["emergency_housing"])
    bridge = hands.agency("Bridge casework")
    first = hands.offer_to(running, bridge, "case_management", stream)
    eventually(lambda: counted(running, stream, "referral.expired"))
    with pytest.raises(Conflict):
        hands.answer(running, "accept", first, bridge)
    beds = hands.holder(running, "emergency_housing", stream)
    again = hands.holder(running, "emergency_housing", stream, but=beds["id"])
    assert again["agency"] != beds["agency"]
    eventually(lambda: counted(running, stream, "need.unmet") >= 2)
    owners = {"coordinator", "supervisor"}
    view = eventually(
        lambda: hands.seen(running, stream), lambda seen: seen["owner"]["role"] == "supervisor"
    )
    assert view["owner"]["agency"] == COORDINATOR
    assert {duty["role"] for duty in view["duties"].values()} <= owners
    assert call(running, "orphans")["without_owner_or_deadline"] == 0


def test_every_deadline_is_acted_on_once_by_two_instances(running: Town) -> None:
    streams = [hands.ask_for_help(running, ["emergency_housing"])[0] for _ in range(8)]
    for stream in streams:
        eventually(partial(counted, running, stream, "referral.expired"))
    commits = running.db("referrals")["commits"]
    expired = [
        event["data"]["offer"]
        for commit in commits.find({"events.type": "referral.expired"})
        for event in commit["events"]
        if event["type"] == "referral.expired"
    ]
    assert len(expired) == len(set(expired))
    assert call(running, "orphans")["without_owner_or_deadline"] == 0


def test_what_fell_due_while_the_service_was_down_is_acted_on_when_it_is_back(
    running: Town,
) -> None:
    streams = [hands.ask_for_help(running, ["safety"])[0] for _ in range(5)]
    for stream in streams:
        hands.seen(running, stream)
    before = {stream: hands.events_of(running, stream) for stream in streams}
    for instance in running.instances:
        instance.kill9()
    due = running.db("referrals")["states"]
    eventually(
        lambda: due.count_documents(
            {"_id": {"$in": streams}, "state.next_due_at": {"$lt": stamp(now())}}
        ),
        lambda count: count == len(streams),
    )
    for instance in running.instances:
        instance.start()
    for stream in streams:
        eventually(partial(hands.events_of, running, stream), partial(ne, before[stream]))
    assert call(running, "orphans")["without_owner_or_deadline"] == 0


def test_without_a_coordinator_the_service_does_not_start(
    running: Town, tmp_path_factory: pytest.TempPathFactory
) -> None:
    given = {**running.environment, "COORDINATOR_AGENCY": ""}
    with Programs(tmp_path_factory.mktemp("wrong"), given) as programs:
        ended = programs.run("services.run", "referrals")
    assert ended.returncode == 78
    said = "COORDINATOR_AGENCY must be the id of the agency that coordinates"
    assert ended.stderr.splitlines() == [said]

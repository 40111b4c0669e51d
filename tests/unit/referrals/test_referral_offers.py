"""Offers: one agency at a time, answered once, and on to the next."""

from __future__ import annotations

from typing import Any

import pytest

from services.referrals import offers, progress
from shared.directory import Capacity
from shared.errors import Conflict, IllegalMove, NotFound
from shared.vocabulary import DECLINE_REASONS
from tests.support.referral_network import COORDINATOR, Network, card

CASEWORK = card("casework", "case_management")
HOUSES = [card(f"house-{at}", "emergency_housing") for at in range(3)]


def managed(*cards: Any, needs: tuple[str, ...] = ("emergency_housing",)) -> Network:
    """A stream whose case manager is found, with its needs on their way."""
    network = Network([CASEWORK, *cards])
    network.open(needs=needs)
    network.deliver()
    accept(network, "case_management")
    return network


def accept(network: Network, need_type: str, cause: str = "") -> str:
    _, offer, agency = network.out(need_type)
    network.do(offers.accept, offer=offer, agency=agency, cause=cause)
    network.deliver()
    return agency


def decline(network: Network, need_type: str, reason: str) -> str:
    _, offer, agency = network.out(need_type)
    network.do(offers.decline, offer=offer, agency=agency, reason=reason)
    network.deliver()
    return agency


def test_case_management_is_offered_first_and_the_other_needs_follow_its_acceptance() -> None:
    network = Network([CASEWORK, *HOUSES, card("law", "legal_assistance")])
    network.open(needs=["emergency_housing", "legal_assistance"])
    network.deliver()
    stream = network.stream()
    assert [one.need_type for one in stream.referrals.values()] == ["case_management"]
    assert stream.owner is not None
    assert (stream.owner.agency, stream.owner.role) == (COORDINATOR, "coordinator")
    agency = accept(network, "case_management")
    stream = network.stream()
    assert stream.case_manager == agency
    assert stream.owner is not None
    assert (stream.owner.agency, stream.owner.role) == (agency, "case_manager")
    assert network.out("emergency_housing")
    assert network.out("legal_assistance")
    assert "CaseManagerAssigned" in network.names()


@pytest.mark.parametrize("reason", sorted(DECLINE_REASONS))
def test_a_declined_referral_is_offered_to_the_next_agency(reason: str) -> None:
    network = managed(*HOUSES)
    seen = {decline(network, "emergency_housing", reason), network.out("emergency_housing")[2]}
    assert len(seen) == 2
    assert network.stream().referrals[network.of("emergency_housing")].state == "requested"


def test_a_service_without_room_is_passed_over_at_once() -> None:
    network = managed(*HOUSES)
    network.open("s2", needs=["emergency_housing"])
    network.rooms = {"casework": 9, "house-0": 0, "house-1": 1, "house-2": 0}
    network.reserved.clear()
    network.deliver()
    accepted = network.out("case_management", "s2")
    network.do(offers.accept, stream="s2", offer=accepted[1], agency=accepted[2])
    network.deliver()
    assert network.out("emergency_housing", "s2")[2] == "house-1-agency"


def test_only_the_agency_that_holds_an_offer_may_answer() -> None:
    network = managed(*HOUSES)
    _, offer, holder = network.out("emergency_housing")
    for one in HOUSES:
        if one.organization != holder:
            with pytest.raises(NotFound):
                network.do(offers.accept, offer=offer, agency=one.organization)
    with pytest.raises(NotFound):
        network.do(offers.accept, offer="no-offer", agency=holder)


def test_an_offer_is_answered_once() -> None:
    network = managed(*HOUSES)
    _, offer, agency = network.out("emergency_housing")
    network.do(offers.accept, offer=offer, agency=agency, cause="command-1")
    with pytest.raises(Conflict, match="accepted"):
        network.do(offers.accept, offer=offer, agency=agency)
    with pytest.raises(Conflict):
        network.do(offers.decline, offer=offer, agency=agency, reason="other")
    before = network.ledger.events[:]
    network.do(offers.accept, offer=offer, agency=agency, cause="command-1")
    assert network.ledger.events == before


def test_a_late_answer_is_told_that_the_offer_went_on() -> None:
    network = managed(*HOUSES)
    _, offer, agency = network.out("emergency_housing")
    network.now = network.now.replace(hour=network.now.hour + 1)
    with pytest.raises(Conflict, match="time is over"):
        network.do(offers.accept, offer=offer, agency=agency)
    network.pass_time(seconds=1)
    with pytest.raises(Conflict, match="any more"):
        network.do(offers.accept, offer=offer, agency=agency)
    assert network.out("emergency_housing")[2] != agency


def test_nobody_left_gives_the_need_to_the_coordinator_with_the_nearest_misses() -> None:
    full = card("full", "emergency_housing", capacity=Capacity(outward="none"))
    women = card("women", "emergency_housing", genders=["woman"])
    network = Network([CASEWORK, full, women])
    network.open(needs=["emergency_housing"], gender="man")
    network.deliver()
    accept(network, "case_management")
    stream = network.stream()
    referral = stream.referrals[network.of("emergency_housing")]
    assert stream.needs[referral.need].state == "unmet"
    assert [(one.service, one.rule) for one in referral.misses] == [
        ("full", "capacity"),
        ("women", "gender"),
    ]
    assert stream.owner is not None
    assert (stream.owner.agency, stream.owner.role) == (COORDINATOR, "coordinator")
    assert stream.next_action is not None
    assert stream.next_action.code == "place_need"
    assert stream.unmet == ["emergency_housing"]
    assert stream.case_manager == "casework-agency"


def test_an_unmet_need_is_asked_for_again_when_room_is_reported() -> None:
    network = managed(HOUSES[0])
    decline(network, "emergency_housing", "no_capacity")
    assert network.stream().unmet == ["emergency_housing"]
    free = card("house-0", "emergency_housing", version=2)
    network.roster.put(free)
    asked = network.names().count("ReferralRequested")
    for _ in range(2):
        network.offering.wake_for([free])
    assert network.names().count("ReferralRequested") == asked + 1
    network.deliver()
    assert network.out("emergency_housing")[2] == "house-0-agency"
    owner = network.stream().owner
    assert owner is not None
    assert owner.role == "case_manager"
    assert network.stream().unmet == []


@pytest.mark.parametrize("reason", ["not_eligible", "client_declined", "closed_or_moved"])
def test_who_said_no_for_good_is_not_asked_again_for_having_room(reason: str) -> None:
    network = managed(HOUSES[0])
    decline(network, "emergency_housing", reason)
    free = card("house-0", "emergency_housing", version=2)
    network.roster.put(free)
    assert network.offering.wake_for([free]) == 0


def test_a_service_that_comes_while_a_need_is_given_up_is_not_missed() -> None:
    network = managed(HOUSES[0])
    rank = network.roster.rank
    calls = []

    def rank_and_change(ask: Any) -> Any:
        ranking = rank(ask)
        calls.append(ask)
        if len(calls) == 1:
            network.roster.put(HOUSES[1])
        return ranking

    network.roster.rank = rank_and_change  # type: ignore[method-assign]
    decline(network, "emergency_housing", "no_capacity")
    assert network.out("emergency_housing")[2] == "house-1-agency"


def test_a_conflict_of_safety_keeps_the_agency_away_from_this_client_silently() -> None:
    both = [
        card("house", "emergency_housing", agency="both"),
        card("meals", "food_clothing", agency="both"),
        card("kitchen", "food_clothing"),
    ]
    network = managed(*both, needs=("emergency_housing", "food_clothing"))
    while network.out("food_clothing")[2] != "both":
        decline(network, "food_clothing", "no_capacity")
    decline(network, "emergency_housing", "safety_conflict")
    stream = network.stream()
    assert stream.excluded == ["both"]
    assert "both" not in stream.offered_to
    assert "both" not in stream.involved
    network.open("s2", needs=["emergency_housing"])
    network.deliver()
    _, offer, agency = network.out("case_management", "s2")
    network.do(offers.accept, stream="s2", offer=offer, agency=agency)
    network.deliver()
    assert network.out("emergency_housing", "s2")[2] == "both"


def test_an_event_that_comes_twice_reserves_and_offers_once() -> None:
    network = managed(*HOUSES)
    offered = network.names().count("ReferralOffered")
    for id, event in network.ledger.events[:]:
        network.handle(id, event)
    assert network.names().count("ReferralOffered") == offered
    assert sorted(network.reserved.values()).count("casework") == 1


def test_a_crash_between_reservation_and_offer_reserves_no_second_unit() -> None:
    network = Network([CASEWORK, HOUSES[0]])
    network.rooms = {"casework": 1}
    network.open()
    ((id, event),) = network.ledger.events[-1:]
    apply = network.ledger.apply

    def crash(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("killed")

    network.ledger.apply = crash  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        network.handle(id, event)
    network.ledger.apply = apply  # type: ignore[method-assign]
    network.handle(id, event)
    assert list(network.reserved.values()) == ["casework"]
    assert network.out("case_management")[1] in network.reserved


def test_a_service_that_failed_is_followed_by_the_next() -> None:
    network = managed(*HOUSES)
    first = accept(network, "emergency_housing")
    failed = network.of("emergency_housing")
    network.do(progress.fail, referral=failed, agency=first, reason="closed_or_moved")
    network.deliver()
    assert network.of("emergency_housing") != failed
    assert network.out("emergency_housing")[2] != first
    assert network.stream().referrals[failed].state == "failed"


def test_a_lost_case_manager_is_looked_for_again_and_the_coordinator_has_the_stream() -> None:
    network = managed(card("casework-2", "case_management"), needs=())
    agency = network.stream().case_manager
    network.do(progress.fail, referral=network.of("case_management"), agency=agency, reason="other")
    network.deliver()
    stream = network.stream()
    assert stream.case_manager == ""
    assert stream.owner is not None
    assert stream.owner.agency == COORDINATOR
    assert network.out("case_management")[2] != agency


def test_an_illegal_move_names_what_is_legal() -> None:
    network = managed(*HOUSES)
    agency = accept(network, "emergency_housing")
    with pytest.raises(IllegalMove) as refused:
        network.do(
            progress.advance,
            move="resume",
            referral=network.of("emergency_housing"),
            agency=agency,
        )
    assert refused.value.rule == "resume is not legal: it is accepted"
    assert refused.value.advice == "legal now: cancel, complete, fail, hold, start"

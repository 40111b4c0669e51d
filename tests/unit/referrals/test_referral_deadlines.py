"""What happens by itself: offers expire, needs start, what is overdue climbs the ladder."""

from __future__ import annotations

import functools
from datetime import timedelta

from services.referrals import doors, offers, progress, reopening
from services.referrals.deadlines import cause_of, deadline_passed, passed
from services.referrals.duties import DAY_S, KINDS, LADDER
from services.referrals.stream import moment, stamp
from tests.support.referral_network import COORDINATOR, TERMS, Network, card

CASEWORK = [card("casework-1", "case_management"), card("casework-2", "case_management")]
HOUSES = [card(f"house-{at}", "emergency_housing") for at in range(2)]
LAW = card("law", "legal_assistance")


def managed(network: Network) -> str:
    network.deliver()
    _, offer, agency = network.out("case_management")
    network.do(offers.accept, offer=offer, agency=agency)
    network.deliver()
    return agency


def owner(network: Network) -> tuple[str, str]:
    found = network.stream().owner
    assert found is not None
    return found.agency, found.role


def action(network: Network) -> str:
    found = network.stream().next_action
    assert found is not None
    return found.code


def test_an_offer_that_is_not_answered_goes_to_the_next_agency() -> None:
    network = Network(CASEWORK)
    network.open(needs=["emergency_housing"])
    network.deliver()
    first = network.out("case_management")
    network.pass_time(seconds=TERMS.case_manager_lease_urgent_s - 1)
    assert network.out("case_management") == first
    network.pass_time(seconds=2)
    second = network.out("case_management")
    assert second[2] != first[2]
    assert first[1] not in network.reserved
    assert second[1] in network.reserved


def test_urgent_needs_do_not_wait_for_a_case_manager_beyond_the_first_lease() -> None:
    network = Network([*CASEWORK, *HOUSES, LAW])
    network.open(needs=["emergency_housing", "legal_assistance"])
    network.deliver()
    network.pass_time(seconds=TERMS.case_manager_lease_urgent_s + 1)
    assert network.out("emergency_housing")
    assert network.stream().case_manager == ""
    assert [r.need_type for r in network.stream().referrals.values()].count("legal_assistance") == 0


def test_without_any_case_manager_no_need_waits() -> None:
    network = Network([*HOUSES, LAW])
    network.open(needs=["emergency_housing", "legal_assistance"])
    network.deliver()
    assert network.out("emergency_housing")
    assert network.out("legal_assistance")
    assert owner(network) == (COORDINATOR, "coordinator")
    assert "case_management" in network.stream().unmet


def test_leases_are_as_long_as_the_need_allows() -> None:
    network = Network([*CASEWORK, *HOUSES, LAW])
    network.open(needs=["emergency_housing", "legal_assistance"])
    managed(network)
    told = {}
    for one in network.stream().referrals.values():
        if one.offer is not None and one.is_out:
            told[one.need_type] = moment(one.offer.lease_until) - network.now
    assert told == {
        "emergency_housing": timedelta(seconds=TERMS.lease_urgent_s),
        "legal_assistance": timedelta(seconds=TERMS.lease_s),
    }


def test_what_the_case_manager_does_not_do_climbs_to_coordinator_and_supervisor() -> None:
    network = Network(CASEWORK)
    network.open()
    agency = managed(network)
    seen = [owner(network)]
    for _ in range(3):
        network.pass_time(days=1, seconds=1)
        seen.append(owner(network))
    assert seen == [
        (agency, "case_manager"),
        (COORDINATOR, "coordinator"),
        (COORDINATOR, "supervisor"),
        (COORDINATOR, "supervisor"),
    ]
    assert network.names().count("StreamOverdue") == 3
    assert action(network) == "make_contact"


def test_who_acts_has_the_stream_again() -> None:
    network = Network(CASEWORK)
    network.open()
    agency = managed(network)
    network.pass_time(days=1, seconds=1)
    assert owner(network) == (COORDINATOR, "coordinator")
    network.do(reopening.follow_up, agency=agency)
    assert owner(network) == (agency, "case_manager")
    assert action(network) == "close_stream"


def test_starting_case_management_is_the_first_contact() -> None:
    network = Network([*CASEWORK, LAW])
    network.open(needs=["legal_assistance"])
    agency = managed(network)
    assert action(network) == "make_contact"
    network.do(
        progress.advance,
        move="start",
        referral=network.of("case_management"),
        agency=agency,
    )
    assert action(network) == "follow_up"


def test_a_client_who_wrote_is_answered_by_a_deadline() -> None:
    network = Network(CASEWORK)
    network.open()
    agency = managed(network)
    network.do(reopening.follow_up, agency=agency)
    network.do(doors.client_wrote, claim="claim-1")
    assert action(network) == "answer_client"
    network.pass_time(days=1, seconds=1)
    assert owner(network) == (COORDINATOR, "coordinator")
    network.do(reopening.follow_up, agency=agency)
    assert "answer_client" not in network.stream().duties


def test_the_top_of_the_ladder_is_reminded_ever_less_often_but_daily() -> None:
    network = Network(CASEWORK)
    network.open(safe_now="no")
    gaps = []
    network.deliver()
    for _ in range(14):
        duty = network.stream().duties["find_case_manager"]
        gaps.append((moment(duty.due_at) - network.now).total_seconds())
        network.now = moment(duty.due_at)
        network.act_on_deadlines()
        network.deliver()
    assert gaps == sorted(gaps)
    assert gaps[0] == 2 * TERMS.lease_urgent_s
    assert gaps[-1] == DAY_S


def test_a_need_nobody_answers_is_asked_for_again_ever_less_often_but_daily() -> None:
    network = Network([CASEWORK[0], HOUSES[0]])
    network.open(needs=["emergency_housing"])
    managed(network)
    for _ in range(40):
        network.pass_time(seconds=TERMS.lease_urgent_s + 1)
    offered = network.names().count("ReferralOffered")
    assert 4 <= offered <= 12
    network.pass_time(days=1, seconds=1)
    assert network.names().count("ReferralOffered") == offered + 1


def test_a_deadline_has_one_cause_and_acts_once() -> None:
    network = Network(CASEWORK)
    network.open()
    network.deliver()
    network.now += timedelta(days=3)
    due = passed(network.stream(), stamp(network.now))
    assert {one.kind for one in due} == {"lease", "duty"}
    before = len(network.ledger.events)
    for _ in range(3):
        for one in due:
            move = functools.partial(deadline_passed, due=one)
            network.ledger.apply("s1", move, cause=cause_of("s1", one))
    assert len(network.ledger.events) == before + len(due)
    for one in due:
        move = functools.partial(deadline_passed, due=one)
        network.ledger.apply("s1", move, cause=f"again {one.kind}")
    assert len(network.ledger.events) == before + len(due)


def test_a_clock_that_is_behind_does_not_act_early() -> None:
    network = Network(CASEWORK)
    network.open()
    network.deliver()
    network.now += timedelta(days=3)
    due = passed(network.stream(), stamp(network.now))
    network.now -= timedelta(days=3)
    before = len(network.ledger.events)
    for one in due:
        move = functools.partial(deadline_passed, due=one)
        network.ledger.apply("s1", move, cause=cause_of("s1", one))
    assert len(network.ledger.events) == before


def test_every_duty_begins_on_the_ladder() -> None:
    assert {kind.role for kind in KINDS.values()} <= set(LADDER)
    assert all(kind.urgent > 0 and kind.routine > 0 for kind in KINDS.values())

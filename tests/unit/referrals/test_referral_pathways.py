"""A pathway on a stream: steps asked for in their turn, and none of them lost."""

from __future__ import annotations

from typing import Any

import pytest

from services.referrals import doors, offers, paths, progress, reopening
from services.referrals.path_views import gone_by
from services.referrals.path_views import planned as still_planned
from services.referrals.paths import Planned
from services.referrals.stays import ask_next, set_end
from shared.errors import Conflict, IllegalMove, Invalid, NotAllowed, NotFound
from shared.events.paths import PathDecided, PathEnded, PathStarted
from tests.support.path_rules import CASEWORK, HOUSE, LAW, SCHOOL, STEPS, managed, meet, planned
from tests.support.referral_network import COORDINATOR, Network, card


@pytest.fixture
def network() -> Network:
    """A client with a case manager who made contact."""
    return managed()


def start(network: Network, **more: Any) -> None:
    told = {"pathway": "after-a-raid", "steps": STEPS, "left_out": [], "agency": CASEWORK}
    network.do(paths.start, **{**told, **more})
    network.deliver()


def decide(network: Network, step: str, decision: str, agency: str = CASEWORK) -> None:
    network.do(paths.decide, step=step, decision=decision, agency=agency)
    network.deliver()


def stands(network: Network) -> dict[str, str]:
    path = network.stream().path
    assert path is not None
    return {one.type: one.stands(network.stream().needs) for one in path.steps}


def duties(network: Network) -> list[str]:
    return sorted(network.stream().duties)


def need_of(network: Network, need_type: str) -> str:
    return [id for id, one in network.stream().needs.items() if one.type == need_type][-1]


def end_need(network: Network, need_type: str) -> None:
    network.do(progress.end_need, need=need_of(network, need_type), agency=CASEWORK)


def test_what_need_not_wait_is_asked_for_at_once_and_the_rest_in_its_turn(
    network: Network,
) -> None:
    start(network)
    assert stands(network) == {HOUSE: "asked", LAW: "waiting", SCHOOL: "waiting"}
    assert network.out(HOUSE)[2] == "house-agency"
    meet(network, HOUSE)
    assert stands(network) == {HOUSE: "met", LAW: "asked", SCHOOL: "waiting"}
    meet(network, LAW)
    assert stands(network) == {HOUSE: "met", LAW: "met", SCHOOL: "asked"}
    meet(network, SCHOOL)
    assert not network.stream().is_on_path
    network.do(reopening.close, agency=CASEWORK, reason="needs_met")
    assert network.stream().path is None
    assert [type(one) for _, one in network.ledger.events[-1:]] != [PathEnded]
    assert network.names().count("PathEnded") == 1


def test_what_happened_is_told_in_codes(network: Network) -> None:
    start(network, left_out=[SCHOOL])
    told = [one for _, one in network.ledger.events if isinstance(one, PathStarted)]
    assert told == [
        PathStarted(
            stream="s1",
            agency=CASEWORK,
            pathway="after-a-raid",
            steps=[HOUSE, LAW, SCHOOL],
            left_out=[SCHOOL],
        )
    ]


def test_a_need_that_is_asked_for_already_is_not_asked_twice() -> None:
    network = managed(HOUSE)
    start(network)
    assert [one.type for one in network.stream().needs.values()].count(HOUSE) == 1
    meet(network, HOUSE)
    assert stands(network)[LAW] == "asked"


def test_what_was_met_before_is_asked_for_again_unless_it_is_left_out() -> None:
    network = managed(HOUSE)
    meet(network, HOUSE)
    start(network, left_out=[HOUSE])
    assert stands(network) == {HOUSE: "left_out", LAW: "asked", SCHOOL: "waiting"}
    network.do(paths.end, agency=CASEWORK)
    start(network)
    assert stands(network)[HOUSE] == "asked"


def test_a_step_recorded_before_its_turn_is_that_step(network: Network) -> None:
    start(network)
    network.do(doors.record_need, need_type=LAW, agency=CASEWORK)
    network.deliver()
    assert stands(network) == {HOUSE: "asked", LAW: "asked", SCHOOL: "waiting"}
    meet(network, LAW)
    meet(network, HOUSE)
    assert [one.type for one in network.stream().needs.values()].count(LAW) == 1
    assert stands(network)[SCHOOL] == "asked"


def test_behind_a_step_that_ended_a_decision_is_owed(network: Network) -> None:
    start(network)
    end_need(network, HOUSE)
    assert stands(network) == {HOUSE: "ended", LAW: "waiting", SCHOOL: "waiting"}
    assert f"decide_path:{LAW}" in duties(network)
    assert f"decide_path:{SCHOOL}" in duties(network)
    decide(network, LAW, "ask")
    assert network.out(LAW)[2] == "law-agency"
    assert [one for one in duties(network) if "decide" in one] == [f"decide_path:{SCHOOL}"]
    decide(network, SCHOOL, "leave_out")
    assert stands(network) == {HOUSE: "ended", LAW: "asked", SCHOOL: "left_out"}
    assert not [one for one in duties(network) if "decide" in one]
    decided = [one for _, one in network.ledger.events if isinstance(one, PathDecided)]
    assert [(one.need_type, one.decision) for one in decided] == [
        (LAW, "ask"),
        (SCHOOL, "leave_out"),
    ]


def test_the_decision_climbs_the_ladder_when_nobody_makes_it(network: Network) -> None:
    start(network)
    end_need(network, HOUSE)
    key = f"decide_path:{LAW}"
    assert network.stream().duties[key].role == "case_manager"
    network.pass_time(days=2)
    assert network.stream().duties[key].role == "coordinator"


def test_a_need_recorded_anew_takes_the_place_of_one_that_ended(network: Network) -> None:
    start(network)
    end_need(network, HOUSE)
    network.do(doors.record_need, need_type=HOUSE, agency=CASEWORK)
    network.deliver()
    assert stands(network)[HOUSE] == "asked"
    assert not [one for one in duties(network) if "decide" in one]
    meet(network, HOUSE)
    assert stands(network)[LAW] == "asked"


def test_leaving_a_step_out_lets_the_next_go_on(network: Network) -> None:
    start(network, left_out=[HOUSE])
    assert stands(network) == {HOUSE: "left_out", LAW: "asked", SCHOOL: "waiting"}
    start_again = managed()
    start(start_again, steps=[planned(HOUSE), planned(LAW, HOUSE), planned(SCHOOL, LAW)])
    decide(start_again, LAW, "leave_out")
    assert stands(start_again)[SCHOOL] == "asked"


def test_a_stay_followed_by_the_next_place_counts_as_one_step() -> None:
    network = managed()
    start(network, steps=[planned(HOUSE), planned(LAW, HOUSE)])
    referral, offer, agency = network.out(HOUSE)
    network.do(offers.accept, offer=offer, agency=agency)
    network.do(progress.advance, move="start", referral=referral, agency=agency)
    network.do(set_end, referral=referral, ends_on="2026-03-11", agency=agency)
    network.do(ask_next, referral=referral, need_type=HOUSE, agency=CASEWORK)
    network.do(progress.fail, referral=referral, agency=agency, reason="no_capacity")
    assert network.stream().needs[network.stream().referrals[referral].need].state == "ended"
    assert stands(network) == {HOUSE: "asked", LAW: "waiting"}
    assert not [one for one in duties(network) if "decide" in one]


def test_services_the_pathway_names_are_asked_first(network: Network) -> None:
    for name in ("a-law", "z-law"):
        network.roster.put(card(name, LAW))
    start(network, steps=[planned(LAW, services=("z-law",))])
    assert network.out(LAW)[2] == "z-law-agency"


def test_one_at_a_time_and_only_by_who_leads_and_with_a_case_manager(network: Network) -> None:
    with pytest.raises(NotAllowed):
        start(network, agency="stranger")
    start(network)
    with pytest.raises(Conflict, match="steps of a pathway wait"):
        start(network)
    with pytest.raises(NotAllowed):
        decide(network, LAW, "ask", "stranger")
    with pytest.raises(NotAllowed):
        network.do(paths.end, agency="stranger")
    network.do(paths.end, agency=CASEWORK)
    with pytest.raises(NotFound):
        network.do(paths.end, agency=CASEWORK)
    nobody = Network([])
    nobody.open(needs=[LAW])
    with pytest.raises(IllegalMove, match="no case manager"):
        start(nobody, agency=COORDINATOR)


def test_a_decision_is_about_a_step_that_waits(network: Network) -> None:
    start(network)
    with pytest.raises(IllegalMove, match="does not wait"):
        decide(network, HOUSE, "leave_out")
    for step in ("translation", "", "x" * 1_000):
        with pytest.raises(NotFound):
            decide(network, step, "ask")
    with pytest.raises(Invalid, match="decision"):
        decide(network, LAW, "burn")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"steps": []}, "steps"),
        ({"steps": [planned(HOUSE)] * 1_000}, "steps"),
        ({"steps": [planned("gold")]}, r"steps\.need"),
        ({"steps": [planned(HOUSE), planned(HOUSE)]}, r"steps\.need"),
        ({"steps": [planned(HOUSE, LAW), planned(LAW, HOUSE)]}, r"steps\.after"),
        ({"steps": [planned(HOUSE, HOUSE)]}, r"steps\.after"),
        ({"steps": [planned(LAW), planned(HOUSE, *[LAW] * 21)]}, r"steps\.after"),
        ({"steps": [Planned(need=HOUSE, services=["a"] * 11)]}, r"steps\.services"),
        ({"steps": [Planned(need=HOUSE, services=["\x00" * 99])]}, r"steps\.services"),
        ({"steps": [planned("case_management")]}, "left_out"),
        ({"left_out": [HOUSE, LAW, SCHOOL]}, "left_out"),
        ({"left_out": ["gold"]}, "left_out"),
        ({"pathway": "../x"}, "pathway"),
        ({"pathway": ""}, "pathway"),
        ({"pathway": "a" * 61}, "pathway"),
    ],
)
def test_what_does_not_fit_is_named(network: Network, fields: dict[str, Any], field: str) -> None:
    before = network.stream()
    with pytest.raises(Invalid, match=field):
        start(network, **fields)
    assert network.stream() == before


def test_closing_ends_it_and_reopening_does_not_bring_it_back(network: Network) -> None:
    start(network)
    end_need(network, HOUSE)
    network.do(reopening.close, agency=CASEWORK, reason="client_left")
    assert network.names().count("PathEnded") == 1
    network.do(reopening.reopen)
    assert network.stream().path is None
    assert still_planned(network.stream()) == []


def test_the_client_is_told_what_is_still_to_come_and_who_leads_how_all_stands(
    network: Network,
) -> None:
    assert gone_by(network.stream()) == {}
    start(network, left_out=[LAW])
    assert still_planned(network.stream()) == [{"need_type": SCHOOL, "after": [HOUSE]}]
    told = gone_by(network.stream())
    assert told["is_on_path"]
    assert [(one["need_type"], one["stands"]) for one in told["steps"]] == [
        (HOUSE, "asked"),
        (LAW, "left_out"),
        (SCHOOL, "waiting"),
    ]
    end_need(network, HOUSE)
    assert [one["is_stuck"] for one in gone_by(network.stream())["steps"]] == [False, False, True]

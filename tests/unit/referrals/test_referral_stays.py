"""A stay that ends on a day: kept, corrected, and the next placement asked for while it goes on."""

from __future__ import annotations

from typing import Any

import pytest

from services.referrals import doors, offers, progress, stays
from services.referrals.parts import Stay
from services.referrals.views import agency_view, awaited, client_view
from shared.errors import Conflict, IllegalMove, Invalid, NotAllowed, NotFound
from shared.events.stays import NextPlacementAsked, StayEnding, StaySet
from tests.support.referral_network import COORDINATOR, TERMS, Network
from tests.support.stay_rules import CASEWORK, HOUSE, SHELTERS, placed, stay_of


@pytest.fixture
def network() -> Network:
    """A client with a case manager, placed on 1 March for 90 days."""
    return placed(SHELTERS["ninety"])


def duties(network: Network) -> list[str]:
    return sorted(network.stream().duties)


def set_end(network: Network, ends_on: str, agency: str = HOUSE, **more: Any) -> None:
    told = {"referral": network.of("emergency_housing"), "ends_on": ends_on, "agency": agency}
    network.do(stays.set_end, **{**told, **more})


def ask_next(network: Network, need_type: str = "emergency_housing", **more: Any) -> None:
    told = {"referral": network.of("emergency_housing"), "need_type": need_type}
    network.do(stays.ask_next, **{**told, "agency": CASEWORK, **more})


def needs(network: Network, need_type: str) -> list[str]:
    return [one.state for one in network.stream().needs.values() if one.type == need_type]


def test_a_placement_that_starts_keeps_its_last_day(network: Network) -> None:
    assert stay_of(network) == Stay(ends_on="2026-05-30", ahead=[30, 14, 3])
    told = network.ledger.events[-1][1]
    referral = network.of("emergency_housing")
    named = {"referral": referral, "service": "house", "agency": HOUSE}
    assert told == StaySet(stream="s1", ends_on="2026-05-30", **named)
    assert not [duty for duty in duties(network) if "placement" in duty]


def test_without_a_maximum_there_is_none_until_somebody_says_so() -> None:
    network = placed(SHELTERS["open"])
    assert network.stream().referrals[network.of("emergency_housing")].stay is None
    with pytest.raises(IllegalMove, match="no last day"):
        ask_next(network)
    set_end(network, "2026-03-11")
    assert stay_of(network) == Stay(ends_on="2026-03-11", ahead=[3])


def test_only_a_placement_ends_on_a_day() -> None:
    network = placed(SHELTERS["ninety"], "legal_assistance")
    assert network.stream().referrals[network.of("legal_assistance")].stay is None
    for referral in (network.of("legal_assistance"), network.of("case_management")):
        told = {"referral": referral, "ends_on": "2026-03-11", "agency": CASEWORK}
        with pytest.raises(IllegalMove, match="no place to live"):
            network.do(stays.set_end, **told)


def test_it_is_set_by_who_serves_and_who_leads_and_nobody_else(network: Network) -> None:
    set_end(network, "2026-06-10")
    set_end(network, "2026-06-11", CASEWORK)
    assert stay_of(network).ends_on == "2026-06-11"
    with pytest.raises(NotFound):
        set_end(network, "2026-06-12", "stranger")
    network.do(doors.continue_stream, door="agency", agency="door")
    with pytest.raises(NotAllowed):
        set_end(network, "2026-06-12", "door")
    with pytest.raises(NotFound):
        set_end(network, "2026-06-12", referral="none")
    assert network.names().count("StaySet") == 3


@pytest.mark.parametrize("day", ["2026-03-01", "2028-03-01"])
def test_any_day_from_today_until_in_two_years_will_do(network: Network, day: str) -> None:
    set_end(network, day)
    assert stay_of(network).ends_on == day


@pytest.mark.parametrize(
    "day",
    [
        *("2026-02-28", "2028-03-02", "0001-01-01", "9999-12-31", "", "soon", "2026-3-5"),
        *("20260305", "2026-02-30", "2026-03-05T00:00", " 2026-03-05", "{'$gt': ''}"),
        *("٢٠٢٦-٠٣-٠٥", "9" * 9_999),
    ],
)
def test_another_day_is_refused_by_name(network: Network, day: str) -> None:
    with pytest.raises(Invalid) as refused:
        set_end(network, day)
    assert refused.value.field == "ends_on"


def test_it_is_today_until_it_is_today_nowhere(network: Network) -> None:
    network.now = network.now.replace(hour=11, day=2)
    set_end(network, "2026-03-01")
    network.now = network.now.replace(hour=12)
    with pytest.raises(Invalid):
        set_end(network, "2026-03-01")


def test_the_same_day_again_is_nothing_new(network: Network) -> None:
    before = network.stream()
    set_end(network, "2026-05-30")
    assert network.stream() == before


def test_a_shorter_stay_tells_at_once_the_warnings_it_jumps_over(network: Network) -> None:
    set_end(network, "2026-03-11")
    assert stay_of(network).ahead == [3]
    told = network.ledger.events[-1][1]
    assert isinstance(told, StayEnding)
    assert (told.days_left, told.agency) == (10, HOUSE)
    assert "next_placement:" + network.of("emergency_housing") in duties(network)


def test_one_that_is_somewhat_shorter_jumps_over_none(network: Network) -> None:
    set_end(network, "2026-05-01")
    assert stay_of(network).ahead == [30, 14, 3]
    assert "StayEnding" not in network.names()


def test_one_that_is_over_has_no_day_to_set(network: Network) -> None:
    referral = network.of("emergency_housing")
    network.do(progress.complete, referral=referral, agency=HOUSE)
    with pytest.raises(IllegalMove):
        set_end(network, "2026-03-20", referral=referral)


def test_the_next_one_is_a_need_of_its_own_while_this_one_goes_on(network: Network) -> None:
    first = network.of("emergency_housing")
    ask_next(network)
    stream = network.stream()
    assert network.names()[-3:] == ["NeedRecorded", "ReferralRequested", "NextPlacementAsked"]
    assert stream.referrals[first].state == "in_progress"
    assert needs(network, "emergency_housing") == ["open", "open"]
    network.deliver()
    _, _, agency = network.out("emergency_housing")
    assert agency == "other-agency"  # never the one whose stay is over
    with pytest.raises(Conflict):
        ask_next(network, referral=first)


@pytest.mark.parametrize("how", ["complete", "fail", "cancel"])
def test_however_this_one_ends_the_next_goes_on(network: Network, how: str) -> None:
    first = network.of("emergency_housing")
    ask_next(network)
    more = {"reason": "other"} if how == "fail" else {}
    network.do(getattr(progress, how), referral=first, agency=HOUSE, **more)
    network.deliver()
    before, after = needs(network, "emergency_housing")
    assert before == ("met" if how == "complete" else "ended")
    assert after == "open"
    alive = [one for one in network.stream().referrals.values() if one.state == "requested"]
    assert [one.need_type for one in alive] == ["emergency_housing"]


def test_a_longer_one_does_not_stand_in_for_a_bed_that_is_lost(network: Network) -> None:
    ask_next(network, "transitional_housing")
    first = network.of("emergency_housing")
    network.do(progress.fail, referral=first, agency=HOUSE, reason="other")
    assert needs(network, "emergency_housing") == ["open"]
    assert needs(network, "transitional_housing") == ["open"]
    assert network.of("emergency_housing") != first


def test_what_is_looked_for_already_counts_as_the_next(network: Network) -> None:
    network.do(doors.record_need, need_type="transitional_housing", agency=CASEWORK)
    ask_next(network, "transitional_housing")
    assert needs(network, "transitional_housing") == ["open"]
    assert isinstance(network.ledger.events[-1][1], NextPlacementAsked)
    found = [one.need_type for one in network.stream().referrals.values()]
    assert found.count("transitional_housing") == 1


def test_two_stays_that_end_do_not_lean_on_each_other(network: Network) -> None:
    first = network.of("emergency_housing")
    ask_next(network, "transitional_housing")
    network.deliver()
    second, offer, agency = network.out("transitional_housing")
    network.do(offers.accept, offer=offer, agency=agency)
    network.do(progress.advance, move="start", referral=second, agency=agency)
    set_end(network, "2026-03-03", CASEWORK, referral=second)
    ask_next(network, referral=second)
    assert needs(network, "emergency_housing") == ["open", "open"]
    followed_by = stay_of(network).followed_by
    assert network.stream().referrals[first].need != followed_by


def test_only_the_last_place_is_not_asked_again(network: Network) -> None:
    ask_next(network)
    network.deliver()
    referral, offer, agency = network.out("emergency_housing")
    network.do(offers.accept, offer=offer, agency=agency)
    network.do(progress.advance, move="start", referral=referral, agency=agency)
    ask_next(network, referral=referral)
    network.deliver()
    assert (agency, network.out("emergency_housing")[2]) == ("other-agency", HOUSE)


def test_called_off_it_is_owed_again(network: Network) -> None:
    ask_next(network, "transitional_housing")
    set_end(network, "2026-03-03")
    assert not [duty for duty in duties(network) if "placement" in duty]
    network.do(progress.end_need, need=stay_of(network).followed_by, agency=CASEWORK)
    assert [duty for duty in duties(network) if "placement" in duty]


@pytest.mark.parametrize("code", ["legal_assistance", "case_management", "", "none"])
def test_only_a_place_to_live_can_follow(network: Network, code: str) -> None:
    with pytest.raises(Invalid):
        ask_next(network, code)


def test_only_who_leads_asks_for_the_next(network: Network) -> None:
    with pytest.raises(NotAllowed):
        ask_next(network, agency=HOUSE)
    with pytest.raises(NotFound):
        ask_next(network, agency="stranger")


def test_it_is_shown_to_those_it_concerns(network: Network) -> None:
    set_end(network, "2026-03-03")
    referral = network.of("emergency_housing")
    step = client_view(network.stream())["steps"][0]
    assert (step["stay_ends_on"], step["is_followed"]) == ("2026-03-03", False)
    for agency in (HOUSE, CASEWORK, COORDINATOR):
        shown = agency_view(network.stream(), agency, TERMS, [])
        assert shown["referrals"][referral]["stay"]["ends_on"] == "2026-03-03"
    owed = awaited(network.stream(), CASEWORK, TERMS, "2026-03-01")
    (line,) = [one for one in owed if one["action"] == "next_placement"]
    assert (line["referral"], line["stay_ends_on"]) == (referral, "2026-03-03")
    network.do(progress.complete, referral=referral, agency=HOUSE)
    assert "stay_ends_on" not in client_view(network.stream())["steps"][0]

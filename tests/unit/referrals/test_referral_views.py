"""What clients and agencies are shown: their own part, never that somebody said no."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import services.referrals
from services.referrals import offers, progress, views
from shared.events import all_types, to_data, type_of
from tests.support.referral_network import COORDINATOR, TERMS, Network, card

CARDS = [
    card("casework", "case_management"),
    card("house-1", "emergency_housing"),
    card("house-2", "emergency_housing"),
    card("law", "legal_assistance"),
]


def history(network: Network) -> list[dict[str, Any]]:
    """The commits as the store gives them."""
    return [
        {
            "at": datetime(2026, 3, 1, tzinfo=UTC),
            "actor": "staff-1",
            "events": [{"type": type_of(type(event)).name, "data": to_data(event)}],
        }
        for _, event in network.ledger.events
    ]


def view(network: Network, agency: str) -> dict[str, Any]:
    return views.agency_view(network.stream(), agency, TERMS, history(network))


def accept(network: Network, need_type: str) -> str:
    _, offer, agency = network.out(need_type)
    network.do(offers.accept, offer=offer, agency=agency)
    network.deliver()
    return agency


def with_offers() -> tuple[Network, str, str]:
    """A managed stream in which one shelter said no and another one holds the offer."""
    network = Network(CARDS)
    network.open(needs=["emergency_housing", "legal_assistance"])
    network.deliver()
    accept(network, "case_management")
    _, offer, first = network.out("emergency_housing")
    network.do(offers.decline, offer=offer, agency=first, reason="safety_conflict")
    network.deliver()
    return network, first, network.out("emergency_housing")[2]


def steps(network: Network) -> dict[str, dict[str, Any]]:
    told = views.client_view(network.stream())["steps"]
    return {step["need_type"]: step for step in told}


def test_a_client_sees_her_own_steps_and_only_who_accepted() -> None:
    network, first, second = with_offers()
    told = views.client_view(network.stream())
    assert told["case_manager"] == "casework-agency"
    assert {step["step"] for step in told["steps"]} == {"looking"}
    assert first not in str(told)
    assert second not in str(told)
    for word in ("declin", "reject", "expire", "fail", "safety_conflict"):
        assert word not in str(told)
    agency = accept(network, "emergency_housing")
    assert steps(network)["emergency_housing"] == {
        "need": network.stream().referrals[network.of("emergency_housing")].need,
        "need_type": "emergency_housing",
        "step": "accepted",
        "agency": agency,
        "service": second.removesuffix("-agency"),
    }


def test_every_state_has_a_plain_word() -> None:
    network, _, _ = with_offers()
    agency = accept(network, "emergency_housing")
    referral = network.of("emergency_housing")
    told = []
    for move in ("start", "hold", "resume"):
        network.do(progress.advance, move=move, referral=referral, agency=agency)
        told.append(steps(network)["emergency_housing"]["step"])
    network.do(progress.fail, referral=referral, agency=agency, reason="other")
    told.append(steps(network)["emergency_housing"]["step"])
    network.deliver()
    told.append(steps(network)["emergency_housing"]["step"])
    leader = network.stream().case_manager
    network.do(progress.cancel, referral=network.of("legal_assistance"), agency=leader)
    told.append(steps(network)["legal_assistance"]["step"])
    assert told == ["in_progress", "paused", "in_progress", "looking", "still_looking", "ended"]
    fresh = Network(CARDS)
    fresh.open(needs=["education"])
    assert steps(fresh)["education"]["step"] == "waiting"


def test_an_agency_with_an_offer_sees_what_it_needs_and_nothing_of_the_others() -> None:
    network, first, second = with_offers()
    told = view(network, second)
    assert told["relation"] == "offered"
    assert [one["need_type"] for one in told["referrals"].values()] == ["emergency_housing"]
    assert told["language"] == "es"
    for hidden in (first, "law-agency", "safety_conflict", "tried", "claim"):
        assert hidden not in str(told)
    assert [line["event"] for line in told["timeline"]] == ["stream.opened", "referral.offered"]


def test_an_agency_that_is_asked_is_told_wishes_but_not_whom_or_where_the_client_avoids() -> None:
    network = Network(CARDS)
    network.open(avoid=["home_country", "XS-pine", "0b44dd9c-abe2-5cf2-be72-665e3d9de53e"])
    network.deliver()
    (line,) = views.offers_of(network.stream(), "casework-agency")
    assert line["client"]["avoid"] == ["home_country"]
    assert view(network, "casework-agency")["avoid"] == ["home_country"]
    assert len(view(network, COORDINATOR)["avoid"]) == 3


def test_who_leads_the_stream_sees_all_of_it() -> None:
    network, first, second = with_offers()
    for agency, relation in (("casework-agency", "case_manager"), (COORDINATOR, "coordinator")):
        told = view(network, agency)
        assert told["relation"] == relation
        assert first in str(told)
        assert second in str(told)
        assert len(told["timeline"]) == len(network.ledger.events)
        assert told["timeline"][0]["by"] == "staff-1"
    (legal,) = (r for r in told["referrals"].values() if r["need_type"] == "legal_assistance")
    assert legal["legal"] == ["accept", "cancel", "decline", "expire", "look_again", "offer"]
    assert legal["offer"]["trace"]["language"] == "spoken"


def test_an_agency_whose_offer_is_over_has_no_part_any_more() -> None:
    network, first, _ = with_offers()
    assert views.relation(network.stream(), first, TERMS) == ""
    assert views.relation(network.stream(), "stranger", TERMS) == ""
    assert views.relation(network.stream(), "", TERMS) == ""


def test_the_coordinator_is_told_who_was_asked_and_why_not() -> None:
    network, first, second = with_offers()
    _, offer, _ = network.out("emergency_housing")
    network.do(offers.decline, offer=offer, agency=second, reason="no_capacity")
    network.deliver()
    (line,) = (
        one
        for one in views.awaited(network.stream(), COORDINATOR, TERMS, "2026-01-01")
        if one["action"] == "place_need"
    )
    assert line["need_type"] == "emergency_housing"
    assert {one["agency"]: one["outcome"] for one in line["tried"]} == {
        first: "safety_conflict",
        second: "no_capacity",
    }
    assert {one["rule"] for one in line["misses"]} == {"asked", "excluded"}
    assert not line["is_overdue"]


def test_every_event_of_the_catalogue_is_stated_by_the_service() -> None:
    folder = Path(inspect.getfile(services.referrals)).parent
    code = "\n".join(path.read_text() for path in folder.rglob("*.py"))
    for kind in all_types():
        if kind.source == "referrals":
            used = code.count(f"{kind.cls.__name__}(") + code.count(f": {kind.cls.__name__},")
            assert used, kind.name

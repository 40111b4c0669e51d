"""A plan of a stream: steps with a day each, made and marked by who leads it, shown to few."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.referrals import doors, offers, plans, progress, reopening
from services.referrals.views import agency_view, client_view
from shared.errors import IllegalMove, Invalid, NotAllowed, NotFound
from shared.events.referrals import PlanAttached, PlanStepMarked
from tests.support.referral_network import COORDINATOR, TERMS, Network, card

CARDS = [card("casework", "case_management"), card("house", "emergency_housing")]
MANAGER = "casework-agency"
VERSION = "2026-02-01"


def day(network: Network, after: int) -> str:
    return (network.now.date() + timedelta(days=after)).isoformat()


@pytest.fixture
def network() -> Network:
    """A client with a case manager and a house that holds an offer."""
    made = Network(CARDS)
    made.open(needs=["emergency_housing"], door="agency", agency="door-agency")
    made.deliver()
    _, offer, agency = made.out("case_management")
    made.do(offers.accept, offer=offer, agency=agency)
    made.deliver()
    return made


def attach(network: Network, steps: dict[str, str] | None = None, **more: Any) -> None:
    told = {"safe-bed": day(network, 0), "t-visa": day(network, 90)} if steps is None else steps
    arguments = {"version": VERSION, "agency": MANAGER, **more}
    network.do(plans.attach, steps=told, **arguments)


def test_a_plan_is_kept_and_told(network: Network) -> None:
    attach(network)
    _, event = network.ledger.events[-1]
    assert event == PlanAttached(
        stream="s1",
        agency=MANAGER,
        version=VERSION,
        steps=["safe-bed", "t-visa"],
        days=[day(network, 0), day(network, 90)],
    )
    plan = network.stream().plan
    assert plan is not None
    assert [one.is_done for one in plan.steps.values()] == [False, False]


def test_a_step_is_marked_and_taken_back(network: Network) -> None:
    attach(network)
    for is_done in (True, False):
        network.do(plans.mark, step="t-visa", is_done=is_done, agency=MANAGER)
        _, event = network.ledger.events[-1]
        assert event == PlanStepMarked(stream="s1", agency=MANAGER, step="t-visa", is_done=is_done)
    before = len(network.ledger.events)
    network.do(plans.mark, step="t-visa", is_done=False, agency=MANAGER)
    attach(network)
    assert len(network.ledger.events) == before


def test_a_new_plan_keeps_what_was_done_and_drops_what_is_not_named(network: Network) -> None:
    attach(network)
    network.do(plans.mark, step="safe-bed", is_done=True, agency=MANAGER)
    network.pass_time(days=3)
    attach(network, {"safe-bed": day(network, -3), "lawyer": day(network, 5)})
    plan = network.stream().plan
    assert plan is not None
    assert {id: one.is_done for id, one in plan.steps.items()} == {
        "safe-bed": True,
        "lawyer": False,
    }


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ({}, "steps"),
        ({f"step-{'a' * at}": "2026-03-02" for at in range(1, 70)}, "steps"),
        ({"$gt": "2026-03-02"}, "steps"),
        ({"Ana lives at 5": "2026-03-02"}, "steps"),
        ({"a" * 61: "2026-03-02"}, "steps"),
        ({"": "2026-03-02"}, "steps"),
        ({"t-visa": ""}, "steps.t-visa"),
        ({"t-visa": "tomorrow"}, "steps.t-visa"),
        ({"t-visa": "2026-02-30"}, "steps.t-visa"),
        ({"t-visa": "20260302"}, "steps.t-visa"),
        ({"t-visa": "2026-02-01"}, "steps.t-visa"),
        ({"t-visa": "2046-02-01"}, "steps.t-visa"),
        ({"t-visa": "٢٠٢٦-03-02"}, "steps.t-visa"),
    ],
)
def test_a_step_or_a_day_that_is_none_is_refused_by_name(
    network: Network, steps: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        attach(network, steps)
    assert refused.value.field == field
    assert network.stream().plan is None


@pytest.mark.parametrize("version", ["", "two", "2026-13-01", "2026-1-1", "x" * 500])
def test_a_version_is_a_day(network: Network, version: str) -> None:
    with pytest.raises(Invalid, match="version"):
        attach(network, version=version)


def test_only_who_leads_makes_and_marks_a_plan(network: Network) -> None:
    for stranger in ("house-agency", "door-agency", "stranger", ""):
        with pytest.raises(NotAllowed):
            attach(network, agency=stranger)
    attach(network)
    with pytest.raises(NotAllowed):
        network.do(plans.mark, step="t-visa", is_done=True, agency="house-agency")
    with pytest.raises(NotFound):
        network.do(plans.mark, step="moon", is_done=True, agency=MANAGER)


def test_a_closed_stream_has_no_new_plan(network: Network) -> None:
    attach(network)
    (need,) = (id for id, one in network.stream().needs.items() if one.type != "case_management")
    network.do(progress.end_need, need=need, agency=MANAGER)
    network.do(reopening.close, agency=MANAGER, reason="needs_met")
    with pytest.raises(IllegalMove, match="attach_plan is not legal: it is closed"):
        attach(network)
    with pytest.raises(IllegalMove):
        network.do(plans.mark, step="t-visa", is_done=True, agency=MANAGER)
    assert client_view(network.stream())["plan"]["steps"]


def test_the_plan_is_for_the_client_and_who_leads(network: Network) -> None:
    attach(network)
    network.do(doors.continue_stream, door="agency", agency="other-door")
    told = {"due_on": day(network, 90), "is_done": False}
    assert client_view(network.stream())["plan"]["steps"]["t-visa"] == told
    for agency in (MANAGER, COORDINATOR):
        view = agency_view(network.stream(), agency, TERMS, [])
        assert view["plan"]["version"] == VERSION
    for agency in ("house-agency", "door-agency", "other-door"):
        view = agency_view(network.stream(), agency, TERMS, [])
        assert view["relation"] in ("offered", "door")
        assert "t-visa" not in str(view)

"""Rows for other systems: what a door, a leader and an asked agency see, and when it changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services.referrals import doors, offers, progress
from services.referrals.task_rows import rows, version_of
from services.referrals.views import client_view
from shared.events import to_data, type_of
from tests.support.referral_network import COORDINATOR, TERMS, Network, card

Json = dict[str, Any]
DOOR = "hospital"
CARDS = [
    card("casework", "case_management"),
    card("house-1", "emergency_housing"),
    card("house-2", "emergency_housing"),
    card("law", "legal_assistance"),
]


def history(network: Network) -> list[Json]:
    """The commits as the store gives them, a minute apart."""
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    return [
        {
            "at": begin + timedelta(minutes=at),
            "actor": "staff-1",
            "events": [{"type": type_of(type(event)).name, "data": to_data(event)}],
        }
        for at, (_, event) in enumerate(network.ledger.events)
    ]


def told(network: Network, agency: str) -> dict[str, Json]:
    found = rows(network.stream(), agency, TERMS, history(network))
    return {f"{row['kind']}:{row['need_type']}": row for row in found}


def at_the_door() -> Network:
    """A client came in at a hospital and has a case manager; two needs look for a service."""
    network = Network(CARDS)
    network.open(needs=["emergency_housing", "legal_assistance"], door="agency", agency=DOOR)
    network.deliver()
    accept(network, "case_management")
    return network


def accept(network: Network, need_type: str) -> str:
    _, offer, agency = network.out(need_type)
    network.do(offers.accept, offer=offer, agency=agency)
    network.deliver()
    return agency


def decline(network: Network, need_type: str, reason: str) -> str:
    _, offer, agency = network.out(need_type)
    network.do(offers.decline, offer=offer, agency=agency, reason=reason)
    network.deliver()
    return agency


def test_a_door_sees_needs_in_the_clients_own_steps() -> None:
    network = at_the_door()
    mine = told(network, DOOR)
    assert {row["kind"] for row in mine.values()} == {"need"}
    steps = {step["need"]: step["step"] for step in client_view(network.stream())["steps"]}
    shown = {row["id"]: row["state"] for row in mine.values()}
    assert steps.items() <= shown.items()
    assert all(row["requester"] == DOOR for row in mine.values())
    assert all("client" not in row for row in mine.values())


def test_a_door_does_not_notice_that_somebody_said_no() -> None:
    network = at_the_door()
    before = told(network, DOOR)
    said = [decline(network, "emergency_housing", "safety_conflict")]
    assert told(network, DOOR) == before
    text = str(told(network, DOOR))
    assert not any(agency in text for agency in said)
    accept(network, "emergency_housing")
    after = told(network, DOOR)["need:emergency_housing"]
    assert after["state"] == "accepted"
    assert after["at"] > before["need:emergency_housing"]["at"]


def test_an_asked_agency_sees_its_referral_alone() -> None:
    network = at_the_door()
    first = decline(network, "emergency_housing", "no_capacity")
    assert rows(network.stream(), first, TERMS, history(network)) == []
    _, _, second = network.out("emergency_housing")
    mine = told(network, second)
    assert mine.keys() == {"referral:emergency_housing"}
    row = mine["referral:emergency_housing"]
    assert (row["state"], row["business"], row["owner"]) == ("requested", "offered", second)
    assert row["reason"] == ""
    assert first not in str(row)
    assert row["client"]["language"] == "es"
    assert "avoid" not in row["client"]


def test_what_happens_elsewhere_is_no_new_version() -> None:
    network = at_the_door()
    house = accept(network, "emergency_housing")
    before = told(network, house)
    decline(network, "legal_assistance", "not_eligible")
    network.do(doors.record_need, need_type="dental_care", agency="casework-agency")
    network.deliver()
    assert told(network, house) == before


def test_a_leader_sees_both_with_reasons() -> None:
    network = at_the_door()
    house = accept(network, "emergency_housing")
    referral = network.of("emergency_housing")
    network.do(progress.fail, referral=referral, agency=house, reason="no_capacity")
    every = rows(network.stream(), COORDINATOR, TERMS, history(network))
    assert {row["kind"] for row in every} == {"need", "referral"}
    (failed,) = [row for row in every if row["id"] == referral]
    assert (failed["state"], failed["reason"], failed["owner"]) == ("failed", "no_capacity", house)


def test_going_to_and_fro_gives_each_time_another_version() -> None:
    network = at_the_door()
    house = accept(network, "emergency_housing")
    referral = network.of("emergency_housing")
    seen = set()
    for move in ("start", "hold", "resume", "hold", "resume"):
        network.do(progress.advance, move=move, referral=referral, agency=house)
        seen.add(version_of(told(network, house)["referral:emergency_housing"]))
    assert len(seen) == 5


def test_a_stranger_sees_nothing() -> None:
    assert rows(at_the_door().stream(), "stranger", TERMS, ()) == []

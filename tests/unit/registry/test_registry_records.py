"""What may be listed, and what listing, changing and withdrawing a record states."""

from __future__ import annotations

from typing import Any

import pytest

from services.registry import records
from services.registry.checking import check, id_in
from services.registry.domain import Json, Kind
from services.registry.records import Given, Record
from shared.errors import IllegalMove, Invalid
from shared.events.registry import (
    LocationChanged,
    LocationListed,
    OrganizationChanged,
    OrganizationListed,
    ServiceChanged,
    ServiceListed,
    ServiceWithdrawn,
)
from tests.support.registry_records import id_for, location, organization, place, service

OWNER = id_for("organization", "North Star")
BEDS = id_for("service", "Beds")
HOUSE = id_for("location", "House")


def checked(record: Json) -> Record:
    return check(record["kind"], record)


def listed_service(**given: Any) -> Json:
    move = records.list_service(None, checked(service(**given)))
    assert move is not None
    return move[0]


def refusal(kind: Kind, record: Json) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        check(kind, record)
    return refused.value.field, refused.value.rule


def test_a_record_is_listed_once() -> None:
    record = checked(organization())
    move = records.list_organization(None, record)
    assert move is not None
    state, events = move
    assert events == [OrganizationListed(organization=OWNER)]
    assert records.list_organization(state, record) is None


def test_nulls_say_nothing() -> None:
    assert checked(organization(email=None)).mark == checked(organization()).mark


def test_a_changed_record_names_the_fields_that_changed() -> None:
    state = listed_service(profile={"needs": ["safety"]})
    move = records.list_service(
        state, checked(service(description="New", profile={"needs": ["advocacy"]}))
    )
    assert move is not None
    changed = ServiceChanged(
        service=BEDS, organization=OWNER, fields=["description", "profile.needs"]
    )
    assert move[1] == [changed]
    assert move[0]["profile"]["needs"] == ["advocacy"]


def test_what_is_known_beside_the_record_outlives_a_change_of_it() -> None:
    state, _ = records.list_organization(None, checked(organization())) or ({}, [])
    state = {**state, "trainings": {"t": {}}}
    move = records.list_organization(state, checked(organization(email="desk@example.org")))
    assert move is not None
    assert move[1] == [OrganizationChanged(organization=OWNER, fields=["email"])]
    assert move[0]["trainings"] == {"t": {}}


def test_a_withdrawn_record_stays_away_until_its_publisher_changes_it() -> None:
    state, events = records.withdraw_service(listed_service())
    assert events == [ServiceWithdrawn(service=BEDS, organization=OWNER)]
    assert records.list_service(state, checked(service())) is None
    move = records.list_service(state, checked(service(description="We moved")))
    assert move is not None
    assert move[1] == [ServiceListed(service=BEDS, organization=OWNER)]


def test_only_a_listed_record_can_be_withdrawn() -> None:
    gone, _ = records.withdraw_service(listed_service())
    for state in (None, gone):
        with pytest.raises(IllegalMove, match="not in the directory"):
            records.withdraw_service(state)
    with pytest.raises(IllegalMove):
        records.withdraw_organization(None)
    with pytest.raises(IllegalMove):
        records.withdraw_location(None, [])
    with pytest.raises(IllegalMove):
        records.withdraw_place(listed_service(), place()["id"])


def test_a_location_that_changes_changes_the_services_given_there() -> None:
    here = [Given(BEDS, OWNER)]
    state, events = records.list_location(None, checked(location()), []) or ({}, [])
    assert events == [LocationListed(location=HOUSE, organization="")]
    hidden = checked(location(profile={"confidential": True}))
    move = records.list_location(state, hidden, here)
    assert move is not None
    assert move[1] == [
        LocationChanged(location=HOUSE, organization="", fields=["profile.confidential"]),
        ServiceChanged(service=BEDS, organization=OWNER, fields=["locations"]),
    ]


def test_a_service_knows_where_it_is_given_and_is_found_by_it() -> None:
    record = checked(place())
    move = records.place_service(listed_service(), [record])
    assert move is not None
    state, events = move
    assert events == [
        ServiceChanged(service=BEDS, organization=OWNER, fields=["service_at_locations"])
    ]
    assert records.is_given_at(state, HOUSE)
    assert state["related"] == sorted([f"location:{HOUSE}", f"organization:{OWNER}"])
    assert state["place_ids"] == [record.id]
    assert records.place_service(state, [record]) is None


def test_a_place_a_service_left_still_counts_for_the_version_of_its_card() -> None:
    state, _ = records.place_service(listed_service(), [checked(place())]) or ({}, [])
    left, events = records.displace_service(state, state["place_ids"]) or ({}, [])
    assert len(events) == 1
    assert left["place_ids"] == []
    assert f"location:{HOUSE}" in left["related"]
    assert records.displace_service(left, state["place_ids"]) is None


def test_a_withdrawn_place_stays_away_until_it_changes() -> None:
    state, _ = records.place_service(listed_service(), [checked(place())]) or ({}, [])
    gone, _ = records.withdraw_place(state, place()["id"])
    assert not records.is_given_at(gone, HOUSE)
    assert records.place_service(gone, [checked(place())]) is None
    assert records.place_service(gone, [checked(place(description="Back"))]) is not None
    with pytest.raises(IllegalMove):
        records.withdraw_place(gone, place()["id"])


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (organization(name=""), "name"),
        (organization(description=None), "description"),
        (organization(website="javascript:alert(1)"), "website"),
        (organization(contacts=[{"name": "A Person"}]), "contacts"),
        (organization(profile={"confidental": True}), "profile.confidental"),
        (organization(profile={"tier": "secret"}), "profile.tier"),
        (service(profile={"needs": ["wishes"]}), "profile.needs"),
        (service(profile={"populations": ["adult"]}), "profile.populations"),
        (service(profile={"areas": ["12 Tern Street"]}), "profile.areas[0]"),
        (
            service(profile={"capacity": {"unit": "bed", "available": 3, "maximum": 2}}),
            "profile.capacity.available",
        ),
        (service(status="open"), "status"),
        (service(organization_id="1"), "organization_id"),
        (service(phones=[{"number": 5}]), "phones[0].number"),
        (location(latitude=91), "latitude"),
        (location(latitude=float("nan")), "latitude"),
        (location(note="\ud800"), "note"),
        (organization(more={"$where": "x"}), "more"),
        (place(location_id=None), "location_id"),
    ],
)
def test_an_unfit_record_is_refused_by_field(record: Json, field: str) -> None:
    named, rule = refusal(record["kind"], record)
    assert named == field
    assert rule
    assert "secret" not in rule


def test_a_record_must_be_what_its_id_says() -> None:
    assert refusal("organization", {**organization(), "id": OWNER[::-1]})[0] == "id"
    assert refusal("organization", {"id": OWNER}) == ("hsds", "is not an object with fields")
    assert refusal("service", {**service(), "profile": []})[0] == "profile"
    assert id_in({"id": "<b>"}) == ""
    assert id_in({"id": OWNER}) == OWNER


def test_a_record_that_is_nested_without_end_or_huge_is_refused() -> None:
    deep: Json = {}
    for _ in range(40):
        deep = {"in": deep}
    assert refusal("organization", organization(more=deep))[1] == "is nested too deep"
    rule = refusal("organization", organization(note=["x" * 30_000] * 20))[1]
    assert rule.startswith("is longer than")


def test_capacity_published_with_a_service_is_no_part_of_its_record() -> None:
    units = {"unit": "bed", "available": 1, "maximum": 4}
    with_units = checked(service(profile={"capacity": units}, capacities=[{"available": 1}]))
    assert with_units.mark == checked(service()).mark
    assert with_units.capacity is not None
    assert with_units.capacity.maximum == 4

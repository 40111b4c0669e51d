"""What an export may hold for each tier of readers, and that it says what the registry knows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.registry.domain import Json, stream_of
from services.registry.showing import Shown
from services.registry.tabular import read_package
from services.registry.tabular.writing import Package
from shared.hsds import Tier
from tests.support.registry_records import id_for, location, organization, place, service
from tests.unit.registry.test_registry_cards import state_of

CELL = {"id": id_for("phone", "cell"), "number": "370-555-0109", "type": "cell"}
DESK = {"id": id_for("phone", "desk"), "number": "370-555-0110", "type": "voice"}


def shown(tier: Tier, *records: Json, places: list[Json]) -> list[Json]:
    states = {
        stream_of(one["kind"], one["id"]): state_of(
            one, places if one["kind"] == "service" else None
        )
        for one in records
    }
    page = Shown(tier, states).page
    return [
        one
        for kind in ("organization", "location", "service")
        for one in page(kind, [states[id] for id in states if id.startswith(f"{kind}:")])
    ]


def kinds(found: list[Json]) -> list[str]:
    return [one["kind"] for one in found]


def test_everybody_gets_what_is_public_whole() -> None:
    found = shown("public", organization(), location(), service(), places=[place()])
    assert kinds(found) == ["organization", "location", "service", "service_at_location"]
    assert found[1]["hsds"]["addresses"][0]["address_1"] == "418 Tern Street"


@pytest.mark.parametrize("tier", ["public", "partner", "coordinator"])
@pytest.mark.parametrize("who", ["location", "service", "place"])
def test_no_reader_gets_a_confidential_address(tier: Tier, who: str) -> None:
    hidden = {"confidential": True}
    found = shown(
        tier,
        organization(),
        location(profile=hidden if who == "location" else None),
        service(profile=hidden if who == "service" else None),
        places=[place(profile=hidden if who == "place" else None, description="Tern Street")],
    )
    where = json.dumps([one for one in found if one["kind"] != "location"])
    assert "Tern" not in where
    if who == "location":
        (told,) = [one["hsds"] for one in found if one["kind"] == "location"]
        assert told.keys() == {"id", "location_type", "attributes"}
        assert "service_at_location" in kinds(found)
    else:  # the location is open to others, so nothing may tell that this service is there
        assert "service_at_location" not in kinds(found)


@pytest.mark.parametrize(
    ("tier", "count"), [("public", 0), ("partner", 0), ("coordinator", 4), ("own", 4)]
)
def test_a_hidden_organization_hides_all_that_is_its_own(tier: Tier, count: int) -> None:
    owner = organization(profile={"tier": "coordinator"})
    at = location(organization_id=owner["id"])
    assert len(shown(tier, owner, at, service(), places=[place()])) == count


def test_the_public_gets_no_phone_of_a_person_and_no_history() -> None:
    history = [{"id": id_for("metadata", "m"), "updated_by": "Ann Persona"}]
    given = service(
        phones=[CELL, DESK], metadata=history, assurer_email="ann@example.org", shoe_size=44
    )
    (told,) = [
        one["hsds"]
        for one in shown("public", organization(), given, places=[])
        if one["kind"] == "service"
    ]
    assert told["phones"] == [DESK]
    assert told.keys().isdisjoint({"metadata", "assurer_email", "shoe_size"})
    whole = json.dumps(shown("own", organization(), given, places=[]))
    assert "Ann Persona" in whole
    assert "555-0109" in whole


@pytest.mark.parametrize("tier", ["partner", "coordinator"])
def test_between_public_and_own_a_field_is_told_as_the_api_tells_it(tier: Tier) -> None:
    history = [{"id": id_for("metadata", "m"), "updated_by": "Ann Persona"}]
    given = service(phones=[CELL, DESK], metadata=history, assurer_email="ann@example.org")
    told = json.dumps(shown(tier, organization(), given, places=[]))
    assert "Ann Persona" not in told
    assert ("555-0109" in told) == (tier == "coordinator")
    assert ("ann@example.org" in told) == (tier == "coordinator")


def test_a_parent_that_is_hidden_is_not_named() -> None:
    parent = organization("Roof", profile={"tier": "own"})
    child = organization(parent_organization_id=parent["id"])
    found = shown("public", parent, child, places=[])
    assert kinds(found) == ["organization"]
    assert "parent_organization_id" not in found[0]["hsds"]


def test_what_only_the_profile_says_is_written_and_read_again() -> None:
    profile: dict[str, Any] = {
        "needs": ["legal_assistance"],
        "populations": ["adult/domestic"],
        "genders": ["woman"],
        "languages": ["es", "ht"],
        "areas": ["XS-pine"],
        "can_come": ["pets"],
        "walk_in": True,
        "maximum_stay_days": 30,
    }
    package = Package()
    for one in shown("public", organization(), service(profile=profile), places=[]):
        package.add(one["kind"], one["hsds"])
    reading = read_package(package.files().items(), "again")
    assert reading.quarantine == []
    (read,) = [one["profile"] for one in reading.records if one["kind"] == "service"]
    assert {name: read[name] for name in profile} == profile


def test_odd_things_a_publisher_sent_do_no_harm() -> None:
    odd: dict[str, Any] = {
        "attributes": ["x", {"taxonomy_term": 7}],
        "languages": 3,
        "service_areas": [{"extent_type": "text"}],
        "organization": "North Star",
    }
    found = shown("own", organization(), service(profile={"needs": ["safety"]}, **odd), places=[])
    assert kinds(found) == ["organization", "service"]

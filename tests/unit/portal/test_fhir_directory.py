"""The directory as FHIR resources: open to everybody, and never more than what is public."""

from __future__ import annotations

import re
from typing import Any

from starlette.testclient import TestClient

from portal.api.fhir import codes
from shared.errors import NotFound
from shared.ids import derived_id, new_id
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import HARBOR_LIGHT, NAMES
from tests.unit.portal.test_fhir_search import found
from tests.unit.portal.test_fhir_tasks import FHIR, Json, refused, told


def test_services_are_told_with_their_capacity(workplace: Workplace) -> None:
    with TestClient(workplace.app) as client:
        listed = found(client, "HealthcareService?_count=200")
        assert listed == sorted(listed, key=lambda one: str(one["id"]))
        assert listed
        for one in listed:
            assert told(client.get(f"{FHIR}/HealthcareService/{one['id']}")) == one
            (status,) = one["extension"][0]["extension"]
            assert status["valueCodeableConcept"]["coding"][0]["code"] in codes.CAPACITY_NAMES
        owner = listed[0]["providedBy"]["reference"]
        mine = found(client, f"HealthcareService?organization={owner}")
        assert mine == [one for one in listed if one["providedBy"]["reference"] == owner]
        housed = found(client, "HealthcareService?service-category=homelessness")
        assert housed == [one for one in listed if re.search(r"'homelessness'", str(one))]
        first = told(client.get(f"{FHIR}/HealthcareService?_count=1"))
        assert first["total"] == len(listed)
        assert refused(client.get(f"{FHIR}/HealthcareService/{new_id()}"), 404)
        wrong = client.get(f"{FHIR}/HealthcareService", headers={"authorization": "Bearer x"})
        assert refused(wrong, 401)


def test_organizations_are_read_as_everybody_may(workplace: Workplace) -> None:
    id = derived_id("fake", "organization", "north-star")
    asked: list[Any] = []

    def one(**given: Any) -> Json:
        asked.append(given)
        if given["id"] not in NAMES:
            raise NotFound("id", "is not in the directory", "take it from a list")
        return {"id": id, "name": NAMES[id], "phones": [{"number": "1-555-555-0130"}]}

    answers = workplace.portal.backend.answers
    answers["registry.published_one"] = one
    answers["registry.published_page"] = lambda **_: {"contents": [one(id=id)], "next": id}
    client = workplace.program()
    assert told(client.get(f"{FHIR}/Organization/{id}"))["name"] == "North Star Shelter"
    assert asked == [{"resource": "organizations", "id": id, "agency": ""}]
    page = told(client.get(f"{FHIR}/Organization?_count=1"))
    assert page["link"][-1]["url"].endswith(f"_count=1&_after={id}")
    for odd in ("x", new_id(), HARBOR_LIGHT):
        assert refused(client.get(f"{FHIR}/Organization/{odd}"), 404)

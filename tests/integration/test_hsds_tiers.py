"""Who sees what through the HSDS API: words planted below each tier, and looked for above it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from infra.local.components import Meilisearch
from portal.hsds.resources import RESOURCES
from shared.clock import now
from shared.ids import new_id
from tests.support.hsds_portal import HsdsPortal, hsds_portal
from tests.support.hsds_schemas import SCHEMAS, schemas
from tests.support.registry_at_work import RegistryAtWork, registry_at_work
from tests.support.registry_records import id_for, location, organization, place, service

Json = dict[str, Any]
OURS, OTHERS = id_for("organization", "Ours"), id_for("organization", "Others")
HIDDEN_WORDS = ("zqpartner", "zqcoordinator", "zqown", "zqnobody")
BACK_STREET = id_for("location", "Back street")


def phone(kind: str, number: str) -> Json:
    return {"number": number, "type": kind, "description": "A line"}


def marked(tier: str) -> list[Json]:
    """A service of each tier, in an open place, whose every text says its tier."""
    word = f"zq{tier}"
    return [service(f"{word} service", of="Ours", profile={"tier": tier}, description=word)]


#: What is open of a service, and what each field of it says of whom.
LAYERS = service(
    "Layers",
    of="Ours",
    description="Open to all",
    assurer_email="zqcoordinator@example.org",
    phones=[phone("voice", "555-0100"), phone("cell", "555-0101 zqcoordinator")],
    metadata=[
        {
            "id": new_id(),
            "last_action_date": "2026-01-01",
            "last_action_type": "update",
            "field_name": "name",
            "previous_value": "zqown",
            "replacement_value": "zqown",
            "updated_by": "zqown",
        }
    ],
    contacted_by="zqnobody",
    service_at_locations=[{"id": new_id(), "description": "zqnobody"}],
    organization={"id": OURS, "name": "zqnobody", "description": "zqnobody"},
    capacities=[{"description": "zqnobody"}],
    profile={"needs": ["safety"], "capacity": {"unit": "bed", "available": 2, "maximum": 5}},
)
SHELTER = location(
    "Shelter",
    alternate_name="zqown",
    organization_id=OURS,
    description="zqown",
    profile={"confidential": True},
    addresses=[
        {
            "address_1": "zqown",
            "city": "zqown",
            "state_province": "XS",
            "postal_code": "99001",
            "country": "US",
            "address_type": "physical",
        }
    ],
)
OFFICE = location(
    "Office", description="zqpartner", profile={"tier": "partner"}, organization_id=OURS
)


@pytest.fixture(scope="module")
def registry(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[RegistryAtWork]:
    """A registry with records of every tier."""
    folder = tmp_path_factory.mktemp("registry")
    with registry_at_work(folder, module_amqp_uri, mongo_uri, module_mongo_prefix) as running:
        fill(running)
        yield running


def fill(running: RegistryAtWork) -> None:
    tiers = ("partner", "coordinator", "own")
    owners = [organization(f"zq{one} agency", profile={"tier": one}) for one in tiers]
    running.take(organization("Ours"), organization("Others"), *owners)
    running.take(location("House", organization_id=OURS, description="zqown before"))
    running.take(location("House", organization_id=OURS), SHELTER, OFFICE)
    running.take(location("Back street", organization_id=OURS))
    of_hidden = [service(f"Under zq{one}", of=f"zq{one} agency") for one in tiers]
    hidden = service("Hiding", of="Ours", profile={"confidential": True})
    running.take(service("Layers", of="Ours", description="zqown before"))
    told = running.take(
        LAYERS, hidden, *(one for tier in tiers for one in marked(tier)), *of_hidden
    )
    assert told["refused"] == []
    running.take(place("Layers", "House", description="zqown before"))
    running.take(
        place("Layers", "House"),
        place("Layers", "Shelter", description="zqown"),
        place("Layers", "Office", description="zqpartner"),
        place("Hiding", "Back street", description="zqown"),
    )
    join(running, OTHERS)


def join(running: RegistryAtWork, agency: str) -> None:
    """Make an agency a member: it is trained, and has an agreement."""
    today = now().date()
    dates = (str(today - timedelta(days=1)), str(today + timedelta(days=90)))
    ids: Json = {"organization": agency, "actor": "seed"}
    training = {"name": "HT 101", "completed_on": dates[0], "expires_on": dates[1]}
    running.call("record_training", command_id=new_id(), **ids, **training)
    agreement = {"kind": "referral", "starts_on": dates[0], "ends_on": dates[1]}
    running.call("sign_agreement", command_id=new_id(), **ids, **agreement, with_organization=OURS)


@pytest.fixture(scope="module")
def portal(
    registry: RegistryAtWork, tmp_path_factory: pytest.TempPathFactory, meilisearch: Meilisearch
) -> Iterator[HsdsPortal]:
    """The API over those records."""
    folder = tmp_path_factory.mktemp("portal")
    with hsds_portal(folder, registry.processes, meilisearch) as listening:
        yield listening


def everything(client: httpx2.Client) -> str:
    """Every answer of every list and form, as a page and as a stream, and every one by id."""
    answers = []
    for resource in RESOURCES:
        asked: list[dict[str, str]] = [{}]
        for form in {"full", "minimal", "full_service"} & set(resource.parameters):
            asked.append({form: "true"})
        for one in asked:
            answers.append(client.get(f"/{resource.name}", params=one))
            answers.append(client.get(f"/{resource.name}", params={**one, "format": "ndjson"}))
        for told in client.get(f"/{resource.name}", params={"per_page": 200}).json()["contents"]:
            answers.append(client.get(f"/{resource.name}/{told['id']}"))
            if SCHEMAS.is_dir():
                name = f"{resource.schema}.json"
                assert schemas().complaints(name, answers[-1].json()) == []
    assert {answer.status_code for answer in answers} == {200}
    return "\n".join(answer.text for answer in answers)


@pytest.mark.parametrize(
    ("agency", "seen"),
    [
        ("", set()),
        (id_for("organization", "zqnobody's"), set()),
        (OTHERS, {"zqpartner"}),
        (OURS, {"zqpartner", "zqcoordinator", "zqown"}),
    ],
    ids=["everybody", "an agency nobody knows", "a member", "its own agency"],
)
def test_words_planted_below_a_tier_stay_there(
    agency: str, seen: set[str], portal: HsdsPortal
) -> None:
    with portal.client(agency) as client:
        told = everything(client)
    assert {word for word in HIDDEN_WORDS if word in told} == seen
    assert "Open to all" in told


def test_its_own_agency_reads_what_changed_in_a_record(portal: HsdsPortal) -> None:
    with portal.client(OURS) as client:
        told = client.get(f"/services/{LAYERS['id']}").json()
    (one,) = [one for one in told["metadata"] if one["field_name"] == "description"]
    values = (one["previous_value"], one["replacement_value"], one["updated_by"])
    assert values == ("zqown before", "Open to all", "test")
    assert (one["resource_id"], one["resource_type"]) == (LAYERS["id"], "service")
    places = [at for at in told["service_at_locations"] if "metadata" in at]
    assert [at["metadata"][0]["previous_value"] for at in places] == ["zqown before"]
    assert [one["field_name"] for one in places[0]["location"]["metadata"]] == ["description"]


def test_nobody_finds_the_place_of_a_confidential_service(portal: HsdsPortal) -> None:
    for agency in ("", OTHERS):
        with portal.client(agency) as client:
            assert BACK_STREET not in everything(client)
            found = client.get(f"/services/{id_for('service', 'Hiding')}").json()
            (one,) = found["service_at_locations"]
            assert set(one) == {"id", "service_id", "service_areas"}
    with portal.client(OURS) as client:
        assert BACK_STREET in client.get(f"/services/{id_for('service', 'Hiding')}").text


def test_a_filter_finds_nothing_that_is_hidden(portal: HsdsPortal) -> None:
    hidden: list[tuple[str, Json]] = [
        ("service_at_locations", {"postcode": "99001"}),
        ("service_at_locations", {"postcode": "99001", "proximity": "500000"}),
        ("services", {"search": "zqcoordinator"}),
        ("organizations", {"search": "zqpartner"}),
        ("services", {"organization_id": id_for("organization", "zqpartner agency")}),
    ]
    with portal.client() as client:
        for name, asked in hidden:
            assert client.post(f"/{name}", json=asked).json()["total_items"] == 0, asked


def test_words_and_places_find_what_is_public_whoever_asks(portal: HsdsPortal) -> None:
    with portal.client(OURS) as client:
        for name, asked in (
            ("service_at_locations", {"postcode": "99001"}),
            ("services", {"search": "zqown"}),
        ):
            assert client.get(f"/{name}", params=asked).json()["total_items"] == 0
        assert client.get("/services", params={"search": "layers"}).json()["total_items"] == 1


def test_members_see_how_many_units_are_free(portal: HsdsPortal) -> None:
    path = f"/services/{id_for('service', 'Layers')}"
    with portal.client() as client:
        assert "capacities" not in client.get(path).json()
    with portal.client(OTHERS) as client:
        (told,) = client.get(path).json()["capacities"]
        assert (told["available"], told["maximum"], told["unit"]["name"]) == (2, 5, "bed")


def test_what_is_not_ones_to_see_is_not_there(portal: HsdsPortal) -> None:
    below = {
        "services": [id_for("service", f"zq{one} service") for one in ("partner", "own")],
        "organizations": [id_for("organization", "zqpartner agency")],
    }
    with portal.client() as client:
        for name, ids in below.items():
            for id in (*ids, new_id()):
                answer = client.get(f"/{name}/{id}")
                assert (answer.status_code, answer.json()["field"]) == (404, "id")


def test_a_wrong_key_is_refused_and_never_taken_for_none(portal: HsdsPortal) -> None:
    for shown in ("Bearer x", "", "Basic x"):
        answer = httpx2.get(f"{portal.url}/api/hsds/services", headers={"authorization": shown})
        assert answer.status_code == 401, shown
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_needs_the_scope(portal: HsdsPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "scopes", frozenset({"offers:read"}))
    with portal.client(OURS) as client:
        assert client.get("/services").status_code == 403


def test_what_is_withdrawn_is_gone(portal: HsdsPortal, registry: RegistryAtWork) -> None:
    registry.take(organization("Short"))
    registry.take(service("Short service", of="Short"))
    path = f"/services/{id_for('service', 'Short service')}"
    with portal.client() as client:
        before = client.get("/services").json()["total_items"]
        assert client.get(path).status_code == 200
        registry.call(
            "withdraw",
            command_id=new_id(),
            kind="organization",
            id=id_for("organization", "Short"),
            actor="seed",
        )
        assert client.get(path).status_code == 404
        assert client.get("/services").json()["total_items"] == before - 1

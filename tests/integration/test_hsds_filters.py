"""The filters of the HSDS API: each alone, and all of them together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from infra.local.components import Meilisearch
from portal.hsds.resources import RESOURCES
from shared.clock import now
from shared.ids import derived_id, new_id
from tests.support.hsds_portal import hsds_portal
from tests.support.registry_at_work import RegistryAtWork, registry_at_work
from tests.support.registry_records import id_for, location, organization, place, service
from tests.support.rpc_tap import tapped

Json = dict[str, Any]
NORTH, SOUTH = id_for("organization", "North"), id_for("organization", "South")
THEIR_TERM, THEIR_LIST = id_for("term", "Theirs"), id_for("taxonomy", "Theirs")
THEIRS: Json = {
    "id": THEIR_TERM,
    "name": "Shelters",
    "description": "Their word for it",
    "code": "BH-1800",
    "taxonomy": "AIRS",
    "taxonomy_id": THEIR_LIST,
}
ELSEWHERE: Json = {
    "address_1": "2 Quay",
    "city": "Gull Harbor",
    "state_province": "XS",
    "postal_code": "00777",
    "country": "US",
    "address_type": "physical",
}
HIDDEN: Json = {**THEIRS, "id": id_for("term", "zqhidden"), "name": "zqhidden"}
SAFETY = derived_id("hsds", "taxonomy_term", "need:safety")
NEED = derived_id("hsds", "taxonomy", "need")


@pytest.fixture(scope="module")
def registry(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[RegistryAtWork]:
    """A registry with a small directory."""
    folder = tmp_path_factory.mktemp("registry")
    with registry_at_work(folder, module_amqp_uri, mongo_uri, module_mongo_prefix) as running:
        fill(running)
        yield running


def fill(running: RegistryAtWork) -> None:
    running.take(organization("North"), organization("South", description="By the sea"))
    hidden = {"id": new_id(), "taxonomy_term": HIDDEN}
    told = running.take(
        service(
            "Beds",
            of="North",
            profile={"needs": ["safety"]},
            attributes=[{"id": new_id(), "taxonomy_term": THEIRS}],
        ),
        service("Legal clinic", of="North", profile={"needs": ["legal_assistance"]}),
        service("Night beds", of="South", profile={"needs": ["safety"], "walk_in": True}),
        service("Talks (.*)", of="South", description="Monday's Café"),
        service("Hidden", of="South", profile={"tier": "own"}, attributes=[hidden]),
    )
    assert told["refused"] == []
    running.take(
        location("Near", latitude=46.81, longitude=-122.85),
        location("Close", latitude=46.82, longitude=-122.85, addresses=[]),
        location("Far", latitude=48.0, longitude=-122.85, addresses=[]),
        location("Unmapped"),
        location("Away", latitude=60.0, addresses=[ELSEWHERE]),
    )
    running.take(place("Beds", "Near"), place("Night beds", "Close"), place("Legal clinic", "Far"))
    running.take(place("Night beds", "Away"))


@pytest.fixture(scope="module")
def client(
    registry: RegistryAtWork, tmp_path_factory: pytest.TempPathFactory, meilisearch: Meilisearch
) -> Iterator[httpx2.Client]:
    """A program without a key."""
    folder = tmp_path_factory.mktemp("portal")
    with (
        hsds_portal(folder, registry.processes, meilisearch) as listening,
        listening.client() as program,
    ):
        yield program


def names(client: httpx2.Client, path: str = "/services", **asked: Any) -> set[str]:
    """Return the names a list gives, the same as a page and as a stream."""
    answer = client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["total_items"] == told["size"] == len(told["contents"])
    streamed = client.get(path, params={**asked, "format": "ndjson"})
    assert len(streamed.content.splitlines()) == told["size"]
    return {one.get("name") or one["service"]["name"] for one in told["contents"]}


def named(given: Json | set[str]) -> str:
    """A case's name, the same in each worker of a run."""
    return str(sorted(given) if isinstance(given, set) else given)


ALL = {"Beds", "Legal clinic", "Night beds", "Talks (.*)"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ALL),
        ({"search": "beds"}, {"Beds", "Night beds"}),
        ({"search": "NIGHT  beds"}, {"Night beds"}),
        ({"search": "(.*)"}, {"Talks (.*)"}),
        ({"search": "^B$|["}, set()),
        ({"search": "  "}, ALL),
        ({"search": "MONDAY cafe"}, {"Talks (.*)"}),
        ({"search": "monday café beds"}, set()),
        ({"organization_id": NORTH}, {"Beds", "Legal clinic"}),
        ({"organization_id": NORTH, "search": "beds"}, {"Beds"}),
        ({"taxonomy_term_id": SAFETY}, {"Beds", "Night beds"}),
        ({"taxonomy_term_id": SAFETY, "organization_id": SOUTH}, {"Night beds"}),
        ({"taxonomy_term_id": THEIR_TERM}, {"Beds"}),
        ({"taxonomy_term_id": THEIR_TERM, "taxonomy_id": NEED}, {"Beds"}),
        ({"taxonomy_id": NEED}, {"Beds", "Night beds", "Legal clinic"}),
        ({"taxonomy_id": derived_id("hsds", "taxonomy", "routing")}, {"Night beds"}),
        ({"taxonomy_id": THEIR_LIST}, {"Beds"}),
        ({"taxonomy_id": id_for("taxonomy", "Nobody's")}, set()),
        ({"organization_id": id_for("organization", "Nobody's")}, set()),
        ({"modified_after": "2026-01-01"}, ALL),
        ({"modified_after": "2126-01-01T00:00:00Z"}, set()),
        ({"modified_after": "0001-01-01T00:00:00+14:00"}, ALL),
    ],
    ids=named,
)
def test_services(asked: Json, found: set[str], client: httpx2.Client) -> None:
    assert names(client, **asked) == found
    assert names(client, **asked, full="true") == found
    assert names(client, **asked, minimal="true") == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"North", "South"}),
        ({"search": "sOuTh"}, {"South"}),
        ({"search": "beds"}, set()),
        ({"search": "north", "taxonomy_term_id": THEIR_TERM}, {"North"}),
        ({"taxonomy_term_id": SAFETY}, {"North", "South"}),
        ({"taxonomy_term_id": THEIR_TERM}, {"North"}),
        ({"taxonomy_term_id": HIDDEN["id"]}, set()),
        ({"organization_id": SOUTH}, {"South"}),
        ({"organization_id": SOUTH, "taxonomy_term_id": THEIR_TERM}, set()),
    ],
    ids=named,
)
def test_organizations(asked: Json, found: set[str], client: httpx2.Client) -> None:
    assert names(client, "/organizations", **asked) == found
    assert names(client, "/organizations", **asked, full="true") == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"Beds", "Night beds", "Legal clinic"}),
        ({"postcode": "00301"}, {"Beds"}),
        ({"postcode": "99999"}, set()),
        ({"postcode": "99999", "proximity": 500_000}, set()),
        ({"postcode": "00301", "proximity": 5_000}, {"Beds", "Night beds"}),
        ({"postcode": "00301", "proximity": 200_000}, {"Beds", "Night beds", "Legal clinic"}),
        ({"postcode": "00301", "proximity": 5_000, "organization_id": SOUTH}, {"Night beds"}),
        ({"taxonomy_term_id": SAFETY, "search": "night"}, {"Night beds"}),
        ({"postcode": "00301", "proximity": 5_000, "search": "night"}, {"Night beds"}),
        ({"postcode": "00301", "search": "night"}, set()),
        ({"postcode": "00777"}, {"Night beds"}),
    ],
    ids=named,
)
def test_services_at_locations(asked: Json, found: set[str], client: httpx2.Client) -> None:
    assert names(client, "/service_at_locations", **asked) == found
    assert names(client, "/service_at_locations", **asked, full="true") == found


def test_of_a_service_at_two_places_only_the_one_there_is_told(client: httpx2.Client) -> None:
    near: Json = {"postcode": "00777", "proximity": 100}
    for asked in ({"postcode": "00777"}, near):
        for form in ("full", "minimal"):
            told = client.get("/service_at_locations", params={**asked, form: "true"}).json()
            (one,) = told["contents"]
            assert one["id"] == id_for("service_at_location", "Night beds at Away")


def test_publishers_terms_are_listed_beside_ours_but_hidden_ones_are_not(
    client: httpx2.Client,
) -> None:
    told = names(client, "/taxonomy_terms", per_page=200)
    assert {"Shelters", "Being safe now"} <= told
    assert "zqhidden" not in told
    assert names(client, "/taxonomy_terms", taxonomy_id=THEIR_LIST) == {"Shelters"}
    assert names(client, "/taxonomy_terms", taxonomy_id=THEIR_LIST, search="word") == {"Shelters"}
    assert names(client, "/taxonomy_terms", parent_id=new_id()) == set()
    assert "AIRS" in names(client, "/taxonomies")
    assert client.get(f"/taxonomy_terms/{THEIR_TERM}").json()["code"] == "BH-1800"
    assert client.get(f"/taxonomies/{THEIR_LIST}").json()["name"] == "AIRS"
    assert client.get(f"/taxonomy_terms/{HIDDEN['id']}").status_code == 404


def test_modified_after_brings_what_was_changed_since(
    registry: RegistryAtWork, client: httpx2.Client
) -> None:
    before = now().isoformat()
    assert names(client, modified_after=before) == set()
    registry.take(service("Talks (.*)", of="South", description="On Mondays"))
    assert names(client, modified_after=before) == {"Talks (.*)"}
    (one,) = client.get("/services", params={"modified_after": before}).json()["contents"]
    assert one["last_modified"] >= before[:19]
    (same,) = client.get("/services", params={"modified_after": before, "minimal": "true"}).json()[
        "contents"
    ]
    assert same == {
        "id": one["id"],
        "name": "Talks (.*)",
        "status": "active",
        "modified_date": one["last_modified"],
    }


def test_an_organization_has_its_services_and_its_open_locations(client: httpx2.Client) -> None:
    told = client.get(f"/organizations/{NORTH}").json()
    assert {one["name"] for one in told["services"]} == {"Beds", "Legal clinic"}
    assert all(set(one) == {"id", "name", "status"} for one in told["services"])
    assert {one["id"] for one in told["locations"]} == {
        id_for("location", "Near"),
        id_for("location", "Far"),
    }
    whole = client.get(f"/organizations/{NORTH}", params={"full_service": "true"}).json()
    beds = next(one for one in whole["services"] if one["name"] == "Beds")
    assert beds["service_at_locations"][0]["location"]["addresses"]
    assert client.get(f"/organizations/{SOUTH}").json()["services"][0]["status"] == "active"


def test_ndjson_may_be_asked_for_by_the_accept_header(client: httpx2.Client) -> None:
    answer = client.post(
        "/services", json={"full": True}, headers={"accept": "application/x-ndjson"}
    )
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert len(answer.content.splitlines()) == len(ALL)


def test_words_and_places_are_in_no_message_of_the_broker(
    registry: RegistryAtWork, client: httpx2.Client
) -> None:
    # "nIGhT" finds a service; no record writes it so.
    canaries = {"search": "nIGhT", "postcode": "zq00777"}
    with tapped(registry.processes.settings.amqp_uri) as tap:
        for one in RESOURCES:
            asked = {name: canaries[name] for name in canaries if name in one.parameters}
            for given in (asked, {**asked, "format": "ndjson"}, {"search": "nIGhT"}):
                for answer in (
                    client.get(f"/{one.name}", params=given),
                    client.post(f"/{one.name}", json=given),
                    client.post(f"/{one.name}", data=given),
                ):
                    assert answer.status_code == 200, answer.text
        heard = tap.heard()
    requests = [body for key, body in heard if key == "registry.published_page"]
    assert len(requests) == len(RESOURCES) * 9
    assert len(heard) >= 2 * len(requests)
    for canary in map(str.encode, canaries.values()):
        assert [key for key, body in heard if canary in body] == []
        assert [body for body in requests if canary.lower() in body.lower()] == []

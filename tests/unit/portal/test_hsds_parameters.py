"""Parameters of the HSDS API: what is read, and what is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal.hsds import parameters
from portal.hsds.resources import RESOURCES
from shared.errors import Invalid
from shared.ids import new_id
from tests.support.portal_fakes import FakePortal, make_portal

ALL = tuple(parameters.TABLE)


@pytest.fixture
def portal(tmp_path: Path) -> FakePortal:
    """A portal whose registry has an empty directory."""
    made = make_portal(tmp_path)
    made.backend.answers["registry.published_page"] = lambda **asked: {
        "contents": [],
        "total": 0,
        "next": "",
    }
    made.backend.answers["registry.published_one"] = lambda **asked: {"id": asked["id"]}
    return made


@pytest.fixture
def client(portal: FakePortal) -> TestClient:
    """A program without a key; what raises in the portal raises here."""
    return TestClient(portal.app)


WRONG: list[tuple[str, Any]] = [
    ("page", "abc"),
    ("page", "0"),
    ("page", "-1"),
    ("page", "1.5"),
    ("page", "٣"),
    ("page", "99999999999999999999"),
    ("per_page", "0"),
    ("per_page", "1e9"),
    ("per_page", "201"),
    ("per_page", "1000000000"),
    ("modified_after", "yesterday"),
    ("modified_after", "2026-13-01"),
    ("modified_after", "2026-01-01T25:00:00Z"),
    ("modified_after", "2026-W01-1"),
    ("taxonomy_id", "need"),
    ("taxonomy_term_id", "{$gt: ''}"),
    ("organization_id", "../../etc/passwd"),
    ("minimal", "yes please"),
    ("full", "2"),
    ("format", "xml"),
    ("search", "x" * 201),
    ("search", "a b c d e f g h i"),
    ("search", "a\x00b"),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda one: str(one)[:24])
def test_a_value_that_does_not_fit_is_refused_by_name(
    name: str, value: str, client: TestClient
) -> None:
    for answer in (
        client.get("/api/hsds/services", params={name: value}),
        client.post("/api/hsds/services", json={name: value}),
        client.post("/api/hsds/services", data={name: value}),
    ):
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        told = answer.json()
        assert told["field"] == name
        assert told["rule"]
        assert value not in (told["rule"], told["advice"])


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "1e9", "near", "500001"])
def test_a_distance_is_a_number_of_metres(value: str) -> None:
    with pytest.raises(Invalid) as refused:
        parameters.read({"postcode": "00301", "proximity": value}, ALL)
    assert refused.value.field == "proximity"


def test_a_body_that_is_no_object_of_parameters_is_refused(client: TestClient) -> None:
    for body in ("[]", "{", '"x"', '{"search": ["x"]}', '{"page": {"$gt": 1}}', "[" * 5_000):
        answer = client.post(
            "/api/hsds/services", content=body, headers={"content-type": "application/json"}
        )
        assert (answer.status_code, answer.json()["field"]) == (422, "body"), body[:20]
    form = {"content-type": "application/x-www-form-urlencoded"}
    for raw in (b"search=\xff", b"&".join([b"a=1"] * 100), b"page=1&page=2", b"search=%ff"):
        answer = client.post("/api/hsds/services", content=raw, headers=form)
        assert (answer.status_code, answer.json()["field"]) == (422, "body"), raw[:20]
    assert client.post("/api/hsds/services", content=b"x").status_code == 415
    big = client.post("/api/hsds/services", json={"search": "x" * 100_000})
    assert big.status_code == 413


def test_an_unknown_parameter_is_refused_and_not_repeated(client: TestClient) -> None:
    for resource in RESOURCES:
        answer = client.get(f"/api/hsds/{resource.name}", params={"zqname": "zqvalue"})
        assert (answer.status_code, answer.json()["field"]) == (422, "query")
        assert "zq" not in answer.text
        assert "per_page" in answer.json()["advice"]
    answer = client.get(f"/api/hsds/services/{new_id()}", params={"full": "true"})
    assert (answer.status_code, answer.json()["field"]) == (422, "query")


def test_a_parameter_is_given_once(client: TestClient) -> None:
    twice = {"per_page=1&perPage=2": "per_page", "page=1&page=2": "query"}
    for query, field in twice.items():
        answer = client.get(f"/api/hsds/services?{query}")
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    answer = client.post("/api/hsds/services?page=1", json={"page": 2})
    assert (answer.status_code, answer.json()["field"]) == (422, "body")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"minimal": "true", "full": "true"}, "full"),
        ({"proximity": "5"}, "proximity"),
        ({"per_page": "201"}, "per_page"),
    ],
)
def test_parameters_that_do_not_go_together(given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        parameters.read(given, ALL)
    assert refused.value.field == field


def test_an_id_that_is_none_is_refused(client: TestClient) -> None:
    for id in ("$where", "%00", "x" * 200, "a b", "ä"):
        assert client.get(f"/api/hsds/services/{id}").status_code in (404, 422), id


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-01", "2026-11-01T00:00:00+00:00"),
        ("2026-11-01T10:00:00Z", "2026-11-01T10:00:00+00:00"),
        ("2026-11-01T10:00:00.123+02:00", "2026-11-01T10:00:00.123000+02:00"),
        ("2026-11-01T10:00:00 02:00", "2026-11-01T10:00:00+02:00"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_moments_are_read_with_and_without_a_zone(written: str, moment: str) -> None:
    assert parameters.read({"modified_after": written}, ALL) == {"modified_after": moment}


def test_other_spellings_and_empty_values() -> None:
    assert parameters.read({"perPage": "7", "search": "", "full": "TRUE"}, ALL) == {
        "per_page": 7,
        "full": True,
    }
    assert parameters.wanted({"minimal": True})["size"] == parameters.MOST_MINIMAL


def test_search_words_reach_neither_the_registry_nor_a_log(
    portal: FakePortal, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with client:
        for one in RESOURCES:
            answer = client.post(f"/api/hsds/{one.name}", json={"search": "zqwords"})
            assert answer.status_code == 200
    asked = [one for one in portal.backend.calls if one[1] == "published_page"]
    assert [one["wanted"].get("ids") for _, _, one in asked] == [[], [], [], None, None]
    assert {one["agency"] for _, _, one in asked} == {""}
    assert "zqwords" not in f"{portal.backend.calls} {caplog.text}"


def test_without_a_copy_words_and_places_are_503_and_the_rest_answers(client: TestClient) -> None:
    for name, field, asked in (
        ("services", "search", {"search": "beds"}),
        ("organizations", "search", {"search": "beds", "format": "ndjson"}),
        ("service_at_locations", "postcode", {"postcode": "00301"}),
    ):
        answer = client.get(f"/api/hsds/{name}", params=asked)
        assert (answer.status_code, answer.json()["field"]) == (503, field)
        assert answer.headers["content-type"] == "application/problem+json"
        assert client.get(f"/api/hsds/{name}").status_code == 200


def test_a_dead_registry_is_503(portal: FakePortal, client: TestClient) -> None:
    portal.backend.down = True
    for path in ("services", "services?format=ndjson", f"services/{new_id()}"):
        assert client.get(f"/api/hsds/{path}").status_code == 503
    assert client.get("/api/hsds").status_code == 200


def test_a_form_of_another_site_reads_no_more_than_anybody(client: TestClient) -> None:
    answer = client.post(
        "/api/hsds/services", data={"per_page": "1"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers

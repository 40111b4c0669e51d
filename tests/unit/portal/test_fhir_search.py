"""Searches, the CapabilityStatement, and who may ask for what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from portal.api.fhir import codes
from portal.api.fhir.routes import PAGES
from portal.api.fhir.search import SEARCHES
from portal.api.routes import SCOPES
from portal.page import Page
from services.referrals import task_desk
from shared.hsds import RESOURCES
from tests.support.fhir_shapes import check
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BRIDGEWATER, HARBOR_LIGHT, NORTH_STAR
from tests.unit.portal.test_fhir_tasks import (
    FHIR,
    Json,
    opened,
    put,
    refused,
    serving,
    task_of,
    told,
)

SPEAKS = {"read": "GET", "search-type": "GET", "update": "PUT", "patch": "PATCH"}


def found(client: TestClient, query: str, **headers: str) -> list[Json]:
    answer = told(client.get(f"{FHIR}/{query}", headers=headers))
    return [entry["resource"] for entry in answer.get("entry", [])]


def statuses(client: TestClient, query: str) -> set[str]:
    return {one["status"] for one in found(client, query)}


def test_the_capability_statement_is_what_there_is(workplace: Workplace) -> None:
    (rest,) = told(TestClient(workplace.app).get(f"{FHIR}/metadata"))["rest"]
    said = {("GET", "metadata"), ("POST", "")}
    for one in rest["resource"]:
        for interaction in one["interaction"]:
            path = one["type"] if interaction["code"] == "search-type" else f"{one['type']}/{{id}}"
            said.add((SPEAKS[interaction["code"]], path))
        params = {param["name"]: param["type"] for param in one.get("searchParam", [])}
        assert params == SEARCHES.get(one["type"], {})
    there = {
        (method, page.path.removeprefix(FHIR).removeprefix("/"))
        for page in PAGES
        for method in page.methods
    }
    assert said == there
    assert rest["interaction"] == [{"code": "transaction"}]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.methods[0]} {page.path}")
def test_every_address_needs_its_scope(page: Page, workplace: Workplace) -> None:
    path, method = page.path.replace("{id}", "0" * 64), page.methods[0]
    nobody = TestClient(workplace.app).request(method, path)
    if page.access.kind == "key":
        assert refused(nobody, 401)
        assert nobody.headers["www-authenticate"] == "Bearer"
        assert page.access.scope in ("fhir:read", "fhir:write")
    if page.access.scope:
        others = [scope for scope in SCOPES if scope != page.access.scope]
        assert refused(workplace.program(others).request(method, path), 403)


def test_the_page_about_the_api_tells_of_it() -> None:
    text = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
    for page in PAGES:
        assert f"`{page.methods[0]} {page.path}`" in text, page.path
    for system in (codes.NEED, codes.REASON, codes.BUSINESS, codes.STREAM, codes.CLIENT):
        assert system in text, system
    for name in (*codes.CLIENT_FIELDS, *codes.BUSINESS_NAMES):
        assert name in text, name


def test_tasks_are_found_by_status_owner_and_id(workplace: Workplace) -> None:
    star, task = serving(workplace)
    assert found(star, "Task?status=accepted") == [task]
    assert found(star, f"Task?_id={task['id']},{'0' * 64},x") == [task]
    assert found(star, "Task?_id=nothing") == []
    assert found(star, f"Task?owner=Organization/{NORTH_STAR}&status=accepted,on-hold") == [task]
    assert found(star, f"Task?owner=http://x.example.org/Organization/{NORTH_STAR}") == [task]
    assert found(star, f"Task?owner={BRIDGEWATER}") == []
    assert found(star, f"Task?requester=Organization/{HARBOR_LIGHT}") == [task]
    assert found(star, f"Task?requester={NORTH_STAR}") == []
    assert found(star, "Task?status=http://hl7.org/fhir/task-status|accepted") == [task]
    for status in ("requested", "draft", "entered-in-error"):
        assert found(star, f"Task?status={status}") == []
    manager = workplace.program(agency=BRIDGEWATER)
    assert statuses(manager, "Task?status=requested") == {"requested"}
    assert {"accepted", "in-progress"} <= statuses(manager, "Task")


def test_requests_are_found_one_a_need(workplace: Workplace) -> None:
    star, task = serving(workplace)
    (request,) = found(star, "ServiceRequest")
    assert task["focus"]["reference"].endswith(request["id"])
    manager = workplace.program(agency=BRIDGEWATER)
    asked = [one["code"]["coding"][0]["code"] for one in found(manager, "ServiceRequest")]
    assert sorted(asked) == ["case_management", "emergency_housing", "legal_assistance"]
    told(put(star, task, "completed"))
    assert len(found(manager, "ServiceRequest?status=completed")) == 1
    assert found(star, "ServiceRequest?status=active") == []


def test_changes_are_found_since_a_moment(workplace: Workplace) -> None:
    star, task = serving(workplace)
    at = datetime.fromisoformat(task["lastModified"]).astimezone(UTC)
    before, after = at - timedelta(seconds=2), at + timedelta(seconds=2)
    for query, is_there in {
        f"gt{before.isoformat()}": True,
        f"ge{before.date()}": True,
        f"{at.date()}": True,
        f"eq{at.year}": True,
        f"le{at.year}-{at.month:02}": True,
        f"gt{after:%Y-%m-%dT%H:%M:%SZ}": False,
        f"lt{before:%Y-%m-%dT%H:%M:%S}.1234567-00:00": False,
        f"gt{at.year + 1}": False,
    }.items():
        listed = found(star, f"Task?_lastUpdated={quote(query)}")
        assert (task in listed) is is_there, query
    # What changed elsewhere in the stream is no news of this one.
    workplace.network.now = after
    manager = workplace.program(agency=BRIDGEWATER)
    told(put(manager, task_of(manager, "legal_assistance", "need"), "cancelled"))
    assert found(star, f"Task?_lastUpdated=gt{task['lastModified']}".replace("+", "%2B")) == []


@pytest.mark.parametrize("looked", [1, 2, 500])
def test_pages_are_linked_to_the_end(
    looked: int, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        opened(workplace)
    manager = workplace.program(agency=BRIDGEWATER)
    for _ in range(5):
        mine = found(manager, f"Task?status=requested&owner={BRIDGEWATER}")
        told(put(manager, mine[0], "accepted"))
    every = found(manager, "Task?_count=200")
    monkeypatch.setattr(task_desk, "LOOKED", looked)
    seen: list[Json] = []
    address = f"{FHIR}/Task?_count=4&status=accepted,in-progress,requested"
    for _ in range(100):
        page = told(manager.get(address))
        assert page.get("total", len(every)) == len(every)
        assert len(page.get("entry", [])) <= 4
        seen += [entry["resource"] for entry in page.get("entry", [])]
        links = {link["relation"]: link["url"] for link in page["link"]}
        if not (address := links.get("next", "")):
            break
    assert seen == every


ODD = [
    ("Task?name=Maria", "http.query"),
    ("Task?status:not=draft", "http.query"),
    ("Task?status=done", "http.status"),
    ("Task?status=", "http.status"),
    ("Task?status=accepted&status=failed", "http.status"),
    ("Task?_count=0", "http._count"),
    ("Task?_count=-1", "http._count"),
    ("Task?_count=1e3", "http._count"),
    ("Task?_count=%D9%A1", "http._count"),
    ("Task?_after=x", "http._after"),
    ("Task?_after=%7B%22$gt%22%3A%22%22%7D", "http._after"),
    ("Task?_lastUpdated=yesterday", "http._lastUpdated"),
    ("Task?_lastUpdated=ne2026", "http._lastUpdated"),
    ("Task?_lastUpdated=2026-02-30", "http._lastUpdated"),
    ("Task?_lastUpdated=0000", "http._lastUpdated"),
    ("Task?_lastUpdated=9999", "http._lastUpdated"),
    ("Task?_lastUpdated=2026-11-23T25:00:00Z", "http._lastUpdated"),
    ("Task?owner=a,b", "http.owner"),
    ("Task?owner=Patient/1", "http.owner"),
    ("Task?owner=Organization/", "http.owner"),
    ("Task?requester=a,Patient/1", "http.requester"),
    ("Task?_id=%00", "http._id"),
    ("Task?_id=" + "x," * 60, "http._id"),
    ("Task?" + "a=1&" * 50, "http.query"),
    ("Task?_id=" + "x" * 9_000, "http.query"),
    ("ServiceRequest?status=accepted", "http.status"),
    ("ServiceRequest?owner=x", "http.query"),
    ("HealthcareService?_after=%00", "http._after"),
    ("HealthcareService?_lastUpdated=2026", "http.query"),
    ("Organization?name=x", "http.query"),
    ("Organization?_after=x", "http._after"),
]


@pytest.mark.parametrize(("query", "where"), ODD)
def test_a_search_that_does_not_fit_is_400(query: str, where: str, workplace: Workplace) -> None:
    with workplace.program() as client:
        place, why = refused(client.get(f"{FHIR}/{query}"), 400)
    assert place == where
    assert "Maria" not in why


def test_lenient_leaves_out_what_it_does_not_know(workplace: Workplace) -> None:
    star, task = serving(workplace)
    query = "Task?status=accepted&patient=Maria&_sort=x"
    assert found(star, query, prefer="return=minimal; handling=lenient") == [task]
    page = told(star.get(f"{FHIR}/{query}", headers={"prefer": "handling=lenient"}))
    assert page["link"][0]["url"].endswith("Task?status=accepted")
    assert refused(star.get(f"{FHIR}/{query}", headers={"prefer": "handling=strict"}), 400)
    bad = star.get(f"{FHIR}/Task?_count=x", headers={"prefer": "handling=lenient"})
    assert refused(bad, 400)


HOSTILE = [
    "%00",
    "..%2F..%2Fetc",
    "{$gt:1}",
    "%FF%FE",
    "x" * 3_000,
    "0" * 63,
    "A" * 64,
    "%E2%80%AE",
]


@pytest.mark.parametrize("kind", ["Task", "ServiceRequest", "Consent", *sorted(RESOURCES)[:1]])
@pytest.mark.parametrize("id", HOSTILE)
def test_hostile_ids_are_not_there(id: str, kind: str, workplace: Workplace) -> None:
    answer = workplace.program().get(f"{FHIR}/{kind}/{id}")
    assert answer.status_code in (404, 422)
    check(answer.json())


def test_only_json_is_spoken(workplace: Workplace) -> None:
    client = workplace.program()
    for accept in ("application/fhir+xml", "text/turtle", "text/html"):
        assert refused(client.get(f"{FHIR}/metadata", headers={"accept": accept}), 406)
    for accept in ("application/fhir+json; fhirVersion=4.0", "*/*", "", "text/html, */*;q=0.1"):
        told(client.get(f"{FHIR}/metadata", headers={"accept": accept}))
    assert refused(client.get(f"{FHIR}/metadata?_format=xml"), 406)
    told(client.get(f"{FHIR}/metadata?_format=application/fhir+json"))
    assert refused(client.get(f"{FHIR}/Patient"), 404)
    assert refused(client.delete(f"{FHIR}/Task/{'0' * 64}"), 405)


def test_silence_is_503_and_a_fault_500(workplace: Workplace) -> None:
    client = workplace.program()
    workplace.portal.backend.silent = {"referrals"}
    assert "try again later" in refused(client.get(f"{FHIR}/Task"), 503)[1]
    workplace.portal.backend.silent = set()
    workplace.portal.backend.answers["referrals.task_page"] = lambda **_: [][0]
    assert "IndexError" not in refused(client.get(f"{FHIR}/Task"), 500)[1]

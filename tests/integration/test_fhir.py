"""The FHIR face through the real broker, database, registry and referral service."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal.api.fhir import codes
from portal.api.fhir.resources import fhir_id
from shared.crypto.sealing import new_identity, seal
from shared.ids import new_id
from tests.support import referral_hands as hands
from tests.support.fhir_orders import an_order, known
from tests.support.fhir_portal import by, fhir_portal
from tests.support.fhir_shapes import check
from tests.support.processes import eventually
from tests.support.referral_hands import COORDINATOR, Town, call

Json = dict[str, Any]
FHIR = "/api/fhir"
BRIDGE, LAKE = hands.agency("Bridge casework"), hands.agency("Lake law")


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where = (module_amqp_uri, mongo_uri, module_mongo_prefix)
    names = ["Bridge casework", "Lake law", "Puente voices"]
    with hands.a_town(tmp_path_factory.mktemp("fhir"), where, names) as town:
        yield town


@pytest.fixture(scope="module")
def portal(running: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with fhir_portal(tmp_path_factory.mktemp("portal"), running) as client:
        yield client


def read(portal: TestClient, path: str, agency: str, status: int = 200) -> Json:
    answer = portal.get(f"{FHIR}/{path}", headers=by(agency))
    assert answer.status_code == status, answer.text
    return check(answer.json())


def listed(portal: TestClient, query: str, agency: str) -> list[Json]:
    return [one["resource"] for one in read(portal, query, agency).get("entry", [])]


def put(
    portal: TestClient, task: Json, status: str, agency: str, reason: str = "", **headers: str
) -> tuple[int, Json]:
    new = {**task, "status": status}
    if reason:
        new["statusReason"] = {"coding": [codes.coding(codes.REASON, reason)]}
    answer = portal.put(f"{FHIR}/Task/{task['id']}", json=new, headers=by(agency, **headers))
    return answer.status_code, check(answer.json())


def offered(portal: TestClient, agency: str, stream: str) -> Json:
    """The Task of a stream an agency has to answer, as soon as it is there."""

    def look() -> Json | None:
        query = f"Task?status=requested&owner=Organization/{agency}&_count=200"
        found = [one for one in listed(portal, query, agency) if _stream(one) == stream]
        return found[0] if found else None

    found = eventually(look)
    assert found is not None
    return found


def _stream(task: Json) -> str:
    return str(task["for"]["identifier"]["value"])


def ordered(portal: TestClient, agency: str, *needs: str, **given: Any) -> tuple[str, list[str]]:
    """Send an order; return its stream and where each resource is."""
    answer = portal.post(FHIR, json=an_order(*needs, **given), headers=by(agency))
    assert answer.status_code == 200, answer.text
    where = [one["response"]["location"] for one in check(answer.json())["entry"]]
    return _stream(read(portal, where[1], agency)), where


def test_a_referral_goes_from_the_order_to_the_end(running: Town, portal: TestClient) -> None:
    source = hands.agency("Puente voices")
    stream, (request, task) = ordered(
        portal, source, "legal_assistance", area=hands.AREA, language="es", safe_now="yes"
    )
    assert read(portal, request, source)["status"] == "active"
    assert read(portal, task, source)["status"] == "accepted"
    manages = offered(portal, BRIDGE, stream)
    etag = f'W/"{manages["meta"]["versionId"]}"'
    status, manages = put(portal, manages, "accepted", BRIDGE, if_match=etag)
    assert (status, manages["status"]) == (200, "accepted")
    serves = offered(portal, LAKE, stream)
    assert (hands.seen(running, stream)["language"]) == "es"
    for step in ("accepted", "in-progress", "on-hold", "in-progress", "completed"):
        etag = f'W/"{serves["meta"]["versionId"]}"'
        status, serves = put(portal, serves, step, LAKE, if_match=etag)
        assert (status, serves["status"]) == (200, step)
        assert read(portal, f"Task/{serves['id']}", LAKE) == serves
    assert read(portal, task, source)["status"] == "completed"
    assert read(portal, request, source)["status"] == "completed"
    assert read(portal, serves["focus"]["reference"], LAKE)["status"] == "completed"
    events = hands.events_of(running, stream)
    for name in ("accepted", "started", "held", "resumed", "completed"):
        assert f"referral.{name}" in events
    assert call(running, "orphans")["without_owner_or_deadline"] == 0


def test_who_rejects_learns_nothing_more_and_the_source_does_not_notice(
    running: Town, portal: TestClient
) -> None:
    source = hands.agency("Puente voices")
    stream, (_, task) = ordered(portal, source, "legal_assistance", area=hands.AREA)
    before = read(portal, task, source)
    manages = offered(portal, BRIDGE, stream)
    once = {"idempotency_key": new_id()}
    for _ in range(2):
        status, after = put(portal, manages, "rejected", BRIDGE, "no_capacity", **once)
        assert (status, after["status"]) == (200, "rejected")
    assert hands.events_of(running, stream).count("referral.declined") == 1
    read(portal, f"Task/{manages['id']}", BRIDGE, 404)
    assert before.keys() <= read(portal, task, source).keys()
    assert BRIDGE not in str(read(portal, task, source))
    leaders = read(portal, f"Task/{manages['id']}", COORDINATOR)
    assert leaders["status"] == "requested"


def test_one_of_many_that_know_one_version_wins(running: Town, portal: TestClient) -> None:
    stream, _, _ = hands.ask_for_help(running, ["legal_assistance"])
    task = offered(portal, BRIDGE, stream)
    etag = f'W/"{task["meta"]["versionId"]}"'

    def accept(_: int) -> int:
        return put(portal, task, "accepted", BRIDGE, if_match=etag)[0]

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(accept, range(8)))
    assert answers == [200] + [412] * 7
    assert hands.events_of(running, stream).count("referral.accepted") == 1


def test_an_event_names_the_task_it_is_about(running: Town, portal: TestClient) -> None:
    stream, _, _ = hands.ask_for_help(running, ["legal_assistance"])
    task = offered(portal, BRIDGE, stream)
    commits = running.db("referrals")["commits"].find({"stream": stream})
    happened = [event for commit in commits for event in commit["events"]]
    (offer,) = [one["data"] for one in happened if one["type"] == "referral.offered"]
    assert fhir_id(offer["stream"], offer["referral"]) == task["id"]


def test_changes_are_asked_for_and_paged(running: Town, portal: TestClient) -> None:
    stream, _ = ordered(portal, BRIDGE, "legal_assistance", "translation", area=hands.AREA)
    task = offered(portal, BRIDGE, stream)
    every = listed(portal, "Task?_count=200", BRIDGE)
    newest = max(one["meta"]["lastUpdated"] for one in every).replace("+", "%2B")
    assert listed(portal, f"Task?_lastUpdated=gt{newest}", BRIDGE) == []
    put(portal, task, "accepted", BRIDGE)
    news = listed(portal, f"Task?_lastUpdated=gt{newest}&_count=200", BRIDGE)
    assert task["id"] in {one["id"] for one in news}
    seen, address = [], f"{FHIR}/Task?_count=3&_id={','.join(one['id'] for one in every[:10])}"
    while address:
        page = portal.get(address, headers=by(BRIDGE)).json()
        seen += [one["resource"]["id"] for one in page["entry"]]
        address = {one["relation"]: one["url"] for one in page["link"]}.get("next", "")
    assert seen == [one["id"] for one in every[:10]]


def test_one_more_need_is_recorded_by_who_has_a_part(running: Town, portal: TestClient) -> None:
    stream, _ = ordered(portal, LAKE, "legal_assistance", area=hands.AREA)
    once = by(LAKE, idempotency_key=new_id())
    for _ in range(2):
        bundle = an_order("translation", whom=known(stream))
        assert portal.post(FHIR, json=bundle, headers=once).status_code == 200
    needs = hands.seen(running, stream)["needs"].values()
    assert [one["type"] for one in needs].count("translation") == 1
    stranger = portal.post(
        FHIR, json=an_order("education", whom=known(stream)), headers=by("stranger")
    )
    assert stranger.status_code == 404


def test_a_release_is_told_as_a_reference(running: Town, portal: TestClient) -> None:
    stream, _, _ = hands.ask_for_help(running, ["legal_assistance"])
    for agency in (BRIDGE, LAKE):
        put(portal, offered(portal, agency, stream), "accepted", agency)
    whose = {"command_id": new_id(), "stream": stream, "agency": BRIDGE}
    scope = {
        "recipient": LAKE,
        "fields": ["name"],
        "purpose": "legal_help",
        "language": "es",
        "signed": "on_paper",
    }
    made = call(running, "prepare_release", **whose, **scope)
    _, recipient = new_identity()
    boxes = {"name": base64.b64encode(seal(b"Ana Example", [recipient])).decode()}
    running.claims.put(
        made["release"], "release", {}, seal(json.dumps(boxes).encode(), [made["key"]])
    )
    call(running, "give_release", **whose, actor="staff-1", **scope)
    id = fhir_id(stream, made["release"])
    consent = read(portal, f"Consent/{id}", LAKE)
    assert consent["status"] == "active"
    assert consent["patient"] == {
        "type": "Patient",
        "identifier": {"system": codes.STREAM, "value": stream},
    }
    assert consent["provision"]["actor"][0]["reference"]["reference"] == f"Organization/{LAKE}"
    assert consent["provision"]["code"][0]["coding"][0]["code"] == "name"
    assert read(portal, f"Consent/{id}", BRIDGE) == consent
    read(portal, f"Consent/{id}", hands.agency("Puente voices"), 404)
    call(
        running,
        "withdraw_release",
        **{**whose, "command_id": new_id()},
        release=made["release"],
        actor="staff-1",
    )
    assert read(portal, f"Consent/{id}", LAKE)["status"] == "inactive"


def test_organizations_are_the_registrys(running: Town, portal: TestClient) -> None:
    assert read(portal, f"Organization/{LAKE}", LAKE)["name"] == "Lake Legal"
    answer = portal.get(f"{FHIR}/Organization?_count=2")
    page = check(answer.json())
    assert len(page["entry"]) == 2
    assert page["link"][-1]["relation"] == "next"
    read(portal, f"Organization/{new_id()}", LAKE, 404)

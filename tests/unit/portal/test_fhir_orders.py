"""Orders: a transaction of ServiceRequests with their Tasks opens a stream, or adds a need."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from portal.api.fhir import codes
from portal.api.fhir.ordering import LONGEST, ONE_NEED
from services.referrals.stream import Stream
from shared.ids import derived_id, new_id
from shared.vocabulary import NEEDS
from tests.support.fhir_orders import an_order, client_codes, known
from tests.support.fhir_shapes import check
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BRIDGEWATER, NORTH_STAR
from tests.unit.portal.test_fhir_tasks import FHIR, opened, put, refused, task_of, told

Json = dict[str, Any]


def streams(workplace: Workplace) -> list[Stream]:
    return [workplace.stream(id) for id in workplace.ledger.states]


def send(client: TestClient, bundle: Any, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(FHIR, json=bundle, headers=named)


def test_an_order_opens_a_stream_at_the_agencys_door(workplace: Workplace) -> None:
    client = workplace.program(agency=NORTH_STAR)
    about: Json = {"language": "es", "area": "XS-lakeshore", "safe_now": "no", "gender": "woman"}
    answer = told(send(client, an_order("legal_assistance", "transportation", **about)))
    assert answer["type"] == "transaction-response"
    (stream,) = streams(workplace)
    assert [door.agency for door in stream.doors] == [NORTH_STAR]
    assert stream.doors[0].door == "agency"
    assert (stream.language, stream.area, stream.gender) == ("es", "XS-lakeshore", "woman")
    assert stream.is_urgent
    assert stream.owner is not None
    made = [one["response"] for one in answer["entry"]]
    assert [one["location"].split("/")[0] for one in made] == ["ServiceRequest", "Task"] * 2
    for one in made:
        assert one["status"] == "201 Created"
        read = client.get(f"{FHIR}/{one['location']}")
        check(read.json())
        assert read.headers["etag"] == one["etag"]
    task = told(client.get(f"{FHIR}/{made[1]['location']}"))
    assert (task["status"], task["requester"]["reference"]) == (
        "accepted",
        f"Organization/{NORTH_STAR}",
    )


def test_a_source_follows_its_task_as_the_client_is_told(workplace: Workplace) -> None:
    client = workplace.program(agency=NORTH_STAR)
    answer = told(send(client, an_order("legal_assistance", area="XS-lakeshore")))
    address = f"{FHIR}/{answer['entry'][1]['response']['location']}"
    workplace.deliver()
    manager = workplace.program(agency=BRIDGEWATER)
    told(put(manager, task_of(manager), "rejected", "no_capacity"))
    assert told(client.get(address))["businessStatus"]["coding"][0]["code"] in (
        "waiting",
        "looking",
    )
    assert "no_capacity" not in client.get(f"{FHIR}/Task").text
    listed = told(client.get(f"{FHIR}/Task?status=accepted,in-progress"))
    assert address.endswith(listed["entry"][0]["resource"]["id"])


def test_an_order_for_a_stream_adds_one_need(workplace: Workplace) -> None:
    stream = opened(workplace)
    manager = workplace.program(agency=BRIDGEWATER)
    told(put(manager, task_of(manager), "accepted"))
    answer = told(send(manager, an_order("dental_care", whom=known(stream))))
    assert len(answer["entry"]) == 2
    assert [one.type for one in workplace.stream(stream).needs.values()].count("dental_care") == 1
    _, why = refused(send(manager, an_order("dental_care", whom=known(stream))), 409)
    assert "asked for in this stream already" in why
    two = an_order("education", "child_care", whom=known(stream))
    assert "more than one need" in refused(send(manager, two), 422)[1]
    assert refused(send(manager, an_order("education", whom=known(stream), area="XS-x")), 422)
    stranger = workplace.program(agency=NORTH_STAR, scopes=["fhir:read", "fhir:write"])
    assert refused(send(stranger, an_order("education", whom=known(new_id()))), 404)


@pytest.mark.parametrize("by", ["key", "identifier", "if_none_exist"])
def test_the_same_order_again_is_one(by: str, workplace: Workplace) -> None:
    client = workplace.program(agency=NORTH_STAR)
    first, again = an_order("legal_assistance"), an_order("legal_assistance")
    headers = {"idempotency_key": "o-1"} if by == "key" else {}
    for bundle in (first, again):
        if by == "identifier":
            bundle["entry"][1]["resource"]["identifier"] = [{"system": "urn:x", "value": "MRN 7"}]
        if by == "if_none_exist":
            bundle["entry"][0]["request"]["ifNoneExist"] = "identifier=urn:x|MRN 7"
    one, two = told(send(client, first, **headers)), told(send(client, again, **headers))
    assert [e["response"]["location"] for e in one["entry"]] == [
        e["response"]["location"] for e in two["entry"]
    ]
    (stream,) = streams(workplace)
    assert "MRN" not in str(workplace.ledger.states) + str(workplace.ledger.commits)
    told(send(workplace.program(agency=BRIDGEWATER), first, **headers))
    assert len(streams(workplace)) == 2
    assert stream.status == "open"


@pytest.mark.parametrize("need", sorted(NEEDS.keys() - {"case_management"}))
def test_every_need_may_be_ordered_and_comes_back(need: str, workplace: Workplace) -> None:
    client = workplace.program(agency=NORTH_STAR)
    answer = told(send(client, an_order(need)))
    read = told(client.get(f"{FHIR}/{answer['entry'][0]['response']['location']}"))
    assert read["code"] == codes.need_concept(need)
    assert codes.sdoh_coding(codes.SDOH_CATEGORY[need]) in read["category"][1]["coding"]


@pytest.mark.parametrize("category", sorted(ONE_NEED))
def test_a_category_of_one_need_is_enough(category: str, workplace: Workplace) -> None:
    bundle = an_order("advocacy")
    request = bundle["entry"][0]["resource"]
    del request["code"]
    request["category"] = [{"coding": [codes.sdoh_coding(category)]}]
    del request["category"][0]["coding"][0]["display"]
    told(send(workplace.program(), bundle))
    (stream,) = streams(workplace)
    assert ONE_NEED[category] in {one.type for one in stream.needs.values()}


#: What is put where in a good order -> (status, how the path begins).
CHANGES: list[tuple[str, Any, int, str]] = [
    ("type", "batch", 400, "Bundle.type"),
    ("entry", [], 422, "Bundle.entry"),
    ("entry", None, 422, "Bundle.entry"),
    ("entry", [7, 8], 422, "Bundle.entry[0]"),
    ("entry", [{}] * 21, 422, "Bundle.entry"),
    ("signature", {"data": "x"}, 422, "Bundle.signature"),
    ("entry.0.fullUrl", "x" * (LONGEST + 1), 422, "Bundle.entry[0].fullUrl"),
    ("entry.0.request.method", "PUT", 422, "Bundle.entry[0].request"),
    ("entry.0.request.url", "Patient", 422, "Bundle.entry[0].request"),
    ("entry.0.request.url", {"$gt": ""}, 422, "Bundle.entry[0].request"),
    ("entry.0.request.ifNoneExist", "name=Maria", 400, "Bundle.entry[0].request.ifNoneExist"),
    ("entry.0.resource", {"resourceType": "Patient"}, 400, "Bundle.entry[0].resource"),
    ("entry.0.resource.note", [{"text": "Maria"}], 422, "Bundle.entry[0].resource.note"),
    ("entry.0.resource.text", {"div": "Maria"}, 422, "Bundle.entry[0].resource.text"),
    ("entry.0.resource.contained", [{}], 422, "Bundle.entry[0].resource.contained"),
    ("entry.0.resource.performer", [{}], 422, "Bundle.entry[0].resource.performer"),
    ("entry.0.resource.status", "draft", 422, "Bundle.entry[0].resource.status"),
    ("entry.0.resource.priority", "stat", 422, "Bundle.entry[0].resource.priority"),
    ("entry.0.resource.priority", "urgent", 422, "Bundle.entry[0].resource.priority"),
    ("entry.0.resource.code.text", "Maria", 422, "Bundle.entry[0].resource.code.text"),
    ("entry.0.resource.code.coding", [], 422, "Bundle.entry[0].resource.code.coding"),
    (
        "entry.0.resource.code.coding.0.display",
        "Maria",
        422,
        "Bundle.entry[0].resource.code.coding[0].display",
    ),
    ("entry.0.resource.code.coding.0.code", "nope", 422, "Bundle.entry[0].resource.code.coding"),
    ("entry.0.resource.subject.display", "Maria", 422, "Bundle.entry[0].resource.subject.display"),
    ("entry.0.resource.subject", {"reference": "Patient/1"}, 422, "Bundle.entry[0].resource.sub"),
    ("entry.0.resource.subject", known("{$gt}"), 422, "Bundle.entry[0].resource.subject.ident"),
    ("entry.0.resource.subject", None, 422, "Bundle.entry[0].resource.subject"),
    ("entry.0.resource.subject", known(derived_id("stream", "nobody")), 422, "Bundle.entry"),
    ("entry.0.resource.requester", {"reference": "Organization/x"}, 422, "Bundle.entry[0].reso"),
    ("entry.0.resource.extension", {}, 422, "Bundle.entry[0].resource.extension"),
    ("entry.0.resource.extension", client_codes(name="M"), 422, "Bundle.entry[0].resource.ext"),
    ("entry.0.resource.extension", client_codes(area="<b>"), 422, "ServiceRequest.extension(area)"),
    ("entry.0.resource.extension", client_codes(language="qq"), 422, "ServiceRequest.extension("),
    ("entry.0.resource.identifier", [{"value": 7}], 422, "Bundle.entry[0].resource.identifier[0]"),
    ("entry.1.resource.focus.reference", "urn:uuid:x", 422, "Bundle.entry[1].resource.focus"),
    ("entry.1.resource.focus.reference", {"$gt": ""}, 422, "Bundle.entry[1].resource.focus"),
    ("entry.1.resource.owner", {"reference": "x"}, 422, "Bundle.entry[1].resource.owner"),
    ("entry.1.resource.description", "Maria", 422, "Bundle.entry[1].resource.description"),
    ("entry.1.resource.code", {"coding": []}, 422, "Bundle.entry[1].resource.code"),
    ("entry.1.resource.intent", "plan", 422, "Bundle.entry[1].resource.intent"),
]


@pytest.mark.parametrize(("where", "what", "status", "path"), CHANGES, ids=str)
def test_an_order_that_does_not_fit_is_refused_by_its_path(
    where: str, what: Any, status: int, path: str, workplace: Workplace
) -> None:
    bundle = an_order("legal_assistance")
    *steps, last = where.split(".")
    place: Any = bundle
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    place[last] = what
    found, why = refused(send(workplace.program(), bundle), status)
    assert found.startswith(path), (found, why)
    assert "Maria" not in found + why
    assert streams(workplace) == []


BODIES = [b"", b"{", b"\xff", b"null", b"[]", b'"x"', b"NaN", b"[" * 30_000, b'{"entry":' * 5_000]


@pytest.mark.parametrize("address", ["", "/Task/" + "0" * 64])
@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(body[:12]))
def test_what_is_no_fhir_is_refused(body: bytes, address: str, workplace: Workplace) -> None:
    client = workplace.program()
    method = "PUT" if address else "POST"
    kinds = {"application/fhir+json": 400, "text/plain": 415, "application/fhir+xml": 415}
    for kind, status in kinds.items():
        answer = client.request(
            method, FHIR + address, content=body, headers={"content-type": kind}
        )
        assert refused(answer, status)
    long = client.request(method, FHIR + address, content=b" " * 70_000)
    assert refused(long, 413)

"""Tasks: what each agency reads, and how its key moves one along the graph."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from portal.api.fhir import codes
from shared.ids import new_id
from shared.vocabulary import DECLINE_REASONS
from tests.support.fhir_shapes import check
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BRIDGEWATER, HARBOR_LIGHT, LAKESHORE, NORTH_STAR

Json = dict[str, Any]
FHIR = "/api/fhir"


def told(answer: Response, status: int = 200) -> Json:
    """The resource of an answer, as R4 has it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    return check(answer.json())


def refused(answer: Response, status: int) -> tuple[str, str]:
    """(expression, diagnostics) of an OperationOutcome."""
    (issue,) = told(answer, status)["issue"]
    return issue.get("expression", [""])[0], issue["diagnostics"]


def opened(workplace: Workplace, **given: Any) -> str:
    stream = new_id()
    workplace.open_stream(stream, **given)
    return stream


def task_of(client: TestClient, need: str = "case_management", kind: str = "referral") -> Json:
    """The Task of a need that an agency sees."""
    system = codes.REFERRAL if kind == "referral" else codes.NEED
    for entry in told(client.get(f"{FHIR}/Task?_count=200"))["entry"]:
        task = entry["resource"]
        asked = told(client.get(f"{FHIR}/{task['focus']['reference']}"))
        if asked["code"]["coding"][0]["code"] == need and task["identifier"][0]["system"] == system:
            return dict(task)
    raise AssertionError(f"no Task of {need}")


def put(client: TestClient, task: Json, status: str, reason: str = "", **headers: str) -> Response:
    """Send a Task back with another status."""
    new = {**task, "status": status}
    if reason:
        new["statusReason"] = {"coding": [codes.coding(codes.REASON, reason)]}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.put(f"{FHIR}/Task/{task['id']}", json=new, headers=named)


def serving(workplace: Workplace) -> tuple[TestClient, Json]:
    """North Star has accepted emergency housing; its program, and the Task."""
    opened(workplace)
    manager = workplace.program(agency=BRIDGEWATER)
    told(put(manager, task_of(manager), "accepted"))
    star = workplace.program(agency=NORTH_STAR)
    task = task_of(star, "emergency_housing")
    return star, told(put(star, task, "accepted"))


def test_an_offer_is_a_requested_task_of_the_agency(workplace: Workplace) -> None:
    stream = opened(workplace)
    task = task_of(workplace.program(agency=BRIDGEWATER))
    assert (task["status"], task["intent"]) == ("requested", "order")
    assert task["businessStatus"]["coding"][0]["code"] == "offered"
    assert task["owner"]["reference"] == f"Organization/{BRIDGEWATER}"
    assert task["for"] == {
        "type": "Patient",
        "identifier": {"system": codes.STREAM, "value": stream},
    }
    assert task["restriction"]["period"]["end"] > task["authoredOn"]


def test_a_task_is_read_with_its_version(workplace: Workplace) -> None:
    opened(workplace)
    client = workplace.program(agency=BRIDGEWATER)
    task = task_of(client)
    answer = client.get(f"{FHIR}/Task/{task['id']}")
    assert told(answer) == task
    assert answer.headers["etag"] == f'W/"{task["meta"]["versionId"]}"'
    same = client.get(
        f"{FHIR}/Task/{task['id']}", headers={"if-none-match": answer.headers["etag"]}
    )
    assert (same.status_code, same.content) == (304, b"")


GRAPH = [
    ("accepted", ["in-progress", "on-hold", "in-progress", "completed"]),
    ("accepted", ["on-hold", "completed"]),
    ("accepted", ["completed"]),
    ("accepted", ["in-progress", "failed"]),
    ("accepted", ["on-hold", "failed"]),
    ("accepted", ["cancelled"]),
    ("accepted", ["in-progress", "on-hold", "cancelled"]),
]


@pytest.mark.parametrize(("first", "path"), GRAPH, ids=lambda way: str(way))
def test_a_task_goes_along_the_graph(first: str, path: list[str], workplace: Workplace) -> None:
    star, task = serving(workplace)
    assert task["status"] == first
    for status in path:
        reason = "no_capacity" if status == "failed" else ""
        answer = put(star, task, status, reason, if_match=f'W/"{task["meta"]["versionId"]}"')
        task = told(answer)
        assert task["status"] == status
        assert answer.headers["etag"] == f'W/"{task["meta"]["versionId"]}"'


@pytest.mark.parametrize("reason", sorted(DECLINE_REASONS))
def test_a_rejected_task_has_its_reason_and_is_not_the_agencys_any_more(
    reason: str, workplace: Workplace
) -> None:
    opened(workplace)
    client = workplace.program(agency=BRIDGEWATER)
    task = task_of(client)
    once = {"idempotency_key": "shift-7"}
    after = told(put(client, task, "rejected", reason, **once))
    assert after["status"] == "rejected"
    assert after["statusReason"] == codes.reason_concept(reason)
    assert after["owner"]["reference"] == f"Organization/{BRIDGEWATER}"
    assert refused(client.get(f"{FHIR}/Task/{task['id']}"), 404)
    assert told(put(client, task, "rejected", reason, **once))["status"] == "rejected"
    assert refused(put(client, task, "rejected", reason), 404)
    assert refused(put(client, task, "accepted", **once), 404)


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_what_an_agency_gives_back_is_not_its_own_any_more(
    status: str, workplace: Workplace
) -> None:
    star, task = serving(workplace)
    reason = "cannot_meet_needs" if status == "failed" else ""
    if not reason:
        unwanted = refused(put(star, task, status, "other"), 422)
        assert unwanted[0] == "Task.statusReason"
        assert "with failed and rejected only" in unwanted[1]
    for _ in range(2):
        after = told(put(star, task, status, reason, idempotency_key="end"))
        assert after["status"] == status
        assert after["owner"]["reference"] == f"Organization/{NORTH_STAR}"
    assert refused(star.get(f"{FHIR}/Task/{task['id']}"), 404)
    assert found_by(star) == []


def found_by(client: TestClient) -> list[Json]:
    return list(told(client.get(f"{FHIR}/Task")).get("entry", []))


def test_at_capacity_may_be_said_with_the_code_of_sdoh_cc(workplace: Workplace) -> None:
    opened(workplace)
    client = workplace.program(agency=BRIDGEWATER)
    task = {**task_of(client), "status": "rejected"}
    task["statusReason"] = {"coding": [codes.coding(codes.SDOH_CODES, "no-capacity")]}
    after = told(client.put(f"{FHIR}/Task/{task['id']}", json=task))
    assert [one["code"] for one in after["statusReason"]["coding"]] == [
        "no_capacity",
        "no-capacity",
    ]


ILLEGAL = ["requested", "rejected", "draft", "entered-in-error"]


@pytest.mark.parametrize("status", ILLEGAL)
def test_an_illegal_move_names_what_is_legal(status: str, workplace: Workplace) -> None:
    star, task = serving(workplace)
    where, why = refused(put(star, task, status, "other" if status == "rejected" else ""), 422)
    assert where == "Task.status"
    assert "legal now: cancelled, completed, failed, in-progress, on-hold" in why


def test_what_has_ended_has_no_move_left(workplace: Workplace) -> None:
    star, task = serving(workplace)
    done = told(put(star, task, "completed"))
    where, why = refused(put(star, done, "in-progress"), 422)
    assert (where, "no move is legal any more" in why) == ("Task.status", True)


def test_case_management_ends_with_the_stream(workplace: Workplace) -> None:
    opened(workplace)
    client = workplace.program(agency=BRIDGEWATER)
    accepted = told(put(client, task_of(client), "accepted"))
    assert "close the stream" in refused(put(client, accepted, "completed"), 422)[1]


@pytest.mark.parametrize("status", ["received", "ready", "", "done", None, 7, ["accepted"], {}])
def test_a_status_nobody_knows_is_refused(status: Any, workplace: Workplace) -> None:
    star, task = serving(workplace)
    assert refused(put(star, task, status), 422)[0] == "Task.status"


def test_a_stale_version_is_412_and_the_same_again_is_not(workplace: Workplace) -> None:
    star, task = serving(workplace)
    known = f'W/"{task["meta"]["versionId"]}"'
    told(put(star, task, "in-progress", if_match=known, idempotency_key="a"))
    told(put(star, task, "in-progress", if_match=known, idempotency_key="a"))
    assert refused(put(star, task, "in-progress", if_match=known), 412)
    assert refused(put(star, task, "on-hold", if_match=known), 412)
    for odd in ("", "x", '"a", "b"', "*", 'W/"' + "x" * 80 + '"'):
        assert refused(put(star, task, "on-hold", if_match=odd), 400)[0] == "http.If-Match"


def test_the_status_it_has_already_changes_nothing(workplace: Workplace) -> None:
    star, task = serving(workplace)
    before = len(workplace.ledger.events)
    assert told(put(star, task, "accepted")) == task
    assert len(workplace.ledger.events) == before


def test_who_did_not_get_the_offer_cannot_take_it(workplace: Workplace) -> None:
    opened(workplace)
    task = task_of(workplace.program(agency=BRIDGEWATER))
    stranger = workplace.program(agency=LAKESHORE)
    assert refused(put(stranger, task, "accepted"), 404)
    leader = workplace.program(agency=HARBOR_LIGHT)
    seen = told(leader.get(f"{FHIR}/Task/{task['id']}"))
    assert "is not with your agency" in refused(put(leader, seen, "accepted"), 409)[1]


def test_a_need_is_ended_by_who_leads_only(workplace: Workplace) -> None:
    star, _ = serving(workplace)
    manager = workplace.program(agency=BRIDGEWATER)
    need = task_of(manager, "legal_assistance", "need")
    assert (need["status"], need["businessStatus"]["coding"][0]["code"]) == (
        "in-progress",
        "looking",
    )
    assert refused(put(manager, need, "completed"), 422)[0] == "Task.status"
    assert refused(put(star, need, "cancelled"), 404)
    after = told(put(manager, need, "cancelled"))
    assert after["status"] == "cancelled"
    request = told(manager.get(f"{FHIR}/{after['focus']['reference']}"))
    assert request["status"] == "revoked"


WORDS = {
    "note": [{"text": "She is afraid of her cousin"}],
    "description": "call her sister",
    "text": {"status": "generated", "div": "<div>Maria</div>"},
    "contained": [{"resourceType": "Patient", "name": [{"text": "Maria"}]}],
    "for": {"type": "Patient", "display": "Maria"},
    "owner": {"reference": "Organization/x", "display": "Maria"},
    "identifier": [{"system": "urn:mrn", "value": "123"}],
    "priority": "stat",
    "output": [{"type": {"text": "x"}, "valueString": "y"}],
    "extension": [{"url": "urn:x", "valueString": "Maria"}],
    "businessStatus": {"text": "Maria waits"},
    "\u202ename": "x",
}


@pytest.mark.parametrize("name", WORDS)
def test_words_and_other_changes_are_refused_by_name(name: str, workplace: Workplace) -> None:
    star, task = serving(workplace)
    where, why = refused(put(star, {**task, name: WORDS[name]}, "in-progress"), 422)
    assert where.startswith(f"Task.{name}" if name.isidentifier() else "Task")
    assert "Maria" not in where + why
    assert told(star.get(f"{FHIR}/Task/{task['id']}"))["status"] == "accepted"


@pytest.mark.parametrize(
    "reason",
    [
        None,
        [],
        "no_capacity",
        {"text": "we are full"},
        {"coding": []},
        {"coding": [{"system": codes.REASON, "code": "nope"}]},
        {"coding": [{"system": "urn:other", "code": "no_capacity"}]},
        {"coding": [codes.coding(codes.REASON, "other", "Maria is rude")]},
        {"coding": [codes.coding(codes.REASON, "other")], "text": "Maria is rude"},
        {"coding": [codes.coding(codes.REASON, c) for c in ("other", "duplicate")]},
        {"coding": [{"system": {"$gt": ""}, "code": 7}]},
    ],
)
def test_a_reason_that_is_no_code_of_ours_is_refused(reason: Any, workplace: Workplace) -> None:
    opened(workplace)
    client = workplace.program(agency=BRIDGEWATER)
    task = {**task_of(client), "status": "rejected", "statusReason": reason}
    where, why = refused(client.put(f"{FHIR}/Task/{task['id']}", json=task), 422)
    assert where.startswith("Task.statusReason")
    assert "Maria" not in why

"""A Task moved by a JSON Patch: the same moves, and nothing else of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from portal.api.fhir import codes
from portal.api.fhir.incoming import MOST_STEPS, PATCH_TYPE
from tests.support.staff_fakes import Workplace
from tests.unit.portal.test_fhir_tasks import FHIR, Json, refused, serving, told

REASON = {"coding": [codes.coding(codes.REASON, "no_capacity")]}


def step(op: Any, path: Any, value: Any) -> Json:
    return {"op": op, "path": path, "value": value}


def patch(client: TestClient, task: Json, steps: Any, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.patch(
        f"{FHIR}/Task/{task['id']}",
        content=json.dumps(steps),
        headers={"content-type": PATCH_TYPE, **named},
    )


def test_a_patch_moves_a_task(workplace: Workplace) -> None:
    star, task = serving(workplace)
    known = f'W/"{task["meta"]["versionId"]}"'
    steps = [step("test", "/status", "accepted"), step("replace", "/status", "in-progress")]
    assert told(patch(star, task, steps, if_match=known))["status"] == "in-progress"
    assert refused(patch(star, task, steps), 422)[0] == "patch[0]"
    hold = [step("replace", "/status", "on-hold")]
    assert refused(patch(star, task, hold, if_match=known), 412)
    end = [step("replace", "/status", "failed"), step("add", "/statusReason", REASON)]
    for _ in range(2):
        after = told(patch(star, task, end, idempotency_key="p-1"))
        assert after["statusReason"] == codes.reason_concept("no_capacity")
    assert refused(patch(star, task, end), 404)


@pytest.mark.parametrize(
    ("steps", "status", "where"),
    [
        ([], 400, ""),
        ({}, 400, ""),
        ([step("replace", "/status", "on-hold")] * (MOST_STEPS + 1), 400, ""),
        ([7], 422, "patch[0]"),
        ([step("remove", "/status", None)], 422, "patch[0]"),
        ([{"op": "replace", "path": "/status"}], 422, "patch[0]"),
        ([step("replace", "/note", "Maria")], 422, "patch[0]"),
        ([step("replace", {"$gt": ""}, "x")], 422, "patch[0]"),
        ([step(["add"], "/status", "on-hold")], 422, "patch[0]"),
        ([{**step("copy", "/status", "x"), "from": "/id"}], 422, "patch[0].from"),
        ([step("replace", "/status", 7)], 422, "Task.status"),
        ([step("replace", "/status", "requested")], 422, "Task.status"),
        ([step("replace", "/status", "failed")], 422, "Task.statusReason"),
        ([step("add", "/statusReason", {"text": "Maria"})], 422, "Task.statusReason"),
    ],
    ids=str,
)
def test_a_patch_that_does_not_fit_is_refused(
    steps: Any, status: int, where: str, workplace: Workplace
) -> None:
    star, task = serving(workplace)
    place, why = refused(patch(star, task, steps), status)
    assert place == where
    assert "Maria" not in why
    assert told(star.get(f"{FHIR}/Task/{task['id']}")) == task


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 30_000])
def test_a_patch_that_is_no_json_is_refused(body: bytes, workplace: Workplace) -> None:
    star, task = serving(workplace)
    address = f"{FHIR}/Task/{task['id']}"
    assert refused(star.patch(address, content=body, headers={"content-type": PATCH_TYPE}), 400)
    for kind in ("application/json", "application/fhir+json", "text/plain"):
        assert refused(star.patch(address, content=body, headers={"content-type": kind}), 415)

"""The road map and plans over the agency API: codes in, steps out, nothing typed goes further."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.clock import now
from shared.vocabulary.road_map import ROAD_MAP
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BRIDGEWATER, NORTH_STAR
from tests.unit.portal.test_agency_api import V1, problem

ROAD = f"{V1}/road-map"
PLAN = f"{V1}/streams/stream-1/plan"
SOON = (now().date() + timedelta(days=30)).isoformat()


def took_on(workplace: Workplace) -> Any:
    """Bridgewater takes a client on with its own program."""
    workplace.open_stream()
    client = workplace.program(agency=BRIDGEWATER)
    (offer,) = client.get(f"{V1}/offers").json()["offers"]
    client.post(f"{V1}/offers/{offer['offer']}/accept")
    return client


def test_answers_as_codes_give_steps(workplace: Workplace) -> None:
    client = workplace.program(["road_map:read"])
    told = client.post(ROAD, json={"answers": {"age_group": ["minor"]}, "lang": "es"}).json()
    assert {step["when"] for step in told["steps"]} <= {"now", "next", "later"}
    assert all(step["source"] and step["checked_on"] for step in told["steps"])
    assert "{" not in str([step["where"] for step in told["steps"]])
    assert client.post(ROAD, json={}).json()["steps"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"answers": {"name": ["Ana"]}}, "answers"),
        ({"answers": {"age_group": ["12"]}}, "answers.age_group"),
        ({"answers": {"age_group": ["minor", "adult"]}}, "answers.age_group"),
        ({"answers": {"papers": ["none", "none"]}}, "answers.papers"),
        ({"answers": {"papers": "none"}}, "answers[...]"),
        ({"answers": {"papers": [{"$gt": ""}]}}, "answers[...][0]"),
        ({"answers": {"papers": ["x" * 61]}}, "answers[...][0]"),
        ({"answers": []}, "answers"),
        ({"lang": "xx"}, "lang"),
        ({"who": "Ana"}, "who"),
    ],
)
def test_what_is_no_answer_is_refused_here(
    workplace: Workplace, body: dict[str, Any], field: str
) -> None:
    client = workplace.program(["road_map:read"])
    workplace.portal.backend.calls.clear()
    assert problem(client.post(ROAD, json=body))[:2] == (422, field)
    assert [call for call in workplace.portal.backend.calls if call[0] == "library"] == []


def test_silence_of_the_library_is_503(workplace: Workplace) -> None:
    client = workplace.program()
    workplace.portal.backend.silent = {"library"}
    assert problem(client.post(ROAD, json={}))[0] == 503
    assert problem(client.post(PLAN, json={"steps": {"safe-bed": SOON}}))[0] == 503


def test_who_leads_attaches_a_plan_and_marks_it(workplace: Workplace) -> None:
    client = took_on(workplace)
    step = client.post(ROAD, json={}).json()["steps"][0]["id"]
    once = {"idempotency-key": "plan-1"}
    first = client.post(PLAN, json={"steps": {step: SOON}}, headers=once)
    assert first.json() == client.post(PLAN, json={"steps": {step: SOON}}, headers=once).json()
    assert client.post(f"{PLAN}/{step}", json={"is_done": True}).status_code == 200
    plan = client.get(f"{V1}/streams/stream-1").json()["plan"]
    assert plan["steps"] == {step: {"due_on": SOON, "is_done": True}}
    workplace.portal.backend.calls.clear()
    for typed in ("moon", "Ana.Gomez"):
        answer = client.post(f"{PLAN}/{typed}", json={"is_done": True})
        assert problem(answer)[:2] == (404, "step")
        assert step in answer.text, "it says which steps there are"
        assert typed not in answer.text
    assert "mark_step" not in [method for _, method, _ in workplace.portal.backend.calls]
    assert problem(client.post(f"{PLAN}/{step}", json={}))[:2] == (422, "is_done")
    other = workplace.program(agency=NORTH_STAR)
    assert other.post(PLAN, json={"steps": {step: SOON}}).status_code in (403, 404)


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ({}, "steps"),
        ({"Ana lives here": SOON}, "steps"),
        ({"safe-bed": "soon"}, "steps.safe-bed"),
        ({"safe-bed": "2020-01-01"}, "steps.safe-bed"),
        ({"safe-bed": 5}, "steps[...]"),
        ([], "steps"),
        (None, "steps"),
    ],
)
def test_a_plan_of_other_things_is_refused(workplace: Workplace, steps: Any, field: str) -> None:
    client = took_on(workplace)
    assert problem(client.post(PLAN, json={"steps": steps}))[:2] == (422, field)
    assert workplace.stream().plan is None


def test_the_page_about_the_api_lists_every_question_and_code() -> None:
    text = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
    for question in ROAD_MAP.values():
        assert f"`{question.code}`" in text
        if question.code != "needs":
            for code in question.answers:
                assert code in text, code

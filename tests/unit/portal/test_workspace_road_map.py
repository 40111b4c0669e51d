"""The road map of a stream at the desk: asked with what is known, made a plan, worked off."""

from __future__ import annotations

import re
from datetime import timedelta

from shared.clock import now
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.unit.portal.test_road_map_pages import checked
from tests.unit.portal.test_workspace_clients import STREAM, took_on

ROAD = f"{STREAM}/road-map"


def asked_for_steps(desk: StaffBrowser, workplace: Workplace) -> dict[str, str]:
    """The case manager asks for the road map; return the day of each step."""
    took_on(desk, workplace)
    desk.open(ROAD)
    answers = {"go": "steps", "age_group": "adult", "papers": ["none"]}
    assert desk.send(ROAD, answers).status_code == 200
    days = re.findall(r'name="due_([a-z-]+)" value="([0-9-]+)"', desk.page)
    assert days
    return dict(days)


def test_what_the_stream_knows_is_filled_in(desk: StaffBrowser, workplace: Workplace) -> None:
    took_on(desk, workplace)
    desk.open(STREAM)
    assert f'href="{ROAD}"' in desk.page
    assert desk.open(ROAD).status_code == 200
    told = checked(desk.page)
    assert {"age_group=adult", "about=man", "needs=legal_assistance"} <= told
    assert not any(one.startswith("papers=") for one in told)


def test_a_wrong_answer_is_named_and_the_rest_kept(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    took_on(desk, workplace)
    answers = {"go": "steps", "papers": ["gold", "citizen"], "age_group": "minor"}
    assert desk.send(ROAD, answers).status_code == 422
    assert 'href="#papers"' in desk.page
    assert {"papers=citizen", "age_group=minor"} <= checked(desk.page)


def test_chosen_steps_become_the_plan_and_are_worked_off(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    days = asked_for_steps(desk, workplace)
    first, second = list(days)[:2]
    soon = (now().date() + timedelta(days=3)).isoformat()
    sent = {"step": [first, second], f"due_{first}": soon}
    assert desk.press("/plan", {**sent, f"due_{second}": days[second]}).status_code == 200
    assert "The plan is part of the stream." in desk.text
    plan = workplace.stream().plan
    assert plan is not None
    assert {id: one.due_on for id, one in plan.steps.items()} == {
        first: soon,
        second: days[second],
    }
    assert desk.press(f"/plan/{first}").status_code == 200
    assert "Noted: this step is done." in desk.text
    assert "A plan was made" in desk.text
    assert "A step of the plan was marked" in desk.text
    desk.press(f"/plan/{first}")
    assert "Noted: this step is not done." in desk.text


def test_the_plan_is_ticked_when_the_road_map_is_opened_again(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    days = asked_for_steps(desk, workplace)
    last = list(days)[-1]
    desk.press("/plan", {"step": last, f"due_{last}": days[last]})
    desk.send(ROAD, {"go": "steps", "age_group": "adult"})
    assert checked(desk.page) == {f"step={last}"}


def test_a_wrong_day_or_no_step_is_named_and_nothing_is_lost(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    days = asked_for_steps(desk, workplace)
    first = next(iter(days))
    for odd in ("soon", "2026-02-30", "<b>", ""):
        answer = desk.send(f"{STREAM}/plan", {"go": "plan", "step": first, f"due_{first}": odd})
        assert answer.status_code == 422, odd
        assert f'href="#due_{first}"' in desk.page
        assert "<b>" not in desk.page
        assert f"step={first}" in checked(desk.page)
    past = desk.send(f"{STREAM}/plan", {"go": "plan", "step": first, f"due_{first}": "2020-01-01"})
    assert past.status_code == 422
    assert "past or too far off" in desk.text
    assert 'value="2020-01-01"' in desk.page
    assert desk.send(f"{STREAM}/plan", {"go": "plan"}).status_code == 422
    assert "Choose at least one step" in desk.text
    assert desk.send(f"{STREAM}/plan", {"go": "plan", "step": "moon"}).status_code == 422
    assert workplace.stream().plan is None


def test_a_shelter_may_look_but_not_plan(desk: StaffBrowser, workplace: Workplace) -> None:
    days = asked_for_steps(desk, workplace)
    first = next(iter(days))
    desk.press("/plan", {"step": first, f"due_{first}": days[first]})
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/offers")
    desk.press("/accept")
    assert "/plan" not in desk.page
    assert desk.send(ROAD, {"go": "steps"}).status_code == 200
    assert "Only who leads the stream can make this the plan." in desk.text
    told = {"go": "plan", "step": first, f"due_{first}": days[first]}
    assert desk.send(f"{STREAM}/plan", told).status_code == 403
    assert desk.send(f"{STREAM}/plan/{first}", {"is_done": "yes"}).status_code == 403


def test_a_plan_past_its_day_says_so(desk: StaffBrowser, workplace: Workplace) -> None:
    days = asked_for_steps(desk, workplace)
    first = next(iter(days))
    desk.press("/plan", {"step": first, f"due_{first}": now().date().isoformat()})
    assert "Overdue" not in desk.text.partition("Plan")[2].partition("Referrals")[0]
    state = workplace.ledger.states["stream-1"]
    state["plan"]["steps"][first]["due_on"] = "2026-01-01"
    desk.open(STREAM)
    assert "January 1, 2026 Overdue" in desk.text


def test_a_silent_library_leaves_the_stream_as_it_is(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    days = asked_for_steps(desk, workplace)
    first = next(iter(days))
    desk.press("/plan", {"step": first, f"due_{first}": days[first]})
    workplace.portal.backend.silent = {"library"}
    assert desk.open(STREAM).status_code == 200
    assert first.replace("-", " ") in desk.text
    assert desk.send(ROAD, {"go": "steps", "age_group": "adult"}).status_code == 503
    assert '<input type="hidden" name="age_group" value="adult">' in desk.page

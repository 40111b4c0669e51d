"""The road map of a client's stream: asked with what the stream knows, and made its plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Problem, check, keep
from portal.i18n import N_
from portal.pages.help_questions import need_groups
from portal.pages.near_by import near_by
from portal.pages.road_map import step_words
from portal.pages.workspace.frame import act, ask, path_id, posted, settle, show
from portal.pages.workspace.streams import show_stream
from portal.plans import as_day
from portal.ports import parts
from portal.road_map import FIELDS, RoadMap, as_form, coded
from portal.road_map import ask as ask_library
from portal.wishes import Spot
from shared.vocabulary.road_map import ROAD_MAP, UNSURE

Json = dict[str, Any]
#: The day a step is meant to be done by, unless the worker says another.
USUAL_DAYS = {"now": 7, "next": 30, "later": 180}
#: Steps with services beside them.
MOST_BESIDE = 20
CHOOSE_ONE = N_("Choose at least one step")
WRITE_DAY = N_("Write a day as 2027-01-31 for: %(step)s")


async def questions(request: Request) -> Response:
    """Ask what the road map depends on, with what the stream knows filled in."""
    view = await _stream(request)
    return _form(request, as_form(of_stream(view)))


async def steps(request: Request) -> Response:
    """Show what this client may get, to be made the plan; or the questions again."""
    view = await _stream(request)
    answers, problems = keep(FIELDS, posted(request)), check(FIELDS, posted(request)).problems
    if problems or posted(request).first("go") != "steps":
        return _form(request, answers, problems)
    return await _steps(request, view, answers)


async def attach(request: Request) -> Response:
    """Make the chosen steps, each with its day, the stream's plan."""
    stream, answers = path_id(request, "stream"), keep(FIELDS, posted(request))
    found = await ask_library(parts(request), coded(answers), request.state.lang)
    chosen, problems = _chosen(request, found)
    if problems:
        return await _steps(request, await _stream(request), answers, problems, 422)

    async def again(refusals: list[Problem], status: int) -> Response:
        placed = [Problem("step", one.message, one.values) for one in refusals]
        return await _steps(request, await _stream(request), answers, placed, status)

    told = {"stream": stream, "version": found.version, "steps": chosen}
    return await settle(
        request,
        act(request, "referrals", "attach_plan", **told),
        to=f"/workspace/streams/{stream}",
        done="planned",
        again=again,
    )


async def mark(request: Request) -> Response:
    """Mark a step of the plan as done, or as not done after all."""
    stream, step = path_id(request, "stream"), path_id(request, "step")
    is_done = posted(request).first("is_done") == "yes"
    return await settle(
        request,
        act(request, "referrals", "mark_step", stream=stream, step=step, is_done=is_done),
        to=f"/workspace/streams/{stream}",
        done="marked" if is_done else "unmarked",
        again=partial(show_stream, request),
    )


def of_stream(view: Json) -> dict[str, list[str]]:
    """Return what a stream's codes answer; what they do not tell is left open."""
    state = "-".join(str(view.get("area", "")).split("-")[:2])
    known = state in ROAD_MAP["state"].answers
    elsewhere = "other" if state.startswith("US-") else ""
    asked = [*view.get("needs", {}).values()] or [*view.get("referrals", {}).values()]
    needs = [
        one.get("type") or one.get("need_type", "")
        for one in asked
        if one.get("state") not in ("met", "ended", "completed")
    ]
    told = {
        "safe_now": [view.get("safe_now", "")],
        "age_group": [view.get("age_group", "")],
        "state": [state if known else elsewhere],
        "about": ["man"] if view.get("gender") == "man" else [],
        "needs": list(dict.fromkeys(needs)),
    }
    return {name: codes for name, codes in told.items() if any(codes)}


async def _stream(request: Request) -> Json:
    view: Json = await ask(request, "referrals", "stream", stream=path_id(request, "stream"))
    return view


def _form(request: Request, answers: Answers, problems: Sequence[Problem] = ()) -> Response:
    return show(
        request,
        "road_map.html",
        status=422 if problems else 200,
        problems=problems,
        stream=path_id(request, "stream"),
        fields=FIELDS,
        values=answers.values,
        groups=need_groups(),
        unsure=UNSURE,
    )


async def _steps(
    request: Request,
    view: Json,
    answers: Answers,
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> Response:
    lang, told = request.state.lang, coded(answers)
    found = await ask_library(parts(request), told, lang)
    area = str(view.get("area", ""))
    spot = Spot(areas=(area,)) if area else None
    beside = await near_by(request, found.steps[:MOST_BESIDE], told, spot)
    owner = view.get("owner") or {}
    leads = request.state.identity.agency in (view.get("case_manager"), owner.get("agency"))
    return show(
        request,
        "road_map_steps.html",
        status=status,
        problems=problems,
        stream=path_id(request, "stream"),
        hidden=answers.pairs(),
        may_plan=leads and view.get("status", "open") == "open",
        chosen=_marked(request, view, found),
        days=_days(request, view, found),
        beside=beside.in_words(lang, parts(request).clock().astimezone()),
        **step_words(request, found),
    )


def _marked(request: Request, view: Json, found: RoadMap) -> set[str]:
    """The steps that are ticked: as posted, or those of the plan, or what is to be done now."""
    if posted(request).first("go") == "plan":
        return set(posted(request).all("step"))
    planned = (view.get("plan") or {}).get("steps", {})
    return set(planned) or {step.id for step in found.at("now")}


def _days(request: Request, view: Json, found: RoadMap) -> dict[str, str]:
    """The day in each step's field: as posted, as planned, or the usual one."""
    planned = (view.get("plan") or {}).get("steps", {})
    today = parts(request).clock().astimezone().date()
    days = {}
    for step in found.steps:
        usual = (today + timedelta(days=USUAL_DAYS[step.when])).isoformat()
        known = planned[step.id]["due_on"] if step.id in planned else usual
        typed = posted(request).all(f"due_{step.id}")
        days[step.id] = typed[0][:20] if typed else known
    return days


def _chosen(request: Request, found: RoadMap) -> tuple[dict[str, str], list[Problem]]:
    """Return the ticked steps with their days, and what does not fit."""
    form, chosen, problems = posted(request), {}, []
    ticked = set(form.all("step"))
    for step in found.steps:
        if step.id not in ticked:
            continue
        chosen[step.id] = form.first(f"due_{step.id}").strip()
        if as_day(chosen[step.id]) is None:
            problems.append(Problem(f"due_{step.id}", WRITE_DAY, {"step": step.name}))
    if not chosen:
        problems.append(Problem("step", CHOOSE_ONE))
    return chosen, problems

"""A pathway on a stream: who leads it chooses one, leaves out what the client does not want, starts
it, and decides about steps that wait."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Field, Problem, check, keep
from portal.i18n import N_
from portal.pages.workspace.frame import act, ask, path_id, posted, settle, show, who
from portal.pages.workspace.lines import need_words
from portal.pages.workspace.pathways import in_use, known, name_of
from portal.pages.workspace.stream_view import CASE_MANAGEMENT
from portal.pages.workspace.streams import show_stream
from shared.errors import NotAllowed

Json = dict[str, Any]
AT_ONCE = N_("Asked for at once")
ASKED_ALREADY = N_("Asked for already")
MET_BEFORE = N_("Met before: leave it out, or it is asked for again")


async def choose(request: Request) -> Response:
    """List the pathways, those for this client first."""
    stream = path_id(request, "stream")
    view = await _led(request, stream)
    lines = [_line(request, view, one) for one in await in_use(request)]
    return show(
        request,
        "stream_pathways.html",
        stream=stream,
        pathways=sorted(lines, key=lambda line: not line["fits"]),
    )


async def preview(request: Request) -> Response:
    """Show what a pathway would ask for now and what would wait, before it is started."""
    return await _preview(request, Answers(), [], 200)


async def start(request: Request) -> Response:
    """Start a pathway without the steps that were ticked."""
    stream, one = path_id(request, "stream"), await known(request)
    field = _left_out(one)
    answers, kept = check([field], posted(request)), keep([field], posted(request))

    async def again(problems: list[Problem], status: int) -> Response:
        return await _preview(request, kept, problems, status)

    if answers.problems:
        return await again(answers.problems, 422)
    command = act(
        request,
        "referrals",
        "start_path",
        stream=stream,
        pathway=one["pathway"],
        steps=one["steps"],
        left_out=answers.many("left_out"),
    )
    return await settle(request, command, to=_of(stream), done="path", again=again)


async def decide(request: Request) -> Response:
    """Ask for a step that waits, or leave it out."""
    told = {"step": path_id(request, "step"), "decision": posted(request).first("decision")[:40]}
    return await _move(request, "decide_step", "path_decided", told)


async def end(request: Request) -> Response:
    """Go by the pathway no longer."""
    return await _move(request, "end_path", "path_ended", {})


async def _move(request: Request, method: str, done: str, told: Json) -> Response:
    stream = path_id(request, "stream")

    async def again(problems: list[Problem], status: int) -> Response:
        return await show_stream(request, problems, status)

    command = act(request, "referrals", method, stream=stream, **told)
    return await settle(request, command, to=_of(stream), done=done, again=again)


async def _preview(
    request: Request, answers: Answers, problems: list[Problem], status: int
) -> Response:
    stream, one = path_id(request, "stream"), await known(request)
    view = await _led(request, stream)
    return show(
        request,
        "stream_pathway.html",
        status=status,
        problems=problems,
        stream=stream,
        pathway=one["pathway"],
        name=name_of(request, one),
        steps=[_step(view, step) for step in one["steps"] if step["need"] != CASE_MANAGEMENT],
        field=_left_out(one),
        answers=answers,
    )


def _step(view: Json, step: Json) -> Json:
    """A step as it would be if the pathway began now."""
    of_type = [one for one in view.get("needs", {}).values() if one["type"] == step["need"]]
    states = {one.get("state", "open") for one in of_type}
    before = [need_words(need) for need in step["after"] if need != CASE_MANAGEMENT]
    if states & {"open", "unmet"}:
        turn = ASKED_ALREADY
    elif "met" in states:
        turn = MET_BEFORE
    else:
        turn = "" if before else AT_ONCE
    return {"need": need_words(step["need"]), "turn": turn, "after": before}


def _left_out(one: Json) -> Field:
    return Field(
        "left_out",
        N_("Leave out"),
        N_("Tick what this client does not want, or has already."),
        kind="many",
        choices={
            step["need"]: need_words(step["need"])
            for step in one["steps"]
            if step["need"] != CASE_MANAGEMENT
        },
    )


def _line(request: Request, view: Json, one: Json) -> Json:
    told = ("age_group", "origin")
    fits = all("unknown" in (one[name], view.get(name)) or one[name] == view[name] for name in told)
    return {
        "pathway": one["pathway"],
        "name": name_of(request, one),
        "fits": fits,
        "needs": [need_words(step["need"]) for step in one["steps"]],
    }


async def _led(request: Request, stream: str) -> Json:
    """Return a stream this agency leads; NotAllowed for others."""
    view: Json = await ask(request, "referrals", "stream", stream=stream)
    owner = view.get("owner", {}).get("agency")
    if who(request).agency not in (view.get("case_manager"), owner):
        raise NotAllowed("agency", "does not lead this stream", "ask its case manager")
    return view


def _of(stream: str) -> str:
    return f"/workspace/streams/{stream}"

"""Coming back with the stream code: how things stand, and a message to the worker."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Field, Problem, check, read_form, summary
from portal.i18n import N_
from portal.pages.code_form import CodeForm
from portal.pages.help_questions import OTHER
from portal.plans import plan_words
from portal.ports import parts
from portal.releases import is_live, local_day
from portal.rendering import render
from portal.returning import Found
from shared.crypto import codes
from shared.directory import ServiceCard
from shared.errors import AnydoorError, IllegalMove, Unavailable
from shared.events.doors import ClientWrote
from shared.ids import derived_id, new_id
from shared.vocabulary import NEEDS
from shared.vocabulary.releases import SHOWN_FIELDS

CODE = Field("code", N_("Your code"), N_("17 letters and numbers. Big or small does not matter."))
FORM = CodeForm("/return", "referrals", "come_back/code.html", CODE)
MESSAGE = Field(
    "text",
    N_("Write to your worker"),
    N_("For example: I moved. I need a ride. I want another person. Please stop."),
    kind="text",
    limit=2_000,
    required=N_("Write your message"),
)
OTHER_CODE = Field("other_code", N_("Your other code"), CODE.hint)
COULD_NOT_STOP = N_("We could not stop this. Try again, or call or text. A person will help")
COULD_NOT_SEND = N_("We could not send this. Try again, or call or text. A person will help")

#: What each step of a need means to the client; one that is not here reads as "looking".
STEPS: dict[str, str] = {
    "waiting": N_("First we find your worker. Then we look for this"),
    "looking": N_("We are looking for a place"),
    "still_looking": N_("No place could help yet. A person on our team is looking now"),
    "accepted": N_("A place said yes"),
    "in_progress": N_("The help has started"),
    "paused": N_("This is on hold"),
    "done": N_("Done"),
    "ended": N_("This was called off"),
}
#: What is done next for the client.
NEXT: dict[str, str] = {
    "find_case_manager": N_("We find a worker near you"),
    "place_need": N_("Our team looks for a place"),
    "make_contact": N_("Your worker gets in touch, in the way you chose"),
    "answer_client": N_("Your worker answers your message"),
    "check_contact": N_("Your worker wants to know how to reach you safely: you can write below"),
    "next_placement": N_("Your worker looks for your next place"),
    "decide_path": N_("Your worker plans with you what comes next"),
    "follow_up": N_("Your worker checks how things go"),
    "close_stream": N_("Your worker asks if you need more"),
}


async def show(request: Request) -> Response:
    """Ask for the code."""
    return FORM.show(request)


async def look(request: Request) -> Response:
    """Show how the stream of a code stands."""
    found = await FORM.open(request, await read_form(request))
    return found if isinstance(found, Response) else await status_page(request, found)


async def write(request: Request) -> Response:
    """Take a message for the case manager; the same form again is the same message."""
    posted = await read_form(request)
    found = await FORM.open(request, posted)
    if isinstance(found, Response):
        return found
    answers = check([MESSAGE], posted)
    if answers.problems:
        return await status_page(request, found, answers, status=422)
    command = derived_id("client.wrote", found.id, posted.first("command"))
    boxes = parts(request).boxes
    claim = await asyncio.to_thread(
        boxes.client_message, derived_id("message", command), answers.one("text")
    )
    try:
        event = ClientWrote(stream=found.id, claim=claim.id)
        await parts(request).intake.accept([event], claim, command)
    except Unavailable:
        answers.problems.append(Problem("text", COULD_NOT_SEND))
        return await status_page(request, found, answers, status=503)
    return await status_page(request, found, sent=True)


async def stop_sharing(request: Request) -> Response:
    """End a release of the client's; what is ended before stays so."""
    posted = await read_form(request)
    found = await FORM.open(request, posted)
    if isinstance(found, Response):
        return found
    call, release = parts(request).backend.call, posted.first("release")
    told = {"command_id": new_id(), "stream": found.id, "release": release}
    try:
        await call("referrals", "take_back_release", deadline_s=None, **told)
    except IllegalMove:  # its time was over before
        return await status_page(request, found)
    except AnydoorError as error:
        answers = Answers(problems=[Problem("sharing", COULD_NOT_STOP)])
        return await status_page(request, found, answers, status=error.status)
    return await status_page(request, found, stopped=True)


async def status_page(
    request: Request,
    found: Found,
    answers: Answers | None = None,
    *,
    status: int = 200,
    sent: bool = False,
    stopped: bool = False,
    changed: bool = False,
    linked: bool = False,
    unlinked: bool = False,
) -> Response:
    """Show how a stream stands."""
    view = await _view(request, found)
    answers = answers or Answers()
    return render(
        request,
        "come_back/status.html",
        status=status,
        carry=[("code", found.code)],
        code=found.code,
        command=new_id(),
        field=MESSAGE,
        answers=answers,
        sent=sent,
        stopped=stopped,
        other_field=OTHER_CODE,
        now_linked=linked,
        now_unlinked=unlinked,
        new_code=codes.show(found.code) if changed else "",
        **view,
        **summary(answers.problems),
    )


async def _view(request: Request, found: Found) -> dict[str, Any]:
    """Return the stream in the template's words; `arrived` false says nobody could tell yet."""
    view: dict[str, Any] = {}
    if found.arrived:
        try:
            view = await parts(request).backend.call("referrals", "client_view", stream=found.id)
        except AnydoorError:
            view = {}
    upcoming = view.get("next", {})
    return {
        "arrived": bool(view),
        "is_open": view.get("status") != "closed",
        "agency": await _agency(request, str(view.get("case_manager", ""))),
        "next_step": NEXT.get(str(upcoming.get("code", "")), ""),
        "due_in_s": _seconds_until(str(upcoming.get("due_at", "")), parts(request).clock()),
        "steps": [_step(request, step) for step in view.get("steps", [])],
        "linked": [
            {**one, "steps": [_step(request, step) for step in one.get("steps", [])]}
            for one in view.get("linked", [])
        ],
        "planned": [
            (NEEDS[one["need_type"]].label, [NEEDS[need].label for need in one["after"]])
            for one in view.get("planned", [])
        ],
        "plan": await plan_words(parts(request), view.get("plan"), request.state.lang),
        "releases": await _releases(request, view.get("releases", {})),
    }


async def _releases(request: Request, releases: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the client allows, the newest first: to whom, what, until when, what was seen."""
    now = parts(request).clock()
    ids = {one["recipient"] for one in releases.values()}
    names = {id: (await _agency(request, id))["name"] for id in sorted(ids)}
    return [
        {
            "id": id,
            "to": names[one["recipient"]],
            "fields": [SHOWN_FIELDS.get(field, OTHER) for field in one["fields"]],
            "until": local_day(one["until"]),
            "state": one["state"],
            "is_live": is_live(one, now),
            "with_handover": bool(one.get("handover")),
            "shown": [
                (
                    local_day(seen["at"]),
                    [SHOWN_FIELDS.get(field, OTHER) for field in seen["fields"]],
                )
                for seen in reversed(one["shown"])
            ],
        }
        for id, one in reversed(releases.items())
    ]


def _step(
    request: Request, step: dict[str, Any]
) -> tuple[str, str, ServiceCard | None, dict[str, Any]]:
    """Return (need, how it stands, the service that helps, how long she can stay) of one step."""
    need = NEEDS.get(str(step["need_type"]))
    service = step.get("service")
    return (
        need.label if need else OTHER,
        STEPS.get(str(step["step"]), STEPS["looking"]),
        parts(request).snapshot.service(str(service)) if service else None,
        _stay(request, step),
    )


def _stay(request: Request, step: dict[str, Any]) -> dict[str, Any]:
    """Return the last day of a stay, {} when there is none."""
    ends_on = str(step.get("stay_ends_on", ""))
    if not ends_on:
        return {}
    today = parts(request).clock().astimezone().date().isoformat()
    is_over = ends_on < today
    return {"ends_on": ends_on, "is_over": is_over, "is_followed": bool(step.get("is_followed"))}


def _seconds_until(due_at: str, now: datetime) -> float:
    """Return how long until then, at least a minute: what is late is about to be done."""
    if not due_at:
        return 0.0
    return max((datetime.fromisoformat(due_at) - now).total_seconds(), 60.0)


async def _agency(request: Request, agency: str) -> dict[str, str]:
    """Return the name and phone of the agency whose worker it is; {} when there is none."""
    if not agency:
        return {}
    try:
        record = await parts(request).backend.call("registry", "organization", id=agency)
    except AnydoorError:
        return {"name": "", "phone": ""}
    phones = [phone["number"] for phone in record.get("phones", [])]
    return {"name": str(record["name"]), "phone": str(phones[0]) if phones else ""}

"""Handing a client over: the case manager's agency chooses who is asked, or keeps her after all."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Field, Problem, check
from portal.i18n import N_
from portal.pages.workspace.frame import act, ask, path_id, posted, settle, show, who
from portal.pages.workspace.stream_view import CASE_MANAGEMENT
from portal.pages.workspace.streams import show_stream
from portal.staff import staff_parts
from shared.errors import NotAllowed

Json = dict[str, Any]
SERVING = frozenset({"accepted", "in_progress", "on_hold"})


async def choose(request: Request) -> Response:
    """Show who could take the client on, the best first."""
    return await _choices(request, [], 200)


async def propose(request: Request) -> Response:
    """Ask the chosen service; its agency finds it among its offers."""
    field = await _field(request)
    answers = check([field], posted(request))
    if answers.problems:
        return await _choices(request, answers.problems, 422)
    stream = path_id(request, "stream")
    command = act(
        request,
        "referrals",
        "propose_handover",
        stream=stream,
        service=answers.one("service"),
    )
    to, again = f"/workspace/streams/{stream}", partial(_choices, request)
    return await settle(request, command, to=to, done="handover", again=again)


async def keep(request: Request) -> Response:
    """Take the proposal back."""
    stream = path_id(request, "stream")
    return await settle(
        request,
        act(request, "referrals", "take_back_handover", stream=stream),
        to=f"/workspace/streams/{stream}",
        done="kept",
        again=partial(show_stream, request),
    )


async def _choices(request: Request, problems: list[Problem], status: int) -> Response:
    return show(
        request,
        "handover.html",
        status=status,
        problems=problems,
        stream=path_id(request, "stream"),
        field=await _field(request),
        service=posted(request).first("service"),
    )


async def _field(request: Request) -> Field:
    """Return the question with the services that fit; NotAllowed unless this agency manages."""
    stream, own = path_id(request, "stream"), who(request).agency
    view: Json = await ask(request, "referrals", "stream", stream=stream)
    managed = [
        id
        for id, one in view.get("referrals", {}).items()
        if one["need_type"] == CASE_MANAGEMENT and one["state"] in SERVING
    ]
    if view.get("case_manager") != own or not managed:
        raise NotAllowed("agency", "is not this client's case manager", "ask her case manager")
    found = await ask(request, "referrals", "candidates", stream=stream, referral=managed[-1])
    ids = [one["service"] for one in found["candidates"] if one["agency"] != own]
    names = await staff_parts(request).names.services(request, set(ids))
    return Field(
        "service",
        N_("Which service takes over?"),
        kind="one",
        choices={id: names.get(id, id) for id in ids},
        required=N_("Choose who takes over"),
    )

"""The first page of the workspace: what needs me now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.pages.workspace import access
from portal.pages.workspace.frame import ask, day_of, or_nothing, show, who
from portal.pages.workspace.lines import offer_lines, queue_lines, stream_lines, tip_lines
from portal.ports import parts
from shared.errors import NotFound

#: Lines shown of each list; the list's own page has all.
SHOWN = 10


async def home(request: Request) -> Response:
    """Show offers, streams, tips and what is owed, each in its place even when one is silent."""
    roles = who(request).roles
    membership, offers, streams, tips, queue, orphans = await asyncio.gather(
        _membership(request),
        _if(roles & access.OFFERS, ask(request, "referrals", "offers")),
        _if(roles & access.STREAMS, ask(request, "referrals", "streams")),
        _if(roles & access.TIPS, ask(request, "tips", "waiting")),
        _if(roles & access.STREAMS, ask(request, "referrals", "queue")),
        _if(roles & access.NETWORK, parts(request).backend.call("referrals", "orphans")),
    )
    return show(
        request,
        "home.html",
        shown=SHOWN,
        membership=membership,
        offers=offers if not offers else await offer_lines(request, offers),
        streams=streams if not streams else await stream_lines(request, _open(streams)),
        tips=tips if not tips else tip_lines(request, tips),
        queue=queue if not queue else await queue_lines(request, queue),
        orphans=orphans,
        sees={
            "offers": bool(roles & access.OFFERS),
            "streams": bool(roles & access.STREAMS),
            "tips": bool(roles & access.TIPS),
            "network": bool(roles & access.NETWORK),
        },
    )


async def _membership(request: Request) -> dict[str, Any]:
    """Return what was said of the agency's own papers: {stopped, ending: [{paper, day}]}.

    Empty when the registry is silent: what it warns of, it says for weeks. An agency that is not
    in the directory is no member.
    """
    asked = parts(request).backend.call("registry", "organization", id=who(request).agency)
    try:
        card = await or_nothing(asked)
    except NotFound:
        card = None
    nothing: dict[str, Any] = {"standing": "", "reason": "", "ending": []}
    held = card["membership"] if card else nothing
    lang = request.state.lang
    return {
        "stopped": held["reason"] if held["standing"] == "suspended" else "",
        "ending": [
            {"paper": one["paper"], "day": day_of(lang, one["ends_on"])} for one in held["ending"]
        ],
    }


def _open(streams: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in streams if one.get("status") == "open"]


async def _if(wanted: object, answer: Awaitable[Any]) -> Any:
    """Ask only what this role may see; close the question unasked otherwise."""
    if wanted:
        return await or_nothing(answer)
    if asyncio.iscoroutine(answer):
        answer.close()
    return []

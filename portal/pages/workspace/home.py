"""The first page of the workspace: what needs me now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.pages.workspace import access
from portal.pages.workspace.frame import ask, or_nothing, show, who
from portal.pages.workspace.lines import offer_lines, queue_lines, stream_lines, tip_lines
from portal.ports import parts

#: Lines shown of each list; the list's own page has all.
SHOWN = 10


async def home(request: Request) -> Response:
    """Show offers, streams, tips and what is owed, each in its place even when one is silent."""
    roles = who(request).roles
    offers, streams, tips, queue, orphans = await asyncio.gather(
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


def _open(streams: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in streams if one.get("status") == "open"]


async def _if(wanted: object, answer: Awaitable[Any]) -> Any:
    """Ask only what this role may see; close the question unasked otherwise."""
    if wanted:
        return await or_nothing(answer)
    if asyncio.iscoroutine(answer):
        answer.close()
    return []

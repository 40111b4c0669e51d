"""Who could help with a need now, the best first, and why each is where it is."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.pages.workspace.frame import ask, path_id, show
from portal.pages.workspace.lines import miss_lines, need_words, trace_lines
from portal.staff import staff_parts

Json = dict[str, Any]


async def candidates(request: Request) -> Response:
    """List the services a referral could be offered to, each with its trace, and who is near."""
    stream, referral = path_id(request, "stream"), path_id(request, "referral")
    found: Json = await ask(request, "referrals", "candidates", stream=stream, referral=referral)
    view: Json = await ask(request, "referrals", "stream", stream=stream)
    ids = {one["service"] for part in ("candidates", "misses") for one in found[part]}
    names = await staff_parts(request).names.services(request, ids)
    return show(
        request,
        "candidates.html",
        stream=stream,
        need=need_words(view["referrals"][referral]["need_type"]),
        candidates=[
            {"name": names.get(one["service"], ""), "trace": trace_lines(one["trace"])}
            for one in found["candidates"]
        ],
        misses=miss_lines(found["misses"], names),
    )

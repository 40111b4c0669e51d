"""A client has another code: who leads one of her streams links the other, and ends the link."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Problem, clean
from portal.pages.code_form import CANNOT_LOOK, MALFORMED, NOT_FOUND, Refused
from portal.pages.workspace.arrivals import NOT_YET
from portal.pages.workspace.frame import act, go, path_id, posted, settle, told
from portal.pages.workspace.streams import show_stream
from portal.returning import Found, find
from shared.errors import AnydoorError, Invalid, Unavailable


async def link(request: Request) -> Response:
    """Link the stream of the client's other code; a wrong one is answered like at the door."""
    stream = path_id(request, "stream")
    other = await _other(request, clean(posted(request).first("other_code"), lines=False)[:200])
    if isinstance(other, Refused):
        return await _again(request, *other)
    try:
        await act(request, "referrals", "link_streams", stream=stream, other=other.id)
    except Unavailable:
        raise
    except AnydoorError as error:
        return await _again(request, told(error), error.status)
    return go(request, f"/workspace/streams/{stream}", "streams_linked")


async def unlink(request: Request) -> Response:
    """End a link; it can be made again with the code."""
    stream, other = path_id(request, "stream"), path_id(request, "other")
    return await settle(
        request,
        act(request, "referrals", "unlink_streams", stream=stream, other=other),
        to=f"/workspace/streams/{stream}",
        done="streams_unlinked",
        again=partial(show_stream, request),
    )


async def _other(request: Request, typed: str) -> Found | Refused:
    try:
        found = await find(request, "referrals", typed)
    except Invalid:
        return Refused(MALFORMED, 422)
    except Unavailable:
        return Refused(CANNOT_LOOK, 503)
    if found is None:
        return Refused(NOT_FOUND, 422)
    return found if found.arrived else Refused(NOT_YET, 503)


async def _again(request: Request, words: str, status: int) -> Response:
    return await show_stream(request, [Problem("other_code", words)], status)

"""A client with two codes: she shows both and sees both streams; with either she parts them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Posted, Problem, clean, read_form
from portal.i18n import N_
from portal.pages.code_form import CANNOT_LOOK, Refused
from portal.pages.come_back import FORM, status_page
from portal.ports import parts
from portal.returning import Found
from shared.errors import AnydoorError, Conflict
from shared.ids import new_id

SAME = N_("This is the code you came with. Type your other code")
FULL = N_("No more codes can be put together here. Take one apart first")
COULD_NOT_LINK = N_("We could not put them together. Nothing has changed. Try again later")
COULD_NOT_UNLINK = N_("We could not take them apart. Try again, or call or text")


async def link(request: Request) -> Response:
    """Link the streams of two codes; once more is nothing."""
    posted = await read_form(request)
    found = await FORM.open(request, posted)
    if isinstance(found, Response):
        return found
    other = await _other(request, found, posted)
    if isinstance(other, Refused):
        return await _refuse(request, found, "other_code", *other)
    told = {"command_id": new_id(), "stream": found.id, "other": other.id}
    try:
        await parts(request).backend.call("referrals", "link_own", deadline_s=None, **told)
    except AnydoorError as error:
        words = FULL if isinstance(error, Conflict) else COULD_NOT_LINK
        return await _refuse(request, found, "other_code", words, error.status)
    return await status_page(request, found, linked=True)


async def unlink(request: Request) -> Response:
    """End a link; what is ended stays so."""
    posted = await read_form(request)
    found = await FORM.open(request, posted)
    if isinstance(found, Response):
        return found
    told = {"command_id": new_id(), "stream": found.id, "other": posted.first("other")}
    try:
        await parts(request).backend.call("referrals", "unlink_own", deadline_s=None, **told)
    except AnydoorError as error:
        return await _refuse(request, found, "linked", COULD_NOT_UNLINK, error.status)
    return await status_page(request, found, unlinked=True)


async def _other(request: Request, found: Found, posted: Posted) -> Found | Refused:
    typed = clean(posted.first("other_code"), lines=False)[:200]
    other = await FORM.look_up(request, typed)
    if isinstance(other, Refused):
        return other
    if not (found.arrived and other.arrived):
        return Refused(CANNOT_LOOK, 503)
    return Refused(SAME, 422) if other.id == found.id else other


async def _refuse(request: Request, found: Found, field: str, words: str, status: int) -> Response:
    return await status_page(
        request, found, Answers(problems=[Problem(field, words)]), status=status
    )

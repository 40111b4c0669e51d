"""Another code for a client: she writes it down first, and then the old one ends."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import tickets
from portal.claims import keep_claim
from portal.forms import Problem, read_form, summary
from portal.i18n import N_
from portal.pages.code_form import CANNOT_LOOK
from portal.pages.come_back import FORM, status_page
from portal.ports import parts
from portal.rendering import render
from portal.returning import Found, find
from portal.tickets import Ticket
from shared.crypto import codes
from shared.errors import AnydoorError, Unavailable
from shared.ids import new_id

COULD_NOT_CHANGE = N_("We could not change your code. The old one still works. Try again later")


async def take(request: Request) -> Response:
    """Show a new code, and put it in place of the old one once she says that she has it."""
    posted = await read_form(request)
    ticket = tickets.written(posted.first("ticket"), parts(request).boxes.pepper)
    if ticket is not None:
        done = await _opened_by(request, ticket)
        if done is not None:  # sent twice: it was changed the first time
            return await status_page(request, done, changed=True)
    found = await FORM.open(request, posted)
    if isinstance(found, Response):
        return found
    if not found.arrived:
        return FORM.show(request, posted.first("code"), CANNOT_LOOK, 503)
    if ticket is None or ticket.id != found.id:
        return _show(request, found, Ticket(found.id, codes.new_code()))
    try:
        claim = await keep_new_code(request, ticket)
        asked = {"command_id": new_id(), "stream": found.id, "claim": claim}
        call = parts(request).backend.call
        await call("referrals", "take_new_code", deadline_s=None, **asked)
    except AnydoorError as error:
        return _show(request, found, ticket, Problem("code", COULD_NOT_CHANGE), error.status)
    now = Found(found.id, ticket.code, arrived=True)
    return await status_page(request, now, changed=True)


async def keep_new_code(request: Request, ticket: Ticket) -> str:
    """Keep the verifier of a ticket's code as a claim for its stream; return the claim's id."""
    draft = await asyncio.to_thread(parts(request).boxes.code_claim, ticket)
    await keep_claim(parts(request).claims, draft.id, draft.kind, draft.private)
    return draft.id


async def _opened_by(request: Request, ticket: Ticket) -> Found | None:
    try:
        found = await find(request, "referrals", ticket.code)
    except Unavailable:
        return None
    return found if found is not None and found.id == ticket.id and found.arrived else None


def _show(
    request: Request,
    found: Found,
    ticket: Ticket,
    problem: Problem | None = None,
    status: int = 200,
) -> Response:
    told: dict[str, Any] = summary([problem] if problem else [])
    return render(
        request,
        "come_back/new_code.html",
        status=status,
        carry=[("code", found.code)],
        code=found.code,
        new_code=codes.show(ticket.code),
        ticket=tickets.write(ticket, parts(request).boxes.pepper),
        **told,
    )

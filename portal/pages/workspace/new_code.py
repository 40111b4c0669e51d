"""Another code for a client who lost hers: shown first, and in force once she has it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal import tickets
from portal.forms import Problem
from portal.pages.new_code import keep_new_code
from portal.pages.workspace.frame import act, ask, go, path_id, posted, refused, show
from portal.ports import parts
from portal.tickets import Ticket
from shared.crypto import codes
from shared.errors import AnydoorError, NotAllowed, Unavailable

LEADERS = frozenset({"coordinator", "owner", "case_manager"})


async def give(request: Request) -> Response:
    """Show a new code; sent again with it, put it in place of the old one."""
    stream = path_id(request, "stream")
    view = await ask(request, "referrals", "stream", stream=stream)
    if view.get("relation") not in LEADERS:
        raise NotAllowed("agency", "does not lead this stream", "ask its case manager")
    ticket = tickets.written(posted(request).first("ticket"), parts(request).boxes.pepper)
    if ticket is None or ticket.id != stream:
        return _show(request, Ticket(stream, codes.new_code()))
    try:
        claim = await keep_new_code(request, ticket)
        await act(request, "referrals", "change_code", stream=stream, claim=claim)
    except Unavailable:
        raise
    except AnydoorError as error:
        return _show(request, ticket, refused(error), error.status)
    return go(request, f"/workspace/streams/{stream}", "code")


def _show(
    request: Request, ticket: Ticket, problem: Problem | None = None, status: int = 200
) -> Response:
    return show(
        request,
        "new_code.html",
        status=status,
        problems=[problem] if problem else [],
        stream=ticket.id,
        code=codes.show(ticket.code),
        ticket=tickets.write(ticket, parts(request).boxes.pepper),
    )

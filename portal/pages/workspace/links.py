"""Links that report one service's capacity without signing in: an agency makes and ends its own.

The token is made with the form and carried in it, signed; only digests of it are ever kept.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal import capacity_links
from portal.forms import Problem
from portal.own_services import own_service
from portal.pages.workspace import capacity
from portal.pages.workspace.frame import ask, path_id, posted, refused, settle, who
from portal.ports import parts
from portal.tickets import Ticket
from shared.errors import AnydoorError, Unavailable
from shared.ids import derived_id


async def make(request: Request) -> Response:
    """Make a link and show it this once; the same form again shows the same link."""
    service, pepper = path_id(request, "service"), parts(request).boxes.pepper
    card = await own_service(request, who(request).agency, service)
    ticket = capacity_links.read_ticket(posted(request).first("ticket"), pepper)
    try:
        await _make(request, ticket, service)
    except Unavailable:
        raise
    except AnydoorError as error:
        return await capacity.listing(request, [refused(error)], error.status)
    is_secure = parts(request).settings.secure_cookies
    site = request.base_url.replace(scheme="https") if is_secure else request.base_url
    address = f"{site}space/{ticket.code}"
    return await capacity.listing(request, made={"name": card.name, "address": address})


async def end(request: Request) -> Response:
    """End a link: from now on it reports nothing."""
    command = ask(
        request,
        "accounts",
        "end_link",
        link=path_id(request, "link"),
        actor=who(request).account,
    )

    async def again(problems: list[Problem], status: int) -> Response:
        return await capacity.listing(request, problems, status)

    return await settle(request, command, to=capacity.PATH, done="link_ended", again=again)


async def _make(request: Request, ticket: Ticket, service: str) -> None:
    await ask(
        request,
        "accounts",
        "create_link",
        command_id=ticket.id,
        # A ticket taken to another service's form makes no second link of one token.
        link=derived_id("link", ticket.id, service),
        service=service,
        actor=who(request).account,
        **capacity_links.digests(ticket.code, parts(request).boxes.pepper),
    )

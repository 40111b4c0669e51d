"""A page for each organization: what it does, how to reach it, and its services, some at a time."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.organizations import organization
from portal.owners import Owned
from portal.pages.services import ID, OLD_AFTER_S, finding
from portal.ports import parts
from portal.rendering import render
from portal.wishes import PAGE_SIZE

MOST_DIGITS = 4
#: What stands above the services is put together of so many of them: more take too long.
MOST_LOOKED_AT = 200


async def organization_page(request: Request) -> Response:
    """Show an organization and its services, by name; a page of them is part of the address."""
    here, lang, prefix = finding(request), request.state.lang, request.state.prefix
    owned = _owned(request)
    cards = [here.snapshot.service(one.id) for one in owned[:MOST_LOOKED_AT]]
    taking = [one.id for one in owned if not one.is_closed]
    pages = max(1, -(-len(taking) // PAGE_SIZE))
    page = _page(request, pages)
    shown = taking[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    told = {id: here.snapshot.told_of(id) for id in shown}
    age = here.snapshot.age_s() or 0.0
    return render(
        request,
        "services/organization.html",
        one=organization([card for card in cards if card is not None], lang),
        found=here.items.html(told, {}, lang, prefix, parts(request).clock()),
        total=len(taking),
        page=page,
        pages=pages,
        age_minutes=round(age / 60) if age > OLD_AFTER_S else None,
    )


def _owned(request: Request) -> list[Owned]:
    """Return the services of the address; 404 when there are none, 503 when there is no copy."""
    id, snapshot = request.path_params["id"], finding(request).snapshot
    owned = snapshot.owned_by(id) if ID.fullmatch(id) else []
    if not owned:
        raise HTTPException(503 if snapshot.age_s() is None else 404)
    return owned


def _page(request: Request, pages: int) -> int:
    """Return the number of the page asked for, from 1; 404 for one that is not there."""
    given = str(request.path_params.get("page", "1"))
    if not (given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS):
        raise HTTPException(404)
    if not 1 <= int(given) <= pages:
        raise HTTPException(404)
    return int(given)

"""Capacity of the agency's own services: how many units are free now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import capacity_links, tickets
from portal.forms import Answers, Field, Problem, check
from portal.i18n import N_
from portal.opening import age_s
from portal.own_services import own_service
from portal.pages.workspace.frame import ask, or_nothing, path_id, posted, settle, show, who
from portal.ports import parts
from shared.ids import new_id
from shared.vocabulary import OUTWARD_CAPACITY

PATH = "/workspace/capacity"
UNITS: dict[str, str] = {
    "bed": N_("Beds"),
    "slot": N_("Places"),
    "hour": N_("Hours"),
    "none": N_("We do not count: always ask"),
}
MOST = 100_000
WHOLE = {
    "available": N_("Write how many are free now as a whole number, such as 3"),
    "maximum": N_("Write how many there are in all as a whole number, such as 12"),
}
AVAILABLE = Field("available", N_("Free now"), limit=6)
MAXIMUM = Field("maximum", N_("In all"), limit=6)
UNIT = Field("unit", N_("What you count"), kind="one", choices=UNITS, required=N_("Choose one"))


async def services(request: Request) -> Response:
    """List the agency's services with what the directory says of their capacity."""
    return await listing(request)


async def report(request: Request) -> Response:
    """Take the agency's word for one service."""
    service = path_id(request, "service")
    answers = check([AVAILABLE, MAXIMUM, UNIT], posted(request))
    numbers = {name: _units(name, answers) for name in WHOLE}
    if answers.problems:
        return await listing(request, answers.problems, 422)
    await own_service(request, who(request).agency, service)
    command = parts(request).backend.call(
        "registry",
        "report_capacity",
        command_id=posted(request).first("command_id") or new_id(),
        service=service,
        unit=answers.one("unit"),
        actor=who(request).account,
        **numbers,
    )

    async def again(problems: list[Problem], status: int) -> Response:
        return await listing(request, problems, status)

    return await settle(request, command, to=PATH, done="capacity", again=again)


def _units(name: str, answers: Answers) -> int:
    """Return a number of units; where none are counted an empty field is 0."""
    text = answers.one(name)
    if not text and answers.one("unit") == "none":
        return 0
    number = whole_number(text)
    if number is None:
        answers.problems.append(Problem(name, WHOLE[name]))
    return number or 0


def whole_number(text: str) -> int | None:
    """Return the number of units somebody wrote, None when it is none or too many."""
    fits = text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and int(text) <= MOST
    return int(text) if fits else None


async def listing(
    request: Request,
    problems: Sequence[Problem] = (),
    status: int = 200,
    made: dict[str, str] | None = None,
) -> Response:
    """Return the page; `made` is a link that was made just now: {name, address}."""
    form, now = posted(request), parts(request).clock()
    links: list[dict[str, Any]] | None = await or_nothing(ask(request, "accounts", "links"))
    cards = parts(request).snapshot.services_of(who(request).agency)
    return show(
        request,
        "capacity.html",
        status=status,
        problems=problems,
        services=[
            {
                "id": card.id,
                "name": card.name,
                "outward": OUTWARD_CAPACITY.get(card.capacity.outward, card.capacity.outward),
                "told_s": age_s(card.capacity.updated_at, now),
                "links": [link for link in links or [] if link["service"] == card.id],
                "ticket": tickets.write(capacity_links.new_ticket(), parts(request).boxes.pepper),
            }
            for card in cards
        ],
        shows_links=links is not None,
        made=made,
        about=request.path_params.get("service", ""),
        typed={name: form.first(name) for name in ("available", "maximum", "unit")},
        fields={"available": AVAILABLE, "maximum": MAXIMUM, "unit": UNIT},
    )

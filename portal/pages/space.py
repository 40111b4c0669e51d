"""Reporting the capacity of one service with a link, without signing in.

Opening the link only shows a form: scanners of mail open links too. A link that is wrong, over,
ended or of a service that is gone gets one page, in the same words.
"""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal import capacity_links
from portal.capacity_links import Link
from portal.forms import Answers, Posted, Problem, check, read_form, summary
from portal.i18n import N_
from portal.limits import TEN_MINUTES_S
from portal.opening import age_s
from portal.own_services import own_service
from portal.pages.workspace.capacity import AVAILABLE, WHOLE, whole_number
from portal.ports import parts
from portal.rendering import render
from shared.directory import ServiceCard
from shared.errors import AnydoorError, NotFound, Unavailable
from shared.ids import derived_id, new_id
from shared.vocabulary import OUTWARD_CAPACITY

#: What each button says. "free" goes with the number, the others need none.
SAYINGS: dict[str, str] = {
    "free": N_("Report this number"),
    "full": N_("We are full"),
    "ask": N_("Ask others to call us"),
}
TOO_MANY_FREE = N_("That is more than you have in all. Write fewer, or change it in the workspace")
NEVER_COUNTED = N_("First report in the workspace once, so that we know how many you have in all")
COULD_NOT_REPORT = N_("We could not report this. Press the button again in some minutes")


async def show(request: Request) -> Response:
    """Show what is reported now, and the form; nothing changes."""
    found = await _find(request)
    return _dead(request) if found is None else _page(request, found[1])


async def report(request: Request) -> Response:
    """Take what the front desk says of its own service; the same form twice changes once."""
    posted = await read_form(request)
    found = await _find(request)
    if found is None:
        return _dead(request)
    link, card = found
    saying, answers = posted.first("say"), check([AVAILABLE], posted)
    number = whole_number(answers.one("available")) if saying == "free" else 0
    if saying not in SAYINGS or number is None:
        answers.problems = [Problem("available", WHOLE["available"])]
    elif saying != "free":
        answers.problems = []
    if answers.problems or number is None:
        return _page(request, card, answers, posted, status=422)
    try:
        told = await _report(request, link, posted, saying, number)
    except NotFound:
        return _dead(request)
    except AnydoorError as error:
        answers.problems = [Problem("available", _words(error))]
        return _page(request, card, answers, posted, status=error.status)
    return _page(request, card, told=told)


async def _find(request: Request) -> tuple[Link, ServiceCard] | None:
    """Return the link of the address and its service; wrong tokens count as wrong codes do."""
    token, limit = str(request.path_params["token"]), parts(request).wrong_codes
    if limit.too_many(request):
        raise HTTPException(429, headers={"retry-after": str(round(TEN_MINUTES_S))})
    if not capacity_links.could_be(token):
        return None
    backend, pepper = parts(request).backend, parts(request).boxes.pepper
    link = await capacity_links.find(backend, token, pepper)
    if link is None:
        limit.count(request)
        return None
    try:
        return link, await own_service(request, link.agency, link.service)
    except NotFound:
        return None


async def _report(
    request: Request, link: Link, posted: Posted, saying: str, number: int
) -> dict[str, Any]:
    counting: dict[str, Any] = {"maximum": 0, "unit": "none"} if saying == "ask" else {}
    # A form sent again after a correction says something new, so what it says is in the id.
    command = derived_id("space", link.id, posted.first("command_id"), saying, str(number))
    told: dict[str, Any] = await parts(request).backend.call(
        "registry",
        "report_capacity",
        command_id=command,
        service=link.service,
        available=number,
        actor=f"link:{link.id}",
        **counting,
    )
    return told


def _words(error: AnydoorError) -> str:
    if isinstance(error, Unavailable):
        return COULD_NOT_REPORT
    return NEVER_COUNTED if error.field == "maximum" else TOO_MANY_FREE


def _page(
    request: Request,
    card: ServiceCard,
    answers: Answers | None = None,
    posted: Posted | None = None,
    *,
    status: int = 200,
    told: dict[str, Any] | None = None,
) -> Response:
    answers, known = answers or Answers(), card.capacity
    outward = told["outward"] if told else known.outward
    return render(
        request,
        "space/form.html",
        status=status,
        name=card.name,
        outward=OUTWARD_CAPACITY.get(outward, outward),
        told=told,
        told_s=None if told else age_s(known.updated_at, parts(request).clock()),
        command=(posted.first("command_id") if posted else "") or new_id(),
        field=AVAILABLE,
        typed=answers.one("available"),
        sayings=SAYINGS,
        **summary(answers.problems),
    )


def _dead(request: Request) -> Response:
    return render(request, "space/dead.html", status=404)

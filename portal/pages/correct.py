"""Saying what is wrong with a service's page: codes, and words only an agency can open."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal import tickets
from portal.forms import Answers, Field, Problem, check, read_form, summary
from portal.i18n import N_
from portal.pages.services import card_of, finding
from portal.ports import parts
from portal.rendering import render
from portal.suggesting import LONGEST, suggest
from portal.tickets import Ticket
from shared.directory import ServiceCard
from shared.errors import Unavailable
from shared.vocabulary.suggestions import SUGGESTION_CODES

CODES = Field(
    "codes",
    N_("What is wrong?"),
    N_("Choose all that fit."),
    kind="many",
    choices=SUGGESTION_CODES,
    required=N_("Choose what is wrong"),
)
TEXT = Field(
    "text",
    N_("What should it say? (you can leave this empty)"),
    N_("Do not write about a person, not even about you."),
    kind="text",
    limit=LONGEST,
)
COULD_NOT_SEND = N_("We could not send this. Try again, or send it without the text")
TOO_MANY = N_("Many people near you wrote to us. Wait ten minutes and send it again")


async def show(request: Request) -> Response:
    """Ask what is wrong with a service's page."""
    return _page(request, await card_of(request), Answers(), tickets.new_ticket(), None)


async def send(request: Request) -> Response:
    """Take it and say thank you; the same ticket again is the same suggestion."""
    posted, card = await read_form(request), await card_of(request)
    ticket = tickets.read(posted.first("ticket"), parts(request).boxes.pepper)
    answers = check([CODES, TEXT], posted)
    if posted.first("go") == "stay":
        answers.problems = []
        return _page(request, card, answers, ticket, "stay")
    if answers.problems:
        return _page(request, card, answers, ticket, "stay", 422)
    limit = finding(request).suggested
    if limit.too_many(request):
        answers.problems.append(Problem("send", TOO_MANY))
        return _page(request, card, answers, ticket, "stay", 429)
    try:
        await suggest(request, ticket.id, card, answers.many("codes"), answers.one("text"))
    except Unavailable:
        answers.problems.append(Problem("send", COULD_NOT_SEND))
        return _page(request, card, answers, ticket, "stay", 503)
    limit.count(request)
    carry = _carry(request, answers, ticket, "send")
    return render(request, "services/corrected.html", carry=carry, card=card)


def _carry(request: Request, answers: Answers, ticket: Ticket, go: str) -> list[tuple[str, str]]:
    written = tickets.write(ticket, parts(request).boxes.pepper)
    return [*answers.pairs(), ("ticket", written), ("go", go)]


def _page(
    request: Request,
    card: ServiceCard,
    answers: Answers,
    ticket: Ticket,
    go: str | None,
    status: int = 200,
) -> Response:
    return render(
        request,
        "services/correct.html",
        status=status,
        carry=None if go is None else _carry(request, answers, ticket, go),
        card=card,
        fields={"codes": CODES, "text": TEXT},
        answers=answers,
        ticket=tickets.write(ticket, parts(request).boxes.pepper),
        **summary(answers.problems),
    )

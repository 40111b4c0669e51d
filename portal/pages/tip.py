"""Telling about somebody: what to know first, the form, and the receipt.

Only the text must be there. It is sealed to the triage agency before it leaves this process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from portal import tickets
from portal.forms import Answers, Field, Problem, check, read_form, summary
from portal.i18n import N_
from portal.ports import parts
from portal.rendering import render
from portal.tickets import Ticket
from shared.crypto import codes
from shared.errors import Unavailable
from shared.events.doors import TipSubmitted
from shared.ids import derived_id

TEXT = Field(
    "text",
    N_("What did you see or hear?"),
    N_("Who, what, where and when, as far as you know. Guesses are fine."),
    kind="text",
    limit=4_000,
    required=N_("Write what you saw or heard"),
)
CONTACT = Field(
    "contact",
    N_("How can we reach you? (you can leave this empty)"),
    N_("Only the team that reads this can see it. Without it you can still come back with a code."),
    limit=200,
)
WISHES = Field(
    "wishes",
    N_("What else do you want? (you can leave this empty)"),
    kind="many",
    choices={
        "door": N_("Try to offer help to the person I write about"),
        "police": N_("Show this to the police too"),
    },
)
COULD_NOT_SEND = N_("We could not send this. Try again, or call or text. A person will listen")


def fields(areas: Sequence[tuple[str, str]]) -> list[Field]:
    """Return the questions. `areas` are (code, name) of where services are."""
    known = {**dict(areas), "unknown": N_("I am not sure")}
    area = Field("area", N_("Where is it? (you can leave this empty)"), kind="one", choices=known)
    return [TEXT, area, CONTACT, WISHES]


async def show(request: Request) -> Response:
    """Show what to know first, and the form."""
    return _page(request, Answers(), tickets.new_ticket(), None)


async def send(request: Request) -> Response:
    """Accept a tip and show its receipt; the same ticket again is the same tip."""
    posted = await read_form(request)
    ticket = tickets.read(posted.first("ticket"), parts(request).boxes.pepper)
    answers = check(fields(parts(request).snapshot.areas()), posted)
    carry = _carry(request, answers, ticket)
    if posted.first("go") == "stay":
        answers.problems = []
        return _page(request, answers, ticket, carry)
    if answers.problems:
        return _page(request, answers, ticket, carry, 422)
    try:
        await accept(request, answers, ticket)
    except Unavailable:
        answers.problems.append(Problem("send", COULD_NOT_SEND))
        return _page(request, answers, ticket, carry, 503)
    return render(
        request,
        "tip/sent.html",
        carry=[*carry, ("go", "send")],
        code=codes.show(ticket.code),
        read_within_s=parts(request).settings.tip_open_within_s,
        to_police="police" in answers.many("wishes"),
    )


async def accept(request: Request, answers: Answers, ticket: Ticket) -> None:
    """Seal the tip and hand it to the intake; Unavailable when it cannot be kept or sealed."""
    bundle = parts(request)
    triage = await bundle.recipients.triage()
    words = {"text": answers.one("text"), "contact": answers.one("contact")}
    claim = await asyncio.to_thread(bundle.boxes.tip_claim, ticket, words, triage)
    area, wishes = answers.one("area"), answers.many("wishes")
    event = TipSubmitted(
        tip=ticket.id,
        claim=claim.id,
        wants_door="door" in wishes,
        to_police="police" in wishes,
        area="" if area == "unknown" else area,
    )
    await bundle.intake.accept([event], claim, derived_id("tip.submitted", ticket.id))


def _carry(request: Request, answers: Answers, ticket: Ticket) -> list[tuple[str, str]]:
    written = tickets.write(ticket, parts(request).boxes.pepper)
    return [*answers.pairs(), ("ticket", written)]


def _page(
    request: Request,
    answers: Answers,
    ticket: Ticket,
    carry: list[tuple[str, str]] | None,
    status: int = 200,
) -> Response:
    return render(
        request,
        "tip/form.html",
        status=status,
        carry=None if carry is None else [*carry, ("go", "stay")],
        fields={field.name: field for field in fields(parts(request).snapshot.areas())},
        answers=answers,
        ticket=tickets.write(ticket, parts(request).boxes.pepper),
        **summary(answers.problems),
    )

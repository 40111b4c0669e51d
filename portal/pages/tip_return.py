"""Coming back with a receipt: what became of the tip, answers to questions, taking it back."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.claims import read_claim
from portal.forms import Answers, Field, Problem, check, read_form, summary
from portal.i18n import N_
from portal.pages.code_form import CodeForm
from portal.ports import parts
from portal.rendering import render
from portal.returning import Found
from shared.errors import AnydoorError, Unavailable
from shared.events.doors import TipReporterWrote, TipWithdrawalAsked
from shared.ids import derived_id, new_id

_SHAPE = N_("17 letters and numbers. Big or small does not matter.")
CODE = Field("code", N_("Your receipt"), _SHAPE)
FORM = CodeForm("/tip/return", "tips", "come_back/code.html", CODE)
ANSWER = Field(
    "text",
    N_("Add something"),
    N_("Answer a question, or tell us what is new."),
    kind="text",
    limit=4_000,
    required=N_("Write what you want to add"),
)
COULD_NOT_SEND = N_("We could not send this. Try again, or call or text. A person will listen")

TAKEN_BACK = N_("You took it back. What you wrote will be deleted.")

#: What each state means to the reporter: heading and one line.
STATES: dict[str, tuple[str, str]] = {
    "received": (N_("We have it"), N_("A trained person will read it soon.")),
    "opened": (N_("Someone is reading it"), N_("If something is not clear, we ask you here.")),
    "answered": (N_("We wrote to you"), N_("Please read it. You can answer below.")),
    "passed_on": (
        N_("We passed it on"),
        N_("People who can help are looking into it. We may not be able to say more."),
    ),
    "closed": (N_("This is closed"), N_("Thank you. You can write to us again at any time.")),
    "withdrawn": (N_("You took it back"), N_("What you wrote is deleted.")),
}
REASONS: dict[str, str] = {
    "acted_on": N_("We did something about it."),
    "passed_on": N_("Others who can act have it now."),
    "not_trafficking": N_("We found that it was something else."),
    "not_enough_known": N_("There was not enough for us to act on."),
    "duplicate": N_("Others had told us about it too."),
    "reporter_ended": N_("You asked us to end it."),
}


async def show(request: Request) -> Response:
    """Ask for the receipt."""
    return FORM.show(request)


async def look(request: Request) -> Response:
    """Show what became of a tip."""
    found = await FORM.open(request, await read_form(request))
    return found if isinstance(found, Response) else await _status(request, found)


async def write(request: Request) -> Response:
    """Take an answer or an addition for triage."""
    posted = await read_form(request)
    found = await FORM.open(request, posted)
    if isinstance(found, Response):
        return found
    answers = check([ANSWER], posted)
    if answers.problems:
        return await _status(request, found, answers, status=422)
    command = derived_id("tip.reporter_wrote", found.id, posted.first("command"))
    try:
        await _accept_words(request, found, command, answers.one("text"))
    except Unavailable:
        answers.problems.append(Problem("text", COULD_NOT_SEND))
        return await _status(request, found, answers, status=503)
    return await _status(request, found, done=N_("We have what you added."))


async def take_back(request: Request) -> Response:
    """Take the tip back; asked twice is the same as once."""
    posted = await read_form(request)
    found = await FORM.open(request, posted)
    if isinstance(found, Response):
        return found
    if posted.first("sure") != "yes":
        return render(request, "tip/take_back.html", carry=[("code", found.code)], code=found.code)
    command = derived_id("tip.withdrawal_asked", found.id)
    try:
        await parts(request).intake.accept([TipWithdrawalAsked(tip=found.id)], None, command)
    except Unavailable:
        problem = Problem("text", COULD_NOT_SEND)
        return await _status(request, found, Answers(problems=[problem]), status=503)
    return await _status(request, found, done=TAKEN_BACK)


async def _accept_words(request: Request, found: Found, command: str, text: str) -> None:
    bundle = parts(request)
    triage = await bundle.recipients.triage()
    claim = await asyncio.to_thread(
        bundle.boxes.reporter_message, derived_id("message", command), text, triage, found.code
    )
    event = TipReporterWrote(tip=found.id, claim=claim.id)
    await bundle.intake.accept([event], claim, command)


async def _status(
    request: Request,
    found: Found,
    answers: Answers | None = None,
    *,
    status: int = 200,
    done: str = "",
) -> Response:
    view = await _view(request, found)
    state = str(view.get("state", "received"))
    heading, line = STATES.get(state, STATES["received"])
    answers = answers or Answers()
    return render(
        request,
        "tip/status.html",
        status=status,
        carry=[("code", found.code)],
        code=found.code,
        command=new_id(),
        field=ANSWER,
        answers=answers,
        done=done,
        heading=heading,
        line=line,
        reason=REASONS.get(str(view.get("reason", "")), ""),
        arrived=bool(view),
        is_over=state == "withdrawn",
        messages=await _messages(request, found, view.get("messages", [])),
        **summary(answers.problems),
    )


async def _view(request: Request, found: Found) -> dict[str, Any]:
    if not found.arrived:
        return {}
    try:
        view: dict[str, Any] = await parts(request).backend.call(
            "tips", "reporter_view", tip=found.id
        )
    except AnydoorError:
        return {}
    return view


async def _messages(
    request: Request, found: Found, listed: list[dict[str, Any]]
) -> list[tuple[str, str]]:
    """Return (who, text) of the messages this receipt opens."""
    bundle, opened = parts(request), []
    for message in listed:
        claim = await read_claim(bundle.claims, str(message.get("claim", "")))
        text = "" if claim is None else bundle.boxes.read_answer(claim.box, found.code)
        if text:
            who = N_("You") if message.get("by") == "reporter" else N_("We")
            opened.append((who, text))
    return opened

"""A client at this agency's door: with a code her stream goes on, without one she gets one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import agency_key, tickets
from portal.claims import keep_claim
from portal.forms import Answers, Field, Problem, check, clean
from portal.i18n import N_
from portal.intake import ClaimDraft
from portal.pages.code_form import CANNOT_LOOK, MALFORMED, NOT_FOUND
from portal.pages.help_questions import need_groups, steps
from portal.pages.workspace.frame import act, go, posted, refused, show, who
from portal.ports import parts
from portal.returning import find
from portal.tickets import Ticket
from shared.crypto import codes
from shared.crypto.sealing import seal
from shared.errors import AnydoorError, Invalid, Unavailable

DOORS: dict[str, str] = {
    "agency": N_("Walked in here"),
    "hotline": N_("Called the hotline"),
    "law_enforcement": N_("Came through law enforcement"),
}
DOOR = Field("door", N_("How did the client come in?"), kind="one", choices=DOORS)
CODE = Field("code", N_("Code of the client"), N_("17 letters and numbers."))
AGREES = Field(
    "agrees",
    N_("Does the client agree that the case manager reads the contact and the note?"),
    N_("If not, only your agency can read them."),
    kind="one",
    choices={"yes": N_("Yes"), "no": N_("No")},
)
#: Questions whose hint speaks to the client herself.
TO_CLIENTS = frozenset({"safe_now", "contact_way", "note"})
NOT_YET = N_("The code is right, but the stream is still on its way. Try again in a minute")


async def ask_code(request: Request) -> Response:
    """Ask for the code a client shows."""
    return _code_form(request, [], 200)


async def continue_stream(request: Request) -> Response:
    """Go on with the stream of a code: this door is noted in it."""
    typed = clean(posted(request).first("code"), lines=False)[:200]
    door = check([DOOR], posted(request))
    if door.problems:
        return _code_form(request, door.problems, 422, typed)
    try:
        found = await find(request, "referrals", typed)
    except Invalid:
        return _code_form(request, [Problem("code", MALFORMED)], 422, typed)
    except Unavailable:
        return _code_form(request, [Problem("code", CANNOT_LOOK)], 503, typed)
    if found is None:
        return _code_form(request, [Problem("code", NOT_FOUND)], 422, typed)
    if not found.arrived:
        return _code_form(request, [Problem("code", NOT_YET)], 503, typed)
    come_by = door.one("door") or "agency"
    try:
        await act(request, "referrals", "continue_stream", stream=found.id, door=come_by)
    except Unavailable:
        raise
    except AnydoorError as error:
        return _code_form(request, [refused(error)], error.status, typed)
    return go(request, f"/workspace/streams/{found.id}", "continued")


async def ask_client(request: Request) -> Response:
    """Ask what to record of a client who has no code."""
    return _client_form(request, Answers(), [], 200, tickets.new_ticket())


async def open_stream(request: Request) -> Response:
    """Open a stream and show its code; the same form again is the same stream."""
    ticket = tickets.read(posted(request).first("ticket"), parts(request).boxes.pepper)
    answers = check(_fields(request), posted(request))
    if answers.problems:
        return _client_form(request, answers, answers.problems, 422, ticket)
    try:
        claim = await _seal(request, ticket, answers)
        await keep_claim(parts(request).claims, claim.id, claim.kind, claim.private, claim.box)
        await _command(request, ticket, answers, claim.id)
    except Unavailable:
        raise
    except AnydoorError as error:
        return _client_form(request, answers, [refused(error)], error.status, ticket)
    return show(request, "code.html", code=codes.show(ticket.code), stream=ticket.id)


async def _command(request: Request, ticket: Ticket, answers: Answers, claim: str) -> None:
    one, unknown = answers.one, "unknown"
    area = one("area")
    await parts(request).backend.call(
        "referrals",
        "open_stream",
        command_id=ticket.id,
        agency=who(request).agency,
        actor=who(request).account,
        door=one("door") or "agency",
        needs=answers.many("needs"),
        age_group=one("age_group") or unknown,
        origin=one("origin") or unknown,
        gender=one("gender") or unknown,
        language=one("language") or "en",
        area="" if area == unknown else area,
        safe_now=one("safe_now") or unknown,
        contact_way=one("contact_way") if one("contact") and one("contact_way") else "none",
        avoid=[*answers.many("avoid"), *answers.many("avoid_area")],
        claim=claim,
        wishes=answers.many("wishes"),
    )


async def _seal(request: Request, ticket: Ticket, answers: Answers) -> ClaimDraft:
    """Seal contact and note to this agency; to the future case manager too if the client agrees."""
    boxes, one = parts(request).boxes, answers.one
    said: dict[str, Any] = {
        "contact": one("contact"),
        "when_safe": one("when_safe"),
        "message_ok": one("message_ok") == "yes",
        "note": one("note"),
        "language": one("other_language"),
        "asked_by": "agency",
    }
    readers = [await agency_key.recipient(request, who(request).agency), boxes.recovery_recipient]
    if one("agrees") == "yes":
        readers.append(boxes.hub_recipient)
    draft = await asyncio.to_thread(boxes.help_claim, ticket, said)
    text = json.dumps(said, ensure_ascii=False).encode()
    return replace(draft, box=await asyncio.to_thread(seal, text, readers))


def _fields(request: Request) -> list[Field]:
    asked = steps(parts(request).snapshot.areas(), friend=True)
    own = [field for step in asked for field in step.fields if step.name != "who_asks"]
    return [
        DOOR,
        *(replace(one, hint="") if one.name in TO_CLIENTS else one for one in own),
        AGREES,
    ]


def _client_form(
    request: Request,
    answers: Answers,
    problems: Sequence[Problem],
    status: int,
    ticket: Ticket,
) -> Response:
    return show(
        request,
        "new_client.html",
        status=status,
        problems=problems,
        fields={field.name: field for field in _fields(request)},
        answers=answers,
        groups=need_groups(),
        ticket=tickets.write(ticket, parts(request).boxes.pepper),
    )


def _code_form(
    request: Request, problems: Sequence[Problem], status: int, typed: str = ""
) -> Response:
    return show(
        request,
        "continue.html",
        status=status,
        problems=problems,
        code_field=CODE,
        door_field=DOOR,
        typed=typed,
        door=posted(request).first("door") or "agency",
    )

"""API keys: an agency's administrator makes one for each program that needs one.

The secret is made with the form and carried in it, signed; only its hash is ever kept.
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import tickets
from portal.api.routes import SCOPES
from portal.claims import keep_claim
from portal.forms import Answers, Field, Problem, check
from portal.i18n import N_
from portal.pages.workspace.frame import ask, path_id, posted, refused, settle, show, who
from portal.passwords import secret_hash
from portal.ports import parts
from portal.tickets import Ticket
from shared.errors import AnydoorError, Unavailable
from shared.ids import derived_id, new_id

SCOPE = Field(
    "scopes",
    N_("What may the program do?"),
    N_("Give it only what it needs."),
    kind="many",
    choices=SCOPES,
    required=N_("Choose at least one"),
)


#: Characters of a secret: 256 random bits in base64.
LONG = 43


async def keys(request: Request) -> Response:
    """Show the keys there are, and the form for a new one."""
    return await _form(request, Answers(), [], 200)


async def create(request: Request) -> Response:
    """Make a key and show its secret this once; the same form again shows the same key."""
    answers = check([SCOPE], posted(request))
    if answers.problems:
        return await _form(request, answers, answers.problems, 422)
    ticket = tickets.read(posted(request).first("ticket"), parts(request).boxes.pepper)
    if len(ticket.code) != LONG:
        ticket = _ticket()
    try:
        await _make(request, ticket, answers.many("scopes"))
    except Unavailable:
        raise
    except AnydoorError as error:
        return await _form(request, answers, [refused(error)], error.status)
    return await _form(request, Answers(), [], 200, key=f"{ticket.id}.{ticket.code}")


async def end(request: Request) -> Response:
    """End a key: from now on it opens nothing."""
    command = ask(
        request, "accounts", "end_key", key=path_id(request, "key"), actor=who(request).account
    )
    again = partial(_form, request, Answers())
    return await settle(request, command, to="/workspace/keys", done="key_ended", again=again)


async def _made(request: Request) -> list[dict[str, Any]]:
    """Return the agency's keys: their first signs, what they may do, and whether who made them
    still has an account."""
    found = await ask(request, "accounts", "keys")
    staff = {one["account"] for one in await ask(request, "accounts", "staff_of")}
    return [
        {
            "id": one["key"],
            "scopes": [SCOPES.get(scope, scope) for scope in one["scopes"]],
            "maker_left": one["actor"] not in staff,
        }
        for one in found
    ]


def _ticket() -> Ticket:
    return Ticket(new_id(), secrets.token_urlsafe(32))


async def _make(request: Request, ticket: Ticket, scopes: list[str]) -> None:
    claim = derived_id("key", ticket.id)
    kept = {"hash": secret_hash(ticket.code)}
    await keep_claim(parts(request).claims, claim, "key", kept)
    await parts(request).backend.call(
        "accounts",
        "create_key",
        command_id=ticket.id,
        key=ticket.id,
        agency=who(request).agency,
        scopes=scopes,
        claim=claim,
        actor=who(request).account,
    )


async def _form(
    request: Request,
    answers: Answers,
    problems: list[Problem],
    status: int,
    key: str = "",
) -> Response:
    return show(
        request,
        "keys.html",
        status=status,
        problems=problems,
        field=SCOPE,
        chosen_scopes=answers.many("scopes"),
        key=key,
        keys=await _made(request),
        ticket=tickets.write(_ticket(), parts(request).boxes.pepper),
    )

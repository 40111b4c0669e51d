"""An agency's staff: who may sign in, a new colleague's account, a password for who forgot it, and
the end of an account of who leaves.

Nobody's name is kept, so an account is found by typing the name it signs in with.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import tickets
from portal.claims import keep_claim
from portal.forms import Answers, Field, Problem, check
from portal.i18n import N_
from portal.pages.workspace import own_words
from portal.pages.workspace.frame import ask, path_id, posted, refused, settle, show, who
from portal.pages.workspace.words import ROLES
from portal.passwords import Holder
from portal.ports import parts
from portal.staff import staff_parts
from portal.tickets import Ticket
from shared.crypto import codes, signin
from shared.errors import AnydoorError, NotAllowed, NotFound, Unavailable
from shared.ids import derived_id

Json = dict[str, Any]
PATH = "/workspace/staff"
WHO = Field("name", N_("Sign-in name"), limit=200, required=N_("Enter the sign-in name"))
NEW = Field(
    "new_name",
    N_("Sign-in name"),
    N_("A work address, or another name that nobody else uses here."),
    limit=200,
    required=N_("Enter the sign-in name"),
)
ROLE = Field(
    "roles",
    N_("What does this person do?"),
    kind="many",
    choices=ROLES,
    required=N_("Choose at least one"),
)
NONE_SUCH = N_("No account of your agency has this name. Check each letter")


async def staff(request: Request) -> Response:
    """Show the agency's accounts, and the forms to make and end one."""
    return await _listing(request, [], 200)


async def create(request: Request) -> Response:
    """Make an account and show its first password this once; the same form again shows the same."""
    answers = check([NEW, ROLE], posted(request))
    if answers.problems:
        return await _listing(request, answers.problems, 422, answers=answers)
    ticket = tickets.read(posted(request).first("ticket"), parts(request).boxes.pepper)
    try:
        await _make(request, ticket, answers.one("new_name"), answers.many("roles"))
    except Unavailable:
        raise
    except AnydoorError as error:
        field = "new_name" if error.field == "locator" else error.field
        problem = refused(error)
        if error.field == "locator":
            problem = Problem(field, N_("Somebody has this name, or had it. Choose another"))
        return await _listing(request, [problem], error.status, answers=answers)
    return await _listing(request, [], 200, password=codes.show(ticket.code))


async def find(request: Request) -> Response:
    """Find who leaves by the sign-in name, and ask whether the account should end."""
    answers = check([WHO], posted(request))
    if answers.problems:
        return await _listing(request, answers.problems, 422)
    backend, known = parts(request).backend, staff_parts(request).passwords
    locator = known.locator(answers.one("name"))
    found = await backend.call("accounts", "credentials", locator=locator)
    account = str(found["account"]) if found else ""
    if account not in {one["account"] for one in await _accounts(request)}:
        problem = Problem("name", NONE_SUCH)
        return await _listing(request, [problem], 422, typed=answers.one("name"))
    return await _confirm(request, account, [], 200)


async def leaving(request: Request) -> Response:
    """Ask whether an account should end."""
    return await _confirm(request, path_id(request, "account"), [], 200)


async def end(request: Request) -> Response:
    """End an account: whoever is signed in with it is signed out everywhere within seconds."""
    account = path_id(request, "account")
    command = ask(request, "accounts", "end_account", account=account, actor=who(request).account)
    again = partial(_confirm, request, account)
    return await settle(request, command, to=PATH, done="account_ended", again=again)


async def forgot(request: Request) -> Response:
    """Ask whether an account should have another password."""
    return await _new_password(request, _colleague(request), [], 200)


async def give_password(request: Request) -> Response:
    """Give a colleague another password and show it this once; who is signed in is signed out.

    Sent again it is the same password, and nothing new if she has chosen another meanwhile.
    """
    account = _colleague(request)
    ticket = tickets.read(posted(request).first("ticket"), parts(request).boxes.pepper)
    holder = Holder(account, derived_id("another password", account, ticket.id))
    try:
        await own_words.set_password(request, holder, codes.show(ticket.code))
    except Unavailable:
        raise
    except AnydoorError as error:
        return await _new_password(request, account, [refused(error)], error.status)
    return await _listing(request, [], 200, password=codes.show(ticket.code))


def _colleague(request: Request) -> str:
    """Return the account of the path; NotAllowed for one's own, which needs its password."""
    account = path_id(request, "account")
    if account == who(request).account:
        raise NotAllowed("account", "is your own", "change your password with the one you have")
    return account


async def _make(request: Request, ticket: Ticket, name: str, roles: list[str]) -> None:
    claim = derived_id("password", ticket.id)
    async with staff_parts(request).passwords.room:
        kept = await asyncio.to_thread(signin.HASHER.hash, codes.show(ticket.code))
    await keep_claim(parts(request).claims, claim, "password", {"hash": kept})
    await ask(
        request,
        "accounts",
        "create_account",
        command_id=ticket.id,
        account=ticket.id,
        roles=roles,
        locator=staff_parts(request).passwords.locator(name),
        claim=claim,
        actor=who(request).account,
    )


async def _accounts(request: Request) -> list[Json]:
    found: list[Json] = await ask(request, "accounts", "staff_of")
    return found


async def _confirm(
    request: Request, account: str, problems: list[Problem], status: int
) -> Response:
    one = await _one(request, account)
    return show(request, "staff_end.html", status=status, problems=problems, one=one)


async def _new_password(
    request: Request, account: str, problems: list[Problem], status: int
) -> Response:
    one = await _one(request, account)
    told = {"one": one, "ticket": _ticket(request)}
    return show(request, "staff_password.html", status=status, problems=problems, **told)


async def _one(request: Request, account: str) -> Json:
    for one in await _accounts(request):
        if one["account"] == account:
            return _told(request, one)
    raise NotFound("account", "is not one of yours", "look at the list again")


def _ticket(request: Request) -> str:
    return tickets.write(tickets.new_ticket(), parts(request).boxes.pepper)


async def _listing(
    request: Request,
    problems: list[Problem],
    status: int,
    *,
    answers: Answers | None = None,
    typed: str = "",
    password: str = "",
) -> Response:
    return show(
        request,
        "staff.html",
        status=status,
        problems=problems,
        accounts=[_told(request, one) for one in await _accounts(request)],
        answers=answers or Answers(),
        new_field=NEW,
        role_field=ROLE,
        who_field=WHO,
        typed=typed,
        password=password,
        ticket=_ticket(request),
    )


def _told(request: Request, one: Json) -> Json:
    return {
        "account": one["account"],
        "sign": one["account"][-8:],
        "roles": [ROLES.get(role, role) for role in one["roles"]],
        "is_own": one["account"] == who(request).account,
    }

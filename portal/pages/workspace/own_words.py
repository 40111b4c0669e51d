"""Words that open something, changed by who knows them: one's password, the agency's passphrase.

What is asked of new words is NIST SP 800-63B-4, section 3.1.1.2: at least 15 characters where they
are all that is asked for, no rules of composition, and no date at which they end. Of what anybody
would guess first only one's own name and a few characters again and again are refused.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import agency_key
from portal.claims import keep_claim
from portal.forms import Field, Problem, check
from portal.i18n import N_
from portal.page import SIGN_IN
from portal.pages.workspace import sign_in
from portal.pages.workspace.frame import ask, go, posted, refused, show, who
from portal.passwords import LONGEST_PASSWORD, Holder
from portal.ports import parts
from portal.staff import staff_parts
from shared.crypto import signin
from shared.crypto.sealing import lock_identity
from shared.errors import AnydoorError, NotFound, Unavailable
from shared.ids import new_id

SHORTEST = 15
#: Fewer different characters than this are a pattern: "aaaaaaaaaaaaaaa", "121212121212121".
FEWEST_DIFFERENT = 6
CURRENT = Field(
    "password",
    N_("The password you have now"),
    limit=LONGEST_PASSWORD,
    required=N_("Enter the password you have now"),
)
LOCK = Field(
    "passphrase",
    N_("The passphrase your agency has now"),
    limit=LONGEST_PASSWORD,
    required=N_("Enter the passphrase your agency has now"),
)
NEW = Field(
    "new_words",
    N_("The new one"),
    N_(
        "At least 15 characters. Four or five words that have nothing to do with each other are "
        "safe, and easy to keep in mind."
    ),
    limit=LONGEST_PASSWORD,
    required=N_("Enter the new one"),
)
AGAIN = Field(
    "new_words_again",
    N_("The new one, once more"),
    limit=LONGEST_PASSWORD,
    required=N_("Enter the new one once more"),
)
PASSWORD_FORM = (sign_in.NAME, CURRENT, NEW, AGAIN)
PASSPHRASE_FORM = (LOCK, NEW, AGAIN)


async def password(request: Request) -> Response:
    """Show the form for another password of one's own."""
    return _password(request, [], 200)


async def change_password(request: Request) -> Response:
    """Change one's own password: every other browser is signed out, this one gets a new cookie."""
    answers = check(PASSWORD_FORM, posted(request))
    name, former, words = (answers.one(one) for one in ("name", "password", "new_words"))
    problems = answers.problems or _weak(words, answers.one("new_words_again"), former, name)
    if problems:
        return _password(request, problems, 422, name)
    there, account = staff_parts(request), who(request).account
    # Not by the name: who is signed in could keep anybody else out by it.
    tries = f"password:{account}"
    if there.wrong_names.too_many(tries):
        return _password(request, [Problem("name", sign_in.TOO_MANY)], 429, name)
    holder = await there.passwords.check(name, former)
    if holder is None or holder.account != account:
        there.wrong_names.count(tries)
        return _password(request, [Problem("name", sign_in.WRONG)], 422, name)
    there.wrong_names.forget(tries)
    changed = Holder(account, new_id())
    await set_password(request, changed, words)
    response = go(request, "/workspace", "password_changed")
    try:
        await there.sessions.open(changed, response)
    except (NotFound, Unavailable):  # it is changed all the same
        return go(request, SIGN_IN, "password_changed")
    return response


async def set_password(request: Request, holder: Holder, words: str) -> None:
    """Give an account of the agency another password, to be kept in the holder's claim. The same
    claim again changes nothing, also after yet another password."""
    async with staff_parts(request).passwords.room:
        kept = await asyncio.to_thread(signin.HASHER.hash, words)
    await keep_claim(parts(request).claims, holder.claim, "password", {"hash": kept})
    told = {"account": holder.account, "claim": holder.claim, "actor": who(request).account}
    await ask(request, "accounts", "set_password", **told)


async def passphrase(request: Request) -> Response:
    """Show the form for another passphrase of the agency."""
    return _passphrase(request, [], 200)


async def change_passphrase(request: Request) -> Response:
    """Lock the agency's key with another passphrase: what is sealed to the agency stays as it is,
    and the former passphrase opens nothing any more."""
    answers = check(PASSPHRASE_FORM, posted(request))
    former, words = answers.one("passphrase"), answers.one("new_words")
    problems = answers.problems or _weak(words, answers.one("new_words_again"), former)
    if problems:
        return _passphrase(request, problems, 422)
    try:
        await _lock_anew(request, former, words)
    except Unavailable:
        raise
    except AnydoorError as error:
        return _passphrase(request, [refused(error)], error.status)
    return go(request, "/workspace/staff", "passphrase_changed")


async def _lock_anew(request: Request, former: str, words: str) -> None:
    asker, claim = who(request), new_id()
    known = await ask(request, "accounts", "recipient")
    identity = await agency_key.unlock(request, asker, former)
    async with staff_parts(request).passwords.room:
        box = await asyncio.to_thread(lock_identity, identity, words)
    await keep_claim(parts(request).claims, claim, "identity", {}, box)
    told = {"claim": claim, "replaced": known["claim"], "actor": asker.account}
    await ask(request, "accounts", "set_key_lock", **told)


def _weak(words: str, again: str, former: str, name: str = "") -> list[Problem]:
    """Return what is wrong with new words; nothing when they can be used."""
    if words != again:
        return [Problem("new_words_again", N_("The two are not the same. Enter both anew"))]
    if len(words) < SHORTEST:
        return [Problem("new_words", N_("Use at least %(least)s characters"), {"least": SHORTEST})]
    if len(set(words)) < FEWEST_DIFFERENT:
        return [Problem("new_words", N_("These are the same few characters again and again"))]
    if words == former:
        return [Problem("new_words", N_("This is the one you have. Choose another"))]
    if name and name.casefold() in words.casefold():
        return [Problem("new_words", N_("Your sign-in name is in it. Choose another"))]
    return []


def _password(request: Request, problems: list[Problem], status: int, name: str = "") -> Response:
    more: dict[str, Any] = {"fields": PASSWORD_FORM, "name": name, "of_agency": False}
    return show(request, "own_words.html", status=status, problems=problems, **more)


def _passphrase(request: Request, problems: list[Problem], status: int) -> Response:
    more: dict[str, Any] = {"fields": PASSPHRASE_FORM, "name": "", "of_agency": True}
    return show(request, "own_words.html", status=status, problems=problems, **more)

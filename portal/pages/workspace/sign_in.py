"""Signing in and out. A wrong name and a wrong password get the same answer in the same time."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Field, Problem, check
from portal.i18n import N_
from portal.page import SIGN_IN
from portal.pages.workspace.frame import go, posted, show
from portal.passwords import LONGEST_PASSWORD
from portal.staff import staff_parts
from shared.errors import NotFound

NAME = Field("name", N_("Sign-in name"), limit=200, required=N_("Enter your sign-in name"))
PASSWORD = Field(
    "password", N_("Password"), limit=LONGEST_PASSWORD, required=N_("Enter your password")
)
WRONG = N_("The name or the password is not right. Check both and try again")
TOO_MANY = N_("Too many wrong tries. Wait ten minutes and try again")


async def form(request: Request) -> Response:
    """Show the form; who is signed in already goes on to work."""
    if await staff_parts(request).sessions.identify(request):
        return go(request, "/workspace")
    return _form(request, Answers(), [], 200)


async def sign_in(request: Request) -> Response:
    """Sign somebody in."""
    answers = check([NAME, PASSWORD], posted(request))
    if answers.problems:
        return _form(request, answers, answers.problems, 422)
    there = staff_parts(request)
    locator = there.passwords.locator(answers.one("name"))
    if there.wrong_names.too_many(locator) or there.wrong_sign_ins.too_many(request):
        return _form(request, answers, [Problem("name", TOO_MANY)], 429)
    holder = await there.passwords.check(answers.one("name"), answers.one("password"))
    if holder is None:
        there.wrong_names.count(locator)
        there.wrong_sign_ins.count(request)
        return _form(request, answers, [Problem("name", WRONG)], 422)
    there.wrong_names.forget(locator)
    response = go(request, "/workspace")
    try:
        await there.sessions.open(holder, response)
    except NotFound:  # the password was changed while this one was looked at
        return _form(request, answers, [Problem("name", WRONG)], 422)
    return response


async def sign_out(request: Request) -> Response:
    """Sign out: the browser forgets its cookie, and the cookie opens nothing any more."""
    response = go(request, SIGN_IN, "signed_out")
    await staff_parts(request).sessions.close(request, response)
    return response


def _form(request: Request, answers: Answers, problems: list[Problem], status: int) -> Response:
    return show(
        request,
        "sign_in.html",
        status=status,
        problems=problems,
        name_field=NAME,
        password_field=PASSWORD,
        name=answers.one("name"),
    )

"""Asking for a code: the one form behind /return and /tip/return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Field, Posted, Problem, clean, summary
from portal.i18n import N_
from portal.ports import parts
from portal.rendering import render
from portal.returning import Found, Owner, find
from shared.errors import Invalid, Unavailable

TOO_MANY = N_("Too many wrong codes came from your area. Wait ten minutes, or call or text")
NOT_FOUND = N_("We do not know this code. Check each letter and number")
MALFORMED = N_("A code has 17 letters and numbers. Check that you wrote all of them")
CANNOT_LOOK = N_("We cannot look right now. Try again in some minutes, or call or text")


class Refused(NamedTuple):
    """Why a code opens nothing, in words, and the status of the answer."""

    problem: str
    status: int


@dataclass(frozen=True)
class CodeForm:
    """A page that asks for a code, and the look-up behind it."""

    path: str
    owner: Owner
    template: str
    field: Field

    def show(
        self, request: Request, typed: str = "", problem: str = "", status: int = 200
    ) -> Response:
        """Show the form, with what was typed and what is wrong with it."""
        problems: Sequence[Problem] = [Problem("code", problem)] if problem else []
        return render(
            request,
            self.template,
            status=status,
            field=self.field,
            typed=typed,
            path=self.path,
            cannot_look=problem == CANNOT_LOOK,
            **summary(problems),
        )

    async def open(self, request: Request, posted: Posted) -> Found | Response:
        """Return what the typed code opens, or the form again saying what is wrong."""
        typed = clean(posted.first("code"), lines=False)[:200]
        found = await self.look_up(request, typed)
        return self.show(request, typed, *found) if isinstance(found, Refused) else found

    async def look_up(self, request: Request, typed: str) -> Found | Refused:
        """Return what a typed code opens, or what is wrong; wrong ones are counted."""
        limit = parts(request).wrong_codes
        if limit.too_many(request):
            return Refused(TOO_MANY, 429)
        try:
            found = await find(request, self.owner, typed)
        except Invalid:
            return Refused(MALFORMED, 422)
        except Unavailable:
            return Refused(CANNOT_LOOK, 503)
        if found is None:
            limit.count(request)
            return Refused(NOT_FOUND, 422)
        return found

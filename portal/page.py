"""A page: one line of the table in `portal.routes`, with who may see it.

The frame around every answer is here: who is asking, refusals as pages or problem details, and
the exit that Back cannot undo. What a page says is in `portal.pages`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal import security
from portal.failures import refusal
from portal.leaving import has_left, send_away
from portal.ports import Identity, KeyHolder, parts
from shared.errors import AnydoorError, NotAllowed

log = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[Response]]
SAFE_METHODS = frozenset({"GET", "HEAD"})
SIGN_IN = "/workspace/sign-in"


@dataclass(frozen=True)
class Access:
    """Who may see a page. Made by `public`, `session`, `key` and `public_or_key`."""

    kind: Literal["public", "session", "key", "public_or_key"]
    roles: frozenset[str] = frozenset()
    scope: str = ""


public = Access("public")


def session(*roles: str) -> Access:
    """Let in signed-in staff with any of these roles; with none named, all signed-in staff."""
    return Access("session", roles=frozenset(roles))


def key(scope: str) -> Access:
    """Let in an agency's program whose API key has this scope."""
    return Access("key", scope=scope)


def public_or_key(scope: str) -> Access:
    """Let in everybody; who shows an API key must have this scope, and may be told more.

    For reading only: no form is looked at, and a wrong key is refused, never taken for none.
    """
    return Access("public_or_key", scope=scope)


@dataclass(frozen=True)
class Page:
    """One address and method: what answers it and who may see it.

    `max_body` is in bytes. `stays_after_exit` is for what must answer a person who has just left:
    the exit itself and the way back.
    """

    path: str
    handler: Handler
    access: Access
    methods: tuple[str, ...] = ("GET",)
    max_body: int = security.MAX_BODY
    stays_after_exit: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.access, Access):
            raise TypeError(f"{self.path} does not declare who may see it")


class Address:
    """All pages of one path; picks the one for the method."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.path = pages[0].path
        self.pages = {method: page for page in pages for method in page.methods}
        if len(self.pages) != sum(len(page.methods) for page in pages):
            raise ValueError(f"{self.path} has two pages for one method")

    async def answer(self, request: Request) -> Response:
        """Return what the page says, or the refusal in its place."""
        page = self.pages["GET" if request.method == "HEAD" else request.method]
        request.state.page = page
        if has_left(request, page):
            return send_away(request)
        try:
            security.check_request(request, page.access.kind, page.max_body)
            if page.access.kind == "session":
                identity = await identify(request, page.access)
                if identity is None:
                    return RedirectResponse(SIGN_IN, 303)
                request.state.identity = identity
            elif page.access.kind == "key":
                request.state.key_holder = await holder(request, page.access)
            elif page.access.kind == "public_or_key":
                shows_key = "authorization" in request.headers
                request.state.key_holder = await holder(request, page.access) if shows_key else None
            return await page.handler(request)
        except AnydoorError as error:
            return refusal(request, error)


async def identify(request: Request, access: Access) -> Identity | None:
    """Return who is signed in, None when nobody is; NotAllowed when the role does not fit."""
    identity = await parts(request).identify(request)
    if identity is not None and access.roles and not access.roles & identity.roles:
        raise NotAllowed("role", "your role may not see this", "ask your agency's administrator")
    return identity


async def holder(request: Request, access: Access) -> KeyHolder:
    """Return whose API key this is; 401 without one, NotAllowed when it lacks the scope."""
    found = await parts(request).identify_key(request)
    if found is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    if access.scope not in found.scopes:
        raise NotAllowed("key", f"this key lacks the scope {access.scope}", "ask for one that has")
    return found

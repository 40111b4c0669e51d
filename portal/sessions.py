"""Who is signed in: a random cookie in the browser, its hash in the accounts service.

One cookie stands for a chain of sessions: one begins in every ten minutes in which a page is asked
for, and holds until twenty minutes after them. So whoever is away for 30 minutes is signed out, and
nobody writes down at each page when she was last seen. Cookie rules: OWASP Session Management Cheat
Sheet.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from portal.passwords import Holder
from portal.ports import Identity
from shared.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from portal.ports import Backend
    from shared.clock import Clock

log = logging.getLogger(__name__)
COOKIE = "session"
SPAN_S = 600
#: A session holds until this many spans after its own are over.
IDLE_SPANS = 2
REMEMBER_S = 5.0
MOST_REMEMBERED = 5_000
_COOKIE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class _Known:
    """What was found for a cookie, until when it may be said again without asking."""

    identity: Identity | None
    until: float
    span: int


class Sessions:
    """Opens, recognises and ends sign-ins. A page costs at most one call, mostly none."""

    def __init__(self, backend: Backend, clock: Clock, *, secure: bool) -> None:
        self._backend, self._clock, self._secure = backend, clock, secure
        self._known: dict[str, _Known] = {}

    async def open(self, holder: Holder, response: Response) -> None:
        """Sign an account in on this browser; NotFound when it has another password by now."""
        cookie = secrets.token_hex(32)
        await self._begin(cookie, holder, self._span())
        response.set_cookie(
            COOKIE, cookie, path="/", httponly=True, secure=self._secure, samesite="strict"
        )

    async def identify(self, request: Request) -> Identity | None:
        """Return who is signed in, None when nobody is; Unavailable when nobody can say."""
        cookie = request.cookies.get(COOKIE, "")
        if not _COOKIE.fullmatch(cookie):
            return None
        known, span = self._known.get(cookie), self._span()
        if known is None or known.until < time.monotonic() or known.span != span:
            found = await self._look_up(cookie, span)
            known = self._remember(cookie, found, span)
        return known.identity

    async def close(self, request: Request, response: Response) -> None:
        """Sign this browser out, even when nobody answers: it forgets its cookie."""
        cookie = request.cookies.get(COOKIE, "")
        response.delete_cookie(
            COOKIE, path="/", httponly=True, secure=self._secure, samesite="strict"
        )
        if not _COOKIE.fullmatch(cookie):
            return
        now = self._span()
        self._remember(cookie, None, now)
        for span in range(now - IDLE_SPANS, now + 1):
            id = session_id(cookie, span)
            try:
                await self._backend.call("accounts", "close_session", session=id)
            except Unavailable:
                log.warning("a session ends by itself only: accounts does not answer")
                return

    async def _look_up(self, cookie: str, now: int) -> Identity | None:
        for span in range(now, now - IDLE_SPANS - 1, -1):
            id = session_id(cookie, span)
            found = await self._backend.call("accounts", "session", session=id)
            if found is None:
                continue
            identity = _identity(found, id)
            if span == now:
                return identity
            holder = Holder(identity.account, str(found["claim"]))
            try:
                return replace(identity, session=await self._begin(cookie, holder, now))
            except NotFound:  # the account ended, or has another password, since that question
                return None
        return None

    async def _begin(self, cookie: str, holder: Holder, span: int) -> str:
        id, ends = session_id(cookie, span), (span + 1 + IDLE_SPANS) * SPAN_S
        until = datetime.fromtimestamp(0, UTC) + timedelta(seconds=ends)
        await self._backend.call(
            "accounts",
            "open_session",
            session=id,
            account=holder.account,
            claim=holder.claim,
            expires_at=until.isoformat(),
        )
        return id

    def _remember(self, cookie: str, identity: Identity | None, span: int) -> _Known:
        known = _Known(identity, time.monotonic() + REMEMBER_S, span)
        self._known.pop(cookie, None)
        if len(self._known) >= MOST_REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[cookie] = known
        return known

    def _span(self) -> int:
        return int(self._clock().timestamp()) // SPAN_S


def session_id(cookie: str, span: int) -> str:
    """Return what the services know one ten-minute session of a cookie by (64 hex characters)."""
    return hashlib.sha256(f"{cookie}:{span}".encode()).hexdigest()


def _identity(found: dict[str, Any], session: str) -> Identity:
    return Identity(found["account"], found["agency"], frozenset(found["roles"]), session)

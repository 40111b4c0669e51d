"""Checking a sign-in name with its password, and an API key with its secret, in equal time."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from argon2.exceptions import InvalidHashError, VerificationError
from starlette.requests import Request

from portal.claims import read_claim
from portal.ports import KeyHolder
from shared.crypto import signin

if TYPE_CHECKING:
    from portal.ports import Backend, ClaimStore

#: A check takes 20 to 64 MiB and up to a tenth of a second: two at once are enough.
AT_ONCE = 2
LONGEST_PASSWORD = 200
_KEY = re.compile(r"Bearer +([A-Za-z0-9-]{1,60})\.([A-Za-z0-9_-]{20,120})", re.IGNORECASE)


class WrongNames:
    """Counts wrong sign-ins by name, in memory, under the name's keyed locator."""

    def __init__(
        self,
        allowed: int = 20,
        seconds: float = 600.0,
        most_names: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed, self._seconds, self._most = allowed, seconds, most_names
        self._clock = clock
        self._seen: dict[str, deque[float]] = {}

    def too_many(self, locator: str) -> bool:
        """Say whether this name must wait."""
        times = self._seen.get(locator, deque())
        while times and times[0] < self._clock() - self._seconds:
            times.popleft()
        return len(times) >= self._allowed

    def count(self, locator: str) -> None:
        """Count one wrong sign-in."""
        if locator not in self._seen and len(self._seen) >= self._most:
            self._seen.pop(next(iter(self._seen)))
        self._seen.setdefault(locator, deque(maxlen=self._allowed)).append(self._clock())

    def forget(self, locator: str) -> None:
        """Begin anew after a right one."""
        self._seen.pop(locator, None)


@dataclass(frozen=True)
class Holder:
    """Whose password it is, and the claim in which its hash is kept."""

    account: str
    claim: str


class Passwords:
    """Knows whether a password is an account's, and never how long a name exists."""

    def __init__(self, backend: Backend, claims: ClaimStore, pepper: bytes) -> None:
        self._backend, self._claims, self._pepper = backend, claims, pepper
        self.room = asyncio.Semaphore(AT_ONCE)

    def locator(self, name: str) -> str:
        """Return the keyed look-up value of a sign-in name."""
        return signin.locator(name, self._pepper)

    async def check(self, name: str, password: str) -> Holder | None:
        """Return whose it is, None when the name or the password is wrong: same answer and time.

        Raises Unavailable when the accounts cannot be asked.
        """
        found = await self._backend.call("accounts", "credentials", locator=self.locator(name))
        claim = None if found is None else await read_claim(self._claims, str(found["claim"]))
        kept = nobodys_hash()
        if claim is not None and claim.kind == "password":
            kept = str(claim.private.get("hash", kept))
        async with self.room:
            fits = await asyncio.to_thread(_fits, kept, password)
        if not found or not fits or kept == nobodys_hash():
            return None
        return Holder(str(found["account"]), str(found["claim"]))


@cache
def nobodys_hash() -> str:
    """Return a hash no password fits, so that an unknown name takes as long as a known one."""
    return signin.HASHER.hash(secrets.token_hex(16))


def _fits(kept: str, password: str) -> bool:
    try:
        return signin.HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


class ApiKeys:
    """Knows whose program shows an API key: `Authorization: Bearer <key id>.<secret>`."""

    def __init__(self, backend: Backend, claims: ClaimStore) -> None:
        self._backend, self._claims = backend, claims

    async def identify(self, request: Request) -> KeyHolder | None:
        """Return whose key this is, None when it is none; Unavailable when nobody can say."""
        shown = _KEY.fullmatch(request.headers.get("authorization", "").strip())
        if shown is None:
            return None
        id, secret = shown.groups()
        found = await self._backend.call("accounts", "key", key=id)
        claim = None if found is None else await read_claim(self._claims, str(found["claim"]))
        kept = str(claim.private.get("hash", "")) if claim and claim.kind == "key" else ""
        if found is None or not hmac.compare_digest(secret_hash(secret), kept):
            return None
        return KeyHolder(id, str(found["agency"]), frozenset(found["scopes"]))


def secret_hash(secret: str) -> str:
    """Return what is kept of an API key's secret: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()

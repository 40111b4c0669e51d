"""How often one neighbourhood of addresses may give a wrong code, say that a page is wrong, or read
whole lists.

Counts are kept in memory for ten minutes, under a keyed hash of the address prefix: no address is
kept. Thirty people behind one address who type carefully, or read page by page, are never stopped.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections import deque
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request

TEN_MINUTES_S = 600.0
MOST_PREFIXES = 10_000


class Neighbourhoods:
    """Names address prefixes (IPv4 /24, IPv6 /48) so that nobody else can tell which they are."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)

    def of(self, request: Request) -> bytes:
        """Return where a request comes from."""
        host = request.client.host if request.client else ""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return b"unknown"
        bits = 24 if address.version == 4 else 48
        network = ipaddress.ip_network((address, bits), strict=False)
        return hashlib.blake2b(str(network).encode(), key=self._key, digest_size=8).digest()


class WrongCodes:
    """Counts wrong codes; only they count."""

    def __init__(
        self,
        allowed: int = 60,
        seconds: float = TEN_MINUTES_S,
        most_prefixes: int = MOST_PREFIXES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed, self._seconds, self._most = allowed, seconds, most_prefixes
        self._clock = clock
        self._where = Neighbourhoods()
        self._seen: dict[bytes, deque[float]] = {}

    def too_many(self, request: Request) -> bool:
        """Say whether this neighbourhood must wait."""
        return len(self._recent(self._where.of(request))) >= self._allowed

    def count(self, request: Request) -> None:
        """Count one wrong code."""
        prefix = self._where.of(request)
        times = self._recent(prefix)
        times.append(self._clock())
        if prefix not in self._seen and len(self._seen) >= self._most:
            self._seen.pop(next(iter(self._seen)))
        self._seen[prefix] = times

    def _recent(self, prefix: bytes) -> deque[float]:
        times = self._seen.get(prefix, deque())
        while times and times[0] < self._clock() - self._seconds:
            times.popleft()
        if not times:
            self._seen.pop(prefix, None)
        return times


class Visits:
    """Lets each neighbourhood read so many times in each stretch of time."""

    def __init__(
        self,
        allowed: int,
        seconds: float = TEN_MINUTES_S,
        most_prefixes: int = MOST_PREFIXES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed, self._seconds, self._most = allowed, seconds, most_prefixes
        self._clock = clock
        self._where = Neighbourhoods()
        #: When its stretch began, and how often it has read since.
        self._seen: dict[bytes, tuple[float, int]] = {}

    def wait_s(self, request: Request, cost: int = 1) -> int:
        """Count one reading, or as many as it costs; return 0, or the seconds to wait when there
        were too many before it."""
        prefix, at = self._where.of(request), self._clock()
        began, count = self._seen.get(prefix, (at, 0))
        if at - began >= self._seconds:
            began, count = at, 0
        if prefix not in self._seen and len(self._seen) >= self._most:
            self._seen.pop(next(iter(self._seen)))
        self._seen[prefix] = began, min(count + cost, self._allowed)
        return 0 if count < self._allowed else max(1, round(began + self._seconds - at))


def whole_lists() -> Visits:
    """Return the limit of whole lists and files: thirty people take two each in ten minutes."""
    return Visits(60)


def list_pages() -> Visits:
    """Return the limit of pages of a list: thirty people read one every six seconds."""
    return Visits(3_000)


def refuse_many(request: Request, visits: Visits, cost: int = 1) -> None:
    """Count a reading; raise HTTPException 429 with Retry-After when it is one too many."""
    if wait := visits.wait_s(request, cost):
        raise HTTPException(429, headers={"retry-after": str(wait)})

"""How often one neighbourhood of addresses may give a wrong code, or say that a page is wrong.

Only that counts, in memory, for ten minutes, under a keyed hash of the address prefix: no
address is kept. Thirty people behind one address who type carefully are never stopped.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections import deque
from collections.abc import Callable

from starlette.requests import Request


class WrongCodes:
    """Counts wrong codes by address prefix (IPv4 /24, IPv6 /48)."""

    def __init__(
        self,
        allowed: int = 60,
        seconds: float = 600.0,
        most_prefixes: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed, self._seconds, self._most = allowed, seconds, most_prefixes
        self._clock = clock
        self._key = secrets.token_bytes(16)
        self._seen: dict[bytes, deque[float]] = {}

    def too_many(self, request: Request) -> bool:
        """Say whether this neighbourhood must wait."""
        return len(self._recent(self._prefix(request))) >= self._allowed

    def count(self, request: Request) -> None:
        """Count one wrong code."""
        prefix = self._prefix(request)
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

    def _prefix(self, request: Request) -> bytes:
        host = request.client.host if request.client else ""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return b"unknown"
        bits = 24 if address.version == 4 else 48
        network = ipaddress.ip_network((address, bits), strict=False)
        return hashlib.blake2b(str(network).encode(), key=self._key, digest_size=8).digest()

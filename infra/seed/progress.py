"""A line that says how far something long has come, how fast it goes and when it will end."""

from __future__ import annotations

import time
from collections.abc import Callable

WIDTH = 20
EVERY_S = 1.0


class Progress:
    """Says a line at most once a second, and one at the end."""

    def __init__(
        self, total: int, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.total = total
        self.done = 0
        self._say = say
        self._clock = clock
        self._began = self._said = clock()

    def add(self, count: int) -> None:
        """Count what was done since the last call."""
        self.done += count
        now = self._clock()
        if self.done >= self.total or now - self._said >= EVERY_S:
            self._said = now
            self._say(self.line())

    def line(self) -> str:
        """Return the line as it is now."""
        took = max(self._clock() - self._began, 0.001)
        rate = self.done / took
        full = WIDTH * self.done // max(self.total, 1)
        rest = f"{(self.total - self.done) / rate:.0f} s left" if rate else "just begun"
        end = f"in {took:.1f} s" if self.done >= self.total else rest
        bar = "#" * full + "-" * (WIDTH - full)
        return f"  [{bar}] {self.done:,} of {self.total:,} records, {rate:,.0f} a second, {end}"

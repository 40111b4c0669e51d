"""Standing in line: of those who want one thing changed, one at a time tries.

Twenty callers who race for the next version of one stream lose nineteen times of twenty, each loss
a round trip; in line, each is served in turn. Between processes the unique index decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class _Line:
    __slots__ = ("lock", "users")

    def __init__(self) -> None:
        self.lock = Lock()
        self.users = 0


class Lines:
    """One lock a name, kept only while somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lines: dict[str, _Line] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Be the only one in this process inside the block for this name."""
        with self._lock:
            line = self._lines.setdefault(name, _Line())
            line.users += 1
        try:
            with line.lock:
                yield
        finally:
            with self._lock:
                line.users -= 1
                if not line.users:
                    del self._lines[name]

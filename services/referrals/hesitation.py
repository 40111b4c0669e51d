"""Which agencies say no to most of what they are asked, by need, as the last half year shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from shared.clock import Clock

LATELY = timedelta(days=180)
#: Fewer answers say nothing, so whoever is new is asked like everybody.
FEWEST = 5
#: It changes slowly, and reading it costs more than a ranking.
READ_AGAIN_AFTER = timedelta(minutes=5)


class Answers(Protocol):
    """Who knows how agencies answered: (need, agency, asked, accepted)."""

    def answers(self, since: datetime) -> Iterable[tuple[str, str, int, int]]: ...


class Hesitation:
    """Agencies that took on less than half of what they were asked, by need."""

    def __init__(self, answers: Answers, clock: Clock) -> None:
        self._answers, self._clock = answers, clock
        self._read_at: datetime | None = None
        self._found: dict[str, frozenset[str]] = {}

    def __call__(self) -> Mapping[str, frozenset[str]]:
        """Return the agencies by need, at most five minutes old."""
        now = self._clock()
        if self._read_at is None or not timedelta(0) <= now - self._read_at < READ_AGAIN_AFTER:
            self._found = _hesitant(self._answers.answers(now - LATELY))
            self._read_at = now
        return self._found


def _hesitant(answers: Iterable[tuple[str, str, int, int]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for need, agency, asked, accepted in answers:
        if asked >= FEWEST and accepted * 2 < asked:
            found.setdefault(need, set()).add(agency)
    return {need: frozenset(agencies) for need, agencies in found.items()}

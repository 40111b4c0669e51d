"""In which order those who may be asked are asked, and why. No I/O.

What counts is one table; the most important earns more than all that follow. Each candidate carries
its trace. Ten thousand services of one need are ranked within milliseconds.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable

from services.referrals.matching import RULES, Ask, Context, Entry, nearness
from services.referrals.stream import CASE_MANAGEMENT, Miss

#: A rule, who was left before it, and who after it.
Stage = tuple[str, list[Entry], list[Entry]]


class Candidate:
    """A service that fits, with its place in the ranking: the higher the score the earlier."""

    __slots__ = ("_ask", "entry", "score")

    def __init__(self, entry: Entry, ask: Ask) -> None:
        self.entry, self._ask = entry, ask
        self.score = score(entry, ask)

    @property
    def service(self) -> str:
        return self.entry.id

    @property
    def agency(self) -> str:
        return self.entry.agency

    @property
    def stay_days(self) -> int:
        """How long a client may stay there, 0 when the service does not say."""
        return self.entry.card.maximum_stay_days or 0

    def trace(self) -> dict[str, str]:
        """Return why this service fits and ranks where it does, as rule and code."""
        entry, ask = self.entry, self._ask
        spoken = ask.language in entry.languages
        return {
            "need": ask.need_type,
            "population": "stated" if entry.card.populations else "everyone",
            "gender": "stated" if entry.genders else "everyone",
            "age": "stated" if entry.card.minimum_age or entry.card.maximum_age else "everyone",
            "language": "spoken" if spoken else "interpreter",
            "area": nearness(entry, ask),
            "capacity": entry.card.capacity.outward,
            "membership": "member",
            "always_open": "yes" if entry.card.open_24_7 else "no",
            "helps_already": "yes" if entry.agency in ask.helping else "no",
            "declined_before": "yes" if entry.agency in ask.declined else "no",
        }


class Ranking:
    """Whom to ask, best first, and who cannot be asked."""

    __slots__ = ("_stages", "candidates")

    def __init__(self, candidates: list[Candidate], stages: list[Stage]) -> None:
        self.candidates, self._stages = candidates, stages

    def misses(self, most: int) -> list[Miss]:
        """Return who cannot be asked and why, up to so many, those who broke the last rule first:
        they were the nearest."""
        found: list[Miss] = []
        for rule, before, kept in reversed(self._stages):
            if len(found) >= most:
                break
            passed = {entry.id for entry in kept}
            failed = sorted((e for e in before if e.id not in passed), key=lambda e: e.id)
            found += [Miss(service=e.id, agency=e.agency, rule=rule) for e in failed]
        return found[:most]


def _managed_before(entry: Entry, ask: Ask) -> bool:
    return ask.need_type == CASE_MANAGEMENT and entry.agency in ask.managed


#: What counts, most important first: each weighs more than all that follow together.
WEIGHTS: tuple[tuple[str, Callable[[Entry, Ask], bool]], ...] = (
    ("same_case_manager", _managed_before),
    ("language_spoken", lambda entry, ask: ask.language in entry.languages),
    ("area_match", lambda entry, ask: nearness(entry, ask) in ("same", "around")),
    ("capacity_known", lambda entry, ask: entry.card.capacity.outward == "has"),
    ("always_open", lambda entry, ask: ask.urgent and entry.card.open_24_7),
    ("helps_already", lambda entry, ask: entry.agency in ask.helping),
    ("not_declined_before", lambda entry, ask: entry.agency not in ask.declined),
)


def score(entry: Entry, ask: Ask) -> int:
    """Return the weights this service earns, as one number."""
    total = 0
    for _, counts in WEIGHTS:
        total = total * 2 + counts(entry, ask)
    return total


def rank(entries: Iterable[Entry], ask: Ask, context: Context) -> Ranking:
    """Return who may be asked, in order. Fairness decides among equals: asked longest ago first,
    then an order that differs from client to client."""
    left, stages = list(entries), []
    for name, rule in RULES.items():
        fits = rule(ask, context)
        if fits is None:
            continue
        kept = [entry for entry in left if fits(entry)]
        if len(kept) < len(left):
            stages.append((name, left, kept))
        left = kept
    candidates = [Candidate(entry, ask) for entry in left]
    candidates.sort(key=lambda one: (-one.score, one.entry.offered_at, _shuffled(one, ask)))
    return Ranking(candidates, stages)


def _shuffled(candidate: Candidate, ask: Ask) -> int:
    return zlib.crc32(f"{ask.spread}/{candidate.service}".encode())

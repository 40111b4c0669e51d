"""In which order those who may be asked are asked, and why. No I/O.

Each candidate carries its trace. Ten thousand services of one need are ranked within milliseconds:
the rules that send most away are tried first, and who missed by which rule is worked out only when
somebody asks.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import NamedTuple

from services.referrals.matching import RULES, Ask, Context, Entry, Fits, grants, nearness
from services.referrals.stream import Miss
from services.referrals.weighing import Weights, is_open, scores

#: The rules that send most away, tried before the others.
SELECTIVE = ("area", "language", "capacity", "population")


class Candidate(NamedTuple):
    """A service that fits, with its place in the ranking: the higher the score the earlier."""

    entry: Entry
    score: int
    ask: Ask
    context: Context

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
        entry, ask = self.entry, self.ask
        spoken = ask.language in entry.languages
        told = entry.card.capacity.updated_at
        named = {"on_pathway": _said(entry.id in ask.first)} if ask.first else {}
        wishes = {f"wish_{wish}": grants(entry, wish) for wish in sorted(ask.wishes)}
        return (
            named
            | {
                "need": ask.need_type,
                "population": "stated" if entry.card.populations else "everyone",
                "gender": "stated" if entry.genders else "everyone",
                "age": "stated" if entry.card.minimum_age or entry.card.maximum_age else "everyone",
                "language": "spoken" if spoken else "interpreter",
                "area": nearness(entry, ask),
                "capacity": entry.card.capacity.outward,
                "capacity_fresh": _said(bool(ask.fresh_since) and told >= ask.fresh_since),
                "membership": "member",
                "open_now": _said(is_open(entry, ask)),
                "helps_already": _said(entry.agency in ask.helping),
                "declined_before": _said(entry.agency in ask.declined),
                "one_stop": _said(entry.agency in self.context.one_stop),
                "usually_accepts": _said(entry.agency not in self.context.hesitant),
            }
            | wishes
        )


class Ranking:
    """Whom to ask, best first, and who cannot be asked."""

    __slots__ = ("_entries", "_tests", "candidates")

    def __init__(
        self, candidates: list[Candidate], entries: list[Entry], tests: dict[str, Fits]
    ) -> None:
        self.candidates, self._entries, self._tests = candidates, entries, tests

    def misses(self, most: int) -> list[Miss]:
        """Return who cannot be asked and why, up to so many, those who broke the last rule first:
        they were the nearest."""
        left, failed = self._entries, []
        for rule, fits in self._tests.items():
            failed.append((rule, [entry for entry in left if not fits(entry)]))
            left = [entry for entry in left if fits(entry)]
        found: list[Miss] = []
        for rule, those in reversed(failed):
            if len(found) >= most:
                break
            those.sort(key=lambda entry: entry.id)
            found += [Miss(service=e.id, agency=e.agency, rule=rule) for e in those]
        return found[:most]


def rank(entries: Iterable[Entry], ask: Ask, context: Context, weights: Weights) -> Ranking:
    """Return who may be asked, in order.

    Fairness decides among equals, so that nobody is flooded: the agency asked longest ago first,
    of its services the one asked longest ago, then an order that differs from client to client.
    """
    there = list(entries)
    tests = {name: fits for name, rule in RULES.items() if (fits := rule(ask, context)) is not None}
    left = there
    for name in sorted(tests, key=lambda one: one not in SELECTIVE):
        fits = tests[name]
        left = [entry for entry in left if fits(entry)]
    found = [
        Candidate(entry, score, ask, context)
        for entry, score in zip(left, scores(left, ask, context, weights), strict=True)
    ]
    found.sort(key=lambda one: _place(one, ask, context))
    return Ranking(found, there, tests)


def _place(one: Candidate, ask: Ask, context: Context) -> tuple[int, str, str, int]:
    entry = one.entry
    shuffled = zlib.crc32(f"{ask.spread}/{entry.id}".encode())
    return -one.score, context.asked_at.get(entry.agency, ""), entry.offered_at, shuffled


def _said(yes: bool) -> str:
    return "yes" if yes else "no"

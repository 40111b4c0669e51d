"""Matching a client's need against a directory of 10,000 services, beside a plain look at each.

`python -m infra.bench matching` prints the median of one ranking: over a directory in which needs
are spread as generated, and over one in which all services answer the same need. The peer is one
pass over the same records that only reads their needs, in the same run.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median

import msgspec

from infra.bench.directory import SEED, generated_cards
from services.referrals.matching import Ask
from services.referrals.roster import Roster
from shared.directory import ServiceCard
from shared.vocabulary import ADMISSION, NEEDS

SERVICES = 10_000
ASKS = 200
ONE_NEED = "legal_assistance"
COUNTIES = 60


@dataclass(frozen=True)
class Ranked:
    """Milliseconds of one ranking and of the plain pass (medians), and candidates found."""

    ranking_ms: float
    pass_ms: float
    candidates: float


def measure(cards: Iterable[ServiceCard], asks: Iterable[Ask]) -> Ranked:
    """Rank for each ask and return the medians."""
    roster = Roster()
    for card in cards:
        roster.put(card)
    took: list[float] = []
    plain: list[float] = []
    found: list[int] = []
    for ask in asks:
        begun = time.perf_counter()
        ranking = roster.rank(ask)
        ranked = time.perf_counter()
        needs = [one for one in roster.entries() if ask.need_type in one.needs]
        passed = time.perf_counter()
        if len(needs) < len(ranking.candidates):
            raise RuntimeError("a candidate does not answer the need")
        took.append(ranked - begun)
        plain.append(passed - ranked)
        found.append(len(ranking.candidates))
    return Ranked(1_000 * median(took), 1_000 * median(plain), median(found))


def asks(count: int, needs: list[str]) -> Iterator[Ask]:
    """Yield clients of all kinds, the same for the same number."""
    chance = random.Random(SEED)
    for number in range(count):
        yield Ask(
            spread=f"stream-{number}",
            need_type=chance.choice(needs),
            urgent=chance.random() < 0.3,
            age_group=chance.choice(("adult", "minor", "unknown")),
            origin=chance.choice(("foreign_national", "domestic", "unknown")),
            gender=chance.choice(("woman", "man", "unknown")),
            language=chance.choice(("es", "en", "vi")),
            area=f"XG-county-{chance.randrange(COUNTIES)}",
            wishes=frozenset(chance.sample(ADMISSION, chance.randint(0, 2))),
        )


def members(count: int, need: str = "") -> Iterator[ServiceCard]:
    """Yield generated services that may be asked, all with one need if one is named."""
    for card in generated_cards(count, COUNTIES):
        needs = [need, *(one for one in card.needs if one != need)] if need else card.needs
        yield msgspec.structs.replace(card, member=True, out_of_date=False, needs=needs)


def main(count: int = SERVICES, clients: int = ASKS) -> dict[str, Ranked]:
    """Measure, print and return the figures by kind of directory."""
    print(f"\nMatching one need of a client, {count:,} services, p50 of {clients}")
    kinds = {
        "needs as they come": (members(count), list(NEEDS)),
        "all of one need": (members(count, ONE_NEED), [ONE_NEED]),
    }
    found = {}
    for kind, (cards, needs) in kinds.items():
        one = found[kind] = measure(cards, asks(clients, needs))
        print(
            f"  {kind:<20} {one.ranking_ms:6.2f} ms   one plain pass {one.pass_ms:5.2f} ms"
            f"   {one.candidates:.0f} candidates"
        )
    return found


if __name__ == "__main__":
    main()

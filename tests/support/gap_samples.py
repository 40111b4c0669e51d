"""Needs that were asked for, told as gaps by the referral service's own rules."""

from __future__ import annotations

from collections import Counter
from typing import Any

from services.referrals.counting import Counting
from services.referrals.gaps import Count, Filters
from services.referrals.roster import Roster
from tests.support.staff_network import HARBOR_LIGHT

Json = dict[str, Any]
#: month, need, population, language, area, how often, how often nobody was left
ASKED = [
    ("2026-01", "case_management", "adult/foreign_national", "es", "XS-lakeshore", 31, 0),
    ("2026-01", "emergency_housing", "adult/foreign_national", "es", "XS-lakeshore", 22, 12),
    ("2026-02", "emergency_housing", "adult/domestic", "en", "XS-pine", 9, 6),
    ("2026-02", "emergency_housing", "unknown/unknown", "vi", "", 3, 1),
    ("2026-02", "legal_assistance", "minor/domestic", "en", "XS-lakeshore", 2, 0),
]


class _Asked:
    """The counts as the store makes them."""

    def count(self, filters: Filters) -> list[Count]:
        asked: Counter[tuple[str, str]] = Counter()
        unmet: Counter[tuple[str, str]] = Counter()
        for month, need, population, language, area, times, left in ASKED:
            groups = {"": "", "population": population, "language": language, "area": area}
            group = need, groups[filters.split]
            wanted = filters.area in ("", area) and filters.need in ("", need)
            if wanted and filters.first <= month <= (filters.last or "9"):
                asked[group] += times
                unmet[group] += left
        return [Count(*group, asked[group], unmet[group]) for group in asked]


def counting(roster: Roster) -> Counting:
    """Return what tells the gaps of the samples to the coordinating agency."""
    known: Any = roster
    counts: Any = _Asked()
    none: Any = None
    return Counting(none, counts, known, HARBOR_LIGHT)

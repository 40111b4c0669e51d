"""Gaps: needs asked for, against services that could answer them, in counts safe to show. No I/O.

What is hidden and rounded, and the sources of the rules, are in `small_counts`; the counts of one
need are one list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from services.referrals.matching import RULES, Ask, Context, Entry
from services.referrals.small_counts import shown
from services.referrals.stream import Stream
from shared.errors import Invalid
from shared.fields import check_area, check_code, check_month
from shared.vocabulary import NEEDS

Json = dict[str, Any]
SPLITS = ("", "population", "language", "area")
#: What a service must fit to answer such a need at all, whoever asks and whether it has room.
_COULD = ("active", "need", "membership", "population", "age", "area")
_NOBODY = Context()


class Filters(NamedTuple):
    """What a report is of: months "2026-03" in UTC, first and last, one area, one need; "" is all.

    `split` is a code of SPLITS.
    """

    first: str = ""
    last: str = ""
    area: str = ""
    need: str = ""
    split: str = ""


class Count(NamedTuple):
    """How often a need was asked for in a group of the split, and how often nobody was left."""

    need: str
    group: str
    asked: int
    unmet: int


def checked(filters: Filters) -> Filters:
    """Return the filters; Invalid names the one that does not fit."""
    check_month("first", filters.first)
    check_month("last", filters.last)
    if filters.first and filters.last and filters.first > filters.last:
        raise Invalid("last", "is before the first month", "swap the two")
    check_area("area", filters.area)
    check_code("split", filters.split, SPLITS)
    if filters.need:
        check_code("need", filters.need, NEEDS)
    return filters


def codes_of(stream: Stream) -> Json:
    """Return the codes a need is counted by: what its stream says of the client, no more."""
    return {
        "population": f"{stream.age_group}/{stream.origin}",
        "language": stream.language,
        "area": stream.area,
    }


def report(counts: Iterable[Count], entries: Iterable[Entry], filters: Filters) -> list[Json]:
    """Return a row for each need and group that was asked for, by need.

    {need, group, asked, unmet, could_answer, with_room}; asked and unmet are multiples of 5, or
    None for "fewer than 5" and for a cell that is hidden so that this one cannot be worked out.
    """
    known = list(entries)
    by_need: dict[str, list[Count]] = {}
    for count in sorted(counts):
        by_need.setdefault(count.need, []).append(count)
    rows = []
    for group in by_need.values():
        asked = shown([one.asked for one in group])
        unmet = shown([one.unmet for one in group])
        for one, so_many, so_few in zip(group, asked, unmet, strict=True):
            rows.append(
                {
                    "need": one.need,
                    "group": one.group,
                    "asked": so_many,
                    "unmet": None if so_many is None else so_few,
                    **_supply(one, known, filters),
                }
            )
    return rows


def _supply(count: Count, entries: list[Entry], filters: Filters) -> Json:
    age_group, origin, language, area = "unknown", "unknown", "", filters.area
    if filters.split == "population":
        age_group, _, origin = count.group.partition("/")
    elif filters.split == "language":
        language = count.group
    elif filters.split == "area":
        area = count.group
    ask = Ask("", count.need, age_group=age_group, origin=origin, language=language, area=area)
    tests = [RULES[name](ask, _NOBODY) for name in _COULD]
    fitting = [
        entry
        for entry in entries
        if all(test is None or test(entry) for test in tests)
        and (not language or language in entry.languages)
    ]
    room = sum(entry.card.capacity.outward == "has" for entry in fitting)
    return {"could_answer": len(fitting), "with_room": room}

"""Figures: how long clients wait for an answer and a service, and how often they get one. No I/O.

The coordinating agency reads a line for each need, timed from when it was asked for; every other
agency a line for each offer it was made, timed from the offer. Counts are hidden and rounded as
`small_counts` says; a share is of the two counts that are shown, so it tells nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from math import ceil
from typing import Any, NamedTuple

from services.referrals.courses import (
    ANSWERS,
    BOUNCES,
    Course,
    first,
    month_begins,
    month_of,
    quarter_of,
)
from services.referrals.gaps import Filters
from services.referrals.small_counts import SMALLEST, shown
from shared.errors import Invalid
from shared.fields import check_area, check_code, check_month
from shared.vocabulary import NEEDS

Json = dict[str, Any]
#: code of a split -> what a line is grouped by
GROUPS: dict[str, Callable[[Course, datetime], str]] = {
    "": lambda course, at: "",
    "need": lambda course, at: course.need_type,
    "population": lambda course, at: f"{course.age_group}/{course.origin}",
    "language": lambda course, at: course.language,
    "area": lambda course, at: course.area,
    "month": lambda course, at: month_of(at),
    "quarter": lambda course, at: quarter_of(at),
}
COUNTS = ("asked", "answered", "accepted", "started", "bounces", "unmet")
#: what was waited for -> the count of those it came for
WAITS = {"answer": "answered", "acceptance": "accepted", "start": "started"}
#: Below this many asked, the share of two rounded counts is too far from the truth to be told.
FEWEST_FOR_SHARE = 20
#: Below this many, nine of ten is the time of one client.
FEWEST_FOR_P90 = 10
ROUND_MIN = 5


class Line(NamedTuple):
    """What came of a need or an offer: when it was asked, and what happened when, if it did."""

    group: str
    asked_at: datetime
    answered_at: datetime | None
    accepted_at: datetime | None
    started_at: datetime | None
    bounces: int
    unmet: int

    def waited(self, wait: str) -> float | None:
        """Return the minutes until a code of WAITS came, None when it did not."""
        came: datetime | None = getattr(self, f"{WAITS[wait]}_at")
        return None if came is None else (came - self.asked_at).total_seconds() / 60


def checked(filters: Filters) -> Filters:
    """Return the filters; Invalid names the one that does not fit."""
    check_months(filters.first, filters.last)
    check_area("area", filters.area)
    check_code("split", filters.split, GROUPS)
    if filters.need:
        check_code("need", filters.need, NEEDS)
    return filters


def check_months(first: str, last: str) -> None:
    """Raise Invalid unless both are months or empty, in order."""
    check_month("first", first)
    check_month("last", last)
    if first and last and first > last:
        raise Invalid("last", "is before the first month", "swap the two")


def bounds(first: str, last: str) -> tuple[datetime | None, datetime | None]:
    """Return the first moment of a period and the first after it; None is no end."""
    return month_begins(first) if first else None, month_begins(last, 1) if last else None


def is_within(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    """Say whether a moment is in a period."""
    return (since is None or at >= since) and (until is None or at < until)


def need_line(course: Course, split: str) -> Line:
    """Return what came of a need, whoever was asked."""
    return Line(
        GROUPS[split](course, course.asked_at),
        course.asked_at,
        first(course, ANSWERS),
        first(course, ("accepted",)),
        first(course, ("started",)),
        len({fact.offer for fact in course.facts if fact.move in BOUNCES}),
        int(first(course, ("unmet",)) is not None),
    )


def offer_lines(course: Course, agency: str, split: str) -> list[Line]:
    """Return what came of each offer an agency was made for a need."""
    made = [f for f in course.facts if f.move == "offered" and f.agency == agency]
    return [
        Line(
            GROUPS[split](course, offered.at),
            offered.at,
            first(course, ANSWERS, offered.offer),
            first(course, ("accepted",), offered.offer),
            first(course, ("started",), offered.offer),
            int(first(course, BOUNCES, offered.offer) is not None),
            0,
        )
        for offered in made
    ]


def report(lines: Iterable[Line], split: str) -> Json:
    """Return {total, rows}: the figures of all lines and, with a split, of each group by name.

    A row is {group, asked, answered, accepted, started, bounces, unmet, accepted_share,
    started_share, and for each of WAITS <wait>_median and <wait>_p90}. Counts are multiples of 5
    and shares whole percent; times are minutes, nearest rank, rounded up to 5. None is hidden, or
    too few to tell. Fewer than 5 lines have no rows: how many groups there are would tell.
    """
    known = list(lines)
    by_group: dict[str, list[Line]] = {}
    for line in sorted(known, key=lambda one: one.group):
        by_group.setdefault(line.group, []).append(line)
    is_split = bool(split) and len(known) >= SMALLEST
    groups = list(by_group.items()) if is_split else []
    return {"total": _rows([("", known)])[0], "rows": _rows(groups)}


def _rows(groups: list[tuple[str, list[Line]]]) -> list[Json]:
    columns = {name: shown([_count(lines, name) for _, lines in groups]) for name in COUNTS}
    rows = []
    for at, (group, lines) in enumerate(groups):
        is_hidden = columns["asked"][at] is None
        counts = {name: None if is_hidden else columns[name][at] for name in COUNTS}
        rows.append({"group": group, **counts, **_shares(counts), **_waits(lines, counts)})
    return rows


def _count(lines: list[Line], name: str) -> int:
    if name == "asked":
        return len(lines)
    if name in WAITS.values():
        return sum(getattr(line, f"{name}_at") is not None for line in lines)
    return sum(getattr(line, name) for line in lines)


def _shares(counts: dict[str, int | None]) -> Json:
    return {
        "accepted_share": _share(counts["accepted"], counts["asked"]),
        "started_share": _share(counts["started"], counts["accepted"]),
    }


def _share(part: int | None, whole: int | None) -> int | None:
    if part is None or whole is None or whole < FEWEST_FOR_SHARE:
        return None
    return min(100, round(100 * part / whole))


def _waits(lines: list[Line], counts: dict[str, int | None]) -> Json:
    told: Json = {}
    for wait, name in WAITS.items():
        count = counts[name]
        times = [] if count is None else [line.waited(wait) for line in lines]
        known = sorted(time for time in times if time is not None)
        told[f"{wait}_median"] = rank(known, 50) if known else None
        told[f"{wait}_p90"] = rank(known, 90) if count and count >= FEWEST_FOR_P90 else None
    return told


def rank(times: list[float], percent: int) -> int:
    """Return the nearest-rank percentile of sorted minutes, rounded up to 5."""
    place = -(-percent * len(times) // 100)
    return ceil(times[place - 1] / ROUND_MIN) * ROUND_MIN

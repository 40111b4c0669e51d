"""Opening hours as weekly spans, read from HSDS schedules (iCal rules, RFC 5545).

Only plain weekly rules have a span; "second Saturday of the month" is told in words elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.registry.hsds import Schedule
from shared.directory import Hours

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_ALL_DAY = ("00:00", "23:59")


def weekly_hours(schedules: Iterable[Schedule]) -> list[Hours]:
    """Return the spans of all weekly schedules, each once, Monday first."""
    spans = {
        (DAYS.index(day), opens, closes)
        for schedule in schedules
        if (times := _times(schedule))
        for opens, closes in [times]
        for day in schedule.byday.split(",")
        if day in DAYS
    }
    return [
        Hours(weekday=day, opens_at=opens, closes_at=closes) for day, opens, closes in sorted(spans)
    ]


def is_always_open(hours: Iterable[Hours]) -> bool:
    """Say whether these spans leave no hour of the week uncovered."""
    return {one.weekday for one in hours if (one.opens_at, one.closes_at) == _ALL_DAY} == set(
        range(7)
    )


def _times(schedule: Schedule) -> tuple[str, str] | None:
    # An offset from UTC is left out: a clinic opens at nine by the clock on its own wall.
    opens, closes = _TIME.match(schedule.opens_at), _TIME.match(schedule.closes_at)
    if schedule.freq != "WEEKLY" or schedule.interval != 1 or not opens or not closes:
        return None
    return opens.group(), closes.group()

"""Dated papers that something stands on: covered while every kind is, and who is warned when.

`Held` maps a kind of paper to papers of it, each {starts_on, ends_on}; first and last day count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from services.registry.domain import Json

#: So many days before the last day of what it stands on, a warning is due; the nearest first.
WARNED_DAYS_BEFORE = (7, 30)
Held = Mapping[str, Iterable[Json]]


def missing(held: Held, day: date) -> str:
    """Return the first kind of which no paper covers a day, "" when all are covered."""
    return next((kind for kind, papers in held.items() if not _is_covered(papers, day)), "")


def due(held: Held, day: date) -> dict[str, Json]:
    """Return {kind: {ends_on, days}} of what runs out within a warning's days."""
    found = {}
    for kind, papers in held.items():
        last = _runs_out(papers, day)
        left = None if last is None else (last - day).days
        days = next((n for n in WARNED_DAYS_BEFORE if left is not None and left <= n), 0)
        if last and days:
            found[kind] = {"ends_on": last.isoformat(), "days": days}
    return found


def turns_on(held: Held, today: date) -> date | None:
    """Return the first day after today on which the calendar suspends, restores or warns."""
    days = set()
    for paper in (paper for papers in held.values() for paper in papers):
        ends = date.fromisoformat(paper["ends_on"])
        days |= {date.fromisoformat(paper["starts_on"]), _day_after(ends)}
        days |= {ends - timedelta(days=n) for n in WARNED_DAYS_BEFORE if (ends - today).days > n}
    is_covered, warned = not missing(held, today), due(held, today)
    for day in sorted(day for day in days if day > today):
        is_still = not missing(held, day)
        if is_still != is_covered or (is_still and due(held, day) != warned):
            return day
    return None


def _is_covered(papers: Iterable[Json], day: date) -> bool:
    return any(paper["starts_on"] <= day.isoformat() <= paper["ends_on"] for paper in papers)


def _runs_out(papers: Iterable[Json], day: date) -> date | None:
    """Return the last day covered without a gap from a day on; None when the day is not covered."""
    last, reached = None, day
    for starts, ends in sorted((paper["starts_on"], paper["ends_on"]) for paper in papers):
        if starts <= reached.isoformat() <= ends:
            last = date.fromisoformat(ends)
            reached = _day_after(last)
    return last


def _day_after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day

"""The course of a need: what happened to it and when, from what this service stated. No I/O.

A fact is kept once however often it is told, and facts are put in order here, so a course is the
same in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from services.referrals.stream import CASE_MANAGEMENT

#: What an event says of an offer, in the order in which an offer can meet it.
MOVES = (
    *("unmet", "offered", "declined", "expired", "accepted", "held", "resumed", "started"),
    *("completed", "failed", "cancelled"),
)
_PLACE = {move: place for place, move in enumerate(MOVES)}
BOUNCES = frozenset({"declined", "expired"})
ANSWERS = frozenset({"accepted", "declined"})
_ENDS = frozenset({"held", "completed", "failed", "cancelled"})
#: An agency has taken the client on, or the service is being given; a pause is neither.
TAKEN, GIVEN = frozenset({"accepted", "resumed"}), frozenset({"started", "resumed"})


class Fact(NamedTuple):
    """That an offer of an agency made a move; "unmet" is of no offer."""

    move: str
    at: datetime
    offer: str = ""
    agency: str = ""


class Course(NamedTuple):
    """A need of a client, in codes of shared.vocabulary, with its facts, oldest first."""

    stream: str
    need_type: str
    asked_at: datetime
    age_group: str
    origin: str
    gender: str
    language: str
    area: str
    facts: tuple[Fact, ...]


class Span(NamedTuple):
    """A time in which an agency served a client for a need; `last` is None while it goes on."""

    stream: str
    need_type: str
    offer: str
    agency: str
    first: datetime
    last: datetime | None


def in_order(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return facts, each once, oldest first."""
    return tuple(sorted(set(facts), key=lambda one: (one.at, _PLACE[one.move], one)))


def first(course: Course, moves: Iterable[str], offer: str = "") -> datetime | None:
    """Return when a need, or one offer for it, first made one of these moves."""
    found = (f.at for f in course.facts if f.move in moves and offer in ("", f.offer))
    return next(found, None)


def spans(course: Course, begins: frozenset[str]) -> Iterator[Span]:
    """Return the times an agency had taken a client on (TAKEN) or gave the service (GIVEN).

    What was completed and never said to have begun was given at that moment, but for case
    management, which is completed with its stream.
    """
    for offer in dict.fromkeys(fact.offer for fact in course.facts if fact.offer):
        since: datetime | None = None
        was_given = False
        for fact in (one for one in course.facts if one.offer == offer):
            if fact.move in begins:
                since, was_given = since or fact.at, True
            elif fact.move in _ENDS and since is not None:
                yield _span(course, fact, since, fact.at)
                since = None
            elif fact.move == "completed" and not was_given and course.need_type != CASE_MANAGEMENT:
                yield _span(course, fact, fact.at, fact.at)
        if since is not None:
            yield _span(course, fact, since, None)


def _span(course: Course, fact: Fact, since: datetime, until: datetime | None) -> Span:
    return Span(course.stream, course.need_type, fact.offer, fact.agency, since, until)


def month_of(at: datetime) -> str:
    """Return the month of a moment in UTC, "2026-03"."""
    return at.astimezone(UTC).strftime("%Y-%m")


def quarter_of(at: datetime) -> str:
    """Return the quarter of a moment in UTC, "2026-Q1"."""
    moment = at.astimezone(UTC)
    return f"{moment.year}-Q{(moment.month + 2) // 3}"


def month_begins(month: str, later: int = 0) -> datetime:
    """Return the first moment of a month "2026-03", or of one so many months later."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + later
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)


def quarter_bounds(quarter: str) -> tuple[datetime, datetime]:
    """Return the first moment of a quarter "2026-Q1" and that of the next."""
    month = f"{quarter[:4]}-{int(quarter[-1]) * 3 - 2:02d}"
    return month_begins(month), month_begins(month, 3)

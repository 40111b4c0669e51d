"""Courses of needs of a sample quarter, told by the referral service's own rules.

Thirty clients ask for a bed on successive days of January and February 2026, each in the county and
Spanish. North Star answers the first 24 after 10, 20, ... 240 minutes and begins an hour later; the
last 6 it declines after 5 minutes, and nobody is left. Three clients ask for a lawyer in Vietnamese
and wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from services.referrals.courses import Course, Fact, in_order
from services.referrals.figures import is_within
from services.referrals.gaps import Filters
from services.referrals.tallying import Tallying
from tests.support.staff_network import HARBOR_LIGHT, NORTH_STAR

Json = dict[str, Any]
BEGIN = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 15, 9, 0, tzinfo=UTC)
BEDS, LAWYERS, ACCEPTED = 30, 3, 24


def course(need_type: str, at: datetime, stream: str, *facts: Fact, **codes: str) -> Course:
    """Return a need of a Spanish-speaking woman in the county with what happened to it."""
    who = {"age_group": "adult", "origin": "foreign_national", "gender": "woman"}
    where = {"language": "es", "area": "XS-lakeshore"}
    told = who | where | codes
    return Course(
        stream=stream,
        need_type=need_type,
        asked_at=at,
        facts=in_order(facts),
        **told,
    )


def moves(offer: str, agency: str, at: datetime, **minutes: int) -> list[Fact]:
    """Return the facts of an offer, each so many minutes after a moment."""
    return [Fact(move, at + timedelta(minutes=m), offer, agency) for move, m in minutes.items()]


def courses() -> list[Course]:
    """Return the needs of the sample quarter."""
    made = []
    for count in range(BEDS):
        at, name = BEGIN + timedelta(days=count * 2), f"bed-{count}"
        if count < ACCEPTED:
            wait = (count + 1) * 10
            facts = moves(name, NORTH_STAR, at, offered=0, accepted=wait, started=wait + 60)
        else:
            facts = [*moves(name, NORTH_STAR, at, offered=0, declined=5), Fact("unmet", at)]
        made.append(course("emergency_housing", at, f"stream-{count}", *facts))
    for count in range(LAWYERS):
        at = BEGIN + timedelta(days=count)
        vi = {"language": "vi", "area": "XS-pine"}
        made.append(course("legal_assistance", at, f"stream-v{count}", **vi))
    return made


class MemoryCourses:
    """The courses as the store finds them."""

    def __init__(self, kept: list[Course] | None = None) -> None:
        self.kept = courses() if kept is None else kept

    def is_whole(self) -> bool:
        return True

    def asked(
        self, filters: Filters, since: datetime | None, until: datetime | None
    ) -> Iterator[Course]:
        for one in self.of("", filters):
            if is_within(one.asked_at, since, until):
                yield one

    def of(self, agency: str, filters: Filters = Filters()) -> Iterator[Course]:  # noqa: B008
        for one in self.kept:
            wanted = filters.area in ("", one.area) and filters.need in ("", one.need_type)
            if wanted and (not agency or any(fact.agency == agency for fact in one.facts)):
                yield one


def tallying(kept: list[Course] | None = None) -> Tallying:
    """Return what tells the figures of the samples, or of other courses."""
    rows: Any = MemoryCourses(kept)
    none: Any = None
    return Tallying(none, rows, lambda: NOW, HARBOR_LIGHT)

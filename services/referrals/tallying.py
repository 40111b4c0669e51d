"""Keeping the course of each need from this service's own events, and telling the figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from msgspec import convert

from services.referrals import figures, grants
from services.referrals.courses import Fact, month_begins
from services.referrals.gaps import Filters
from services.referrals.store import Courses, Ledger
from services.referrals.stream import Stream
from shared.clock import Clock
from shared.errors import Invalid, NotFound, Unavailable
from shared.events import Event, type_of
from shared.events.referrals import (
    NeedRecorded,
    NeedUnmet,
    ReferralAccepted,
    ReferralCancelled,
    ReferralCompleted,
    ReferralDeclined,
    ReferralExpired,
    ReferralFailed,
    ReferralHeld,
    ReferralOffered,
    ReferralResumed,
    ReferralStarted,
)
from shared.fields import check_code, check_ids, check_quarter
from shared.messaging import Received

Json = dict[str, Any]
OF_OFFERS: tuple[type[Event], ...] = (
    *(ReferralOffered, ReferralAccepted, ReferralStarted, ReferralHeld, ReferralResumed),
    *(ReferralCompleted, ReferralFailed, ReferralCancelled),
)
KEPT: tuple[type[Event], ...] = (
    NeedRecorded,
    NeedUnmet,
    ReferralDeclined,
    ReferralExpired,
    *OF_OFFERS,
)
KINDS = {type_of(kind).name: kind for kind in KEPT}
AT_ONCE = 500
LONGEST_LEDGER = 12


class Tallying:
    """The courses of needs, and what is told of them: to the agency that coordinates the network
    all, to every other its own part."""

    def __init__(self, ledger: Ledger, courses: Courses, clock: Clock, coordinator: str) -> None:
        self._ledger, self._courses, self._clock = ledger, courses, clock
        self._coordinator = coordinator

    def prepare(self) -> None:
        """Make the indexes; where nothing happened yet nothing is missing."""
        self._courses.prepare()
        if next(self._ledger.told(KINDS), None) is None:
            self._courses.told_whole()

    def heard(self, happened: Iterable[Received[Any]]) -> None:
        """Keep facts, each once; NotFound when a stream is not here, so that it comes again."""
        self._keep([(one.data, one.time) for one in happened if isinstance(one.data, KEPT)])

    def rebuild(self) -> None:
        """Keep everything from the commits, when that was not done since the rows were made."""
        if not self._courses.is_whole():
            self._keep_all()

    def tally_again(self) -> None:
        """Forget every course and keep them all anew from the commits."""
        self._courses.forget()
        self._keep_all()

    def _keep_all(self) -> None:
        told = self._ledger.told(KINDS)
        while some := list(islice(told, AT_ONCE)):
            self._keep([(convert(data, KINDS[data.pop("type")]), at) for data, at in some])
        self._courses.told_whole()

    def _keep(self, told: list[tuple[Any, datetime]]) -> None:
        streams = self._ledger.get_many({one.stream for one, _ in told})
        rows = []
        for one, at in told:
            stream = streams.get(one.stream)
            need = _need_of(stream, one)
            if stream is None or need not in stream.needs:
                raise NotFound("stream", "is not known", "try again later")
            asked_at = at if isinstance(one, NeedRecorded) else None
            rows.append((need, _codes(stream, need), asked_at, _fact(one, at)))
        self._courses.keep(rows)

    def figures(self, agency: str, filters: Filters) -> Json:
        """Return {of, total, rows}, see `figures.report`; `of` is "needs", or "offers" for an
        agency that does not coordinate. Invalid names a filter."""
        check_ids(agency=agency)
        figures.checked(filters)
        whose = self._whose(agency)
        since, until = figures.bounds(filters.first, filters.last)
        if not whose:
            lines = [
                figures.need_line(course, filters.split)
                for course in self._courses.asked(filters, since, until)
            ]
        else:
            lines = [
                line
                for course in self._courses.of(whose, filters)
                for line in figures.offer_lines(course, whose, filters.split)
                if figures.is_within(line.asked_at, since, until)
            ]
        of = "offers" if whose else "needs"
        return {"of": of, **figures.report(lines, filters.split)}

    def quarter(self, agency: str, quarter: str, style: str) -> Json:
        """Return the tables of a quarter, see `grants.quarter`."""
        check_ids(agency=agency)
        check_quarter("quarter", quarter)
        check_code("style", style, grants.STYLES)
        whose = self._whose(agency)
        return grants.quarter(self._courses.of(whose), quarter, style, self._clock(), whose)

    def client_months(self, agency: str, first: str, last: str) -> list[Json]:
        """Return the ledger of up to 12 months, see `grants.ledger`."""
        check_ids(agency=agency)
        for name, value in (("first", first), ("last", last)):
            if not value:
                raise Invalid(name, "is missing", "write year and month, such as 2026-03")
        figures.check_months(first, last)
        if month_begins(first, LONGEST_LEDGER) <= month_begins(last):
            raise Invalid("last", "is more than a year after the first month", "ask for 12 months")
        whose = self._whose(agency)
        return grants.ledger(self._courses.of(whose), first, last, self._clock(), whose)

    def _whose(self, agency: str) -> str:
        """Return the agency whose part is told, "" for all; Unavailable while rows are missing."""
        if not self._courses.is_whole():
            raise Unavailable("figures", "are being counted", "try again in a few minutes")
        return "" if agency == self._coordinator else agency


def _need_of(stream: Stream | None, one: Any) -> str:
    if isinstance(one, NeedRecorded | NeedUnmet):
        return one.need
    found = stream.referrals.get(one.referral) if stream else None
    return found.need if found else ""


def _codes(stream: Stream, need: str) -> Json:
    return {
        "stream": stream.id,
        "need_type": stream.needs[need].type,
        "age_group": stream.age_group,
        "origin": stream.origin,
        "gender": stream.gender,
        "language": stream.language,
        "area": stream.area,
    }


def _fact(one: Any, at: datetime) -> Fact | None:
    """Return what an event says of an offer; None of one that was never made."""
    move = type_of(type(one)).name.partition(".")[2]
    if isinstance(one, NeedUnmet):
        return Fact(move, at)
    offer = getattr(one, "offer", "")
    return Fact(move, at, offer, one.agency) if offer else None

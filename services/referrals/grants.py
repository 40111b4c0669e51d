"""Tables for grant reports of a quarter, and the ledger of client-months. No I/O.

The tables are in the style of two public forms, with what the streams really hold and no more:
- "otip": Office on Trafficking in Persons (HHS), performance report of the Trafficking Victim
  Assistance Program (OMB 0970-0467): clients, who they are, and services used.
- "ovc": Office for Victims of Crime (DOJ), Trafficking Information Management System (OMB
  1121-0336) and its snapshot reports: clients, new clients, and services by type.
They are no filled-in form: what a form asks for and no stream holds is named in NOT_COLLECTED.

A client is served in a quarter when a service was being given to her in it, and new when none was
before. Counts are exact, because quarters do not overlap; small ones are hidden by `small_counts`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from services.referrals.courses import (
    GIVEN,
    TAKEN,
    Course,
    month_begins,
    month_of,
    quarter_bounds,
    spans,
)
from services.referrals.figures import bounds
from services.referrals.small_counts import SMALLEST, exact

Json = dict[str, Any]
#: The tables of a style, in order.
STYLES: dict[str, tuple[str, ...]] = {
    "otip": ("clients", "gender", "age_group", "origin", "clients_by_service"),
    "ovc": ("clients", "age_group", "gender", "clients_by_service", "services_begun"),
}
#: What the forms ask for and no stream holds.
NOT_COLLECTED: dict[str, tuple[str, ...]] = {
    "otip": (
        *("type_of_trafficking", "country_of_origin", "immigration_status"),
        *("certification_and_eligibility_letters", "case_closure_by_program", "money_spent"),
    ),
    "ovc": (
        *("type_of_trafficking", "citizenship", "race_and_ethnicity"),
        *("law_enforcement_cooperation", "units_and_hours_of_service", "training_and_outreach"),
    ),
}


class Served(NamedTuple):
    """A client of a quarter: when a service was first given to her, and who she is in codes."""

    is_new: bool
    gender: str
    age_group: str
    origin: str


class Given(NamedTuple):
    """A service given to a client in the quarter, and whether it first began in it."""

    stream: str
    need_type: str
    has_begun: bool


def quarter(
    courses: Iterable[Course], name: str, style: str, now: datetime, agency: str = ""
) -> Json:
    """Return {rows: [{table, code, count}], not_collected: [name]} of a quarter and a style.

    Of the services one agency gave, or of all. A code nobody has is left out, None is hidden; with
    fewer than 5 clients there is one row, because how many codes there are would tell.
    """
    known = list(courses)
    since, until = quarter_bounds(name)
    clients, given = _served(known, since, min(until, now), agency)
    rows = [_row("clients", "served", exact([len(clients)])[0])]
    if len(clients) >= SMALLEST:
        for table in STYLES[style]:
            rows += TABLES[table](list(clients.values()), given)
    return {"rows": rows, "not_collected": list(NOT_COLLECTED[style])}


def _served(
    courses: list[Course], since: datetime, until: datetime, agency: str
) -> tuple[dict[str, Served], list[Given]]:
    """Return the clients served before a moment and not before another, and what was given."""
    given: list[Given] = []
    codes: dict[str, Course] = {}
    old: set[str] = set()
    begun: set[str] = set()
    for course in courses:
        for span in spans(course, GIVEN):
            if agency not in ("", span.agency) or span.first >= until:
                continue
            is_first = span.offer not in begun
            begun.add(span.offer)
            if span.first < since:
                old.add(span.stream)
            if span.last is None or span.last >= since:
                given.append(Given(span.stream, span.need_type, is_first and span.first >= since))
                codes[span.stream] = course
    clients = {
        stream: Served(stream not in old, one.gender, one.age_group, one.origin)
        for stream, one in codes.items()
    }
    return clients, given


def _row(table: str, code: str, count: int | None) -> Json:
    return {"table": table, "code": code, "count": count}


def _listed(table: str, counted: Counter[str]) -> list[Json]:
    codes = sorted(counted)
    counts = exact([counted[code] for code in codes])
    return [_row(table, code, count) for code, count in zip(codes, counts, strict=True)]


def _new(clients: list[Served], given: list[Given]) -> list[Json]:
    return _listed("clients", Counter("new" if one.is_new else "continuing" for one in clients))


def _by(field: str) -> Callable[[list[Served], list[Given]], list[Json]]:
    def table(clients: list[Served], given: list[Given]) -> list[Json]:
        return _listed(field, Counter(getattr(one, field) for one in clients))

    return table


def _clients_by_service(clients: list[Served], given: list[Given]) -> list[Json]:
    pairs = {(one.stream, one.need_type) for one in given}
    return _listed("clients_by_service", Counter(need_type for _, need_type in pairs))


def _services_begun(clients: list[Served], given: list[Given]) -> list[Json]:
    """Count what began in the quarter; hidden where those who began it are few."""
    begun = [one for one in given if one.has_begun]
    times = _listed("services_begun", Counter(one.need_type for one in begun))
    people = Counter(need for _, need in {(one.stream, one.need_type) for one in begun})
    few = {need for need, count in people.items() if count < SMALLEST}
    return [{**row, "count": None} if row["code"] in few else row for row in times]


TABLES: dict[str, Callable[[list[Served], list[Given]], list[Json]]] = {
    "clients": _new,
    "gender": _by("gender"),
    "age_group": _by("age_group"),
    "origin": _by("origin"),
    "clients_by_service": _clients_by_service,
    "services_begun": _services_begun,
}


def ledger(
    courses: Iterable[Course], first: str, last: str, now: datetime, agency: str = ""
) -> list[Json]:
    """Return the client-months of a period, one row each: {agency, month, client}.

    A client counts for a month in which the agency had taken her on (accepted or in progress, not
    on hold). `client` is a running number within the agency and this ledger only: two agencies'
    numbers, or two ledgers', say nothing of each other. Style: per-capita reimbursement of
    subrecipients, as in the Trafficking Victim Assistance Program of HHS.
    """
    since, until = bounds(first, last)
    months: dict[str, dict[str, set[str]]] = {}
    for course in courses:
        for span in spans(course, TAKEN):
            begin = max(span.first, since or span.first)
            end = min(span.last or now, now)
            if agency in ("", span.agency) and begin <= end and (not until or begin < until):
                served = months.setdefault(span.agency, {}).setdefault(span.stream, set())
                served |= {one for one in _months(begin, end) if not last or one <= last}
    return [row for name in sorted(months) for row in _numbered(name, months[name])]


def _months(begin: datetime, end: datetime) -> Iterable[str]:
    moment = month_begins(month_of(begin))
    while moment <= end:
        yield month_of(moment)
        moment = month_begins(month_of(moment), 1)


def _numbered(agency: str, months: dict[str, set[str]]) -> list[Json]:
    """Number an agency's clients by what they were served in alone, never by their streams' ids."""
    served = sorted(sorted(one) for one in months.values())
    rows = [(month, client) for client, months_of in enumerate(served, 1) for month in months_of]
    return [{"agency": agency, "month": month, "client": client} for month, client in sorted(rows)]

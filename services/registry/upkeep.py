"""Upkeep of service records: who checked one last, how old that is, and what the calendar does.

A record's own check stands beside what its publisher sent, so an import is the same as before.
`upkeep` of a service's state holds {taken_on, age, changes_on} and, as far as somebody checked
it, `published_on` and `verified_on`. A check dated after it was taken in is a mistake. `age` is
the age last told, `changes_on` the day on which the next one is to be told: each is told once,
until a newer check begins again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from services.registry.domain import Json, Move, microseconds
from services.registry.records import given_by, is_listed
from shared.errors import IllegalMove, NotFound
from shared.events.registry import RecordVerified, RecordWentStale
from shared.freshness import STEPS, Age, age_on, passes_on

#: It is already tomorrow somewhere; a check dated later than that is a mistake.
ONE_DAY = timedelta(days=1)
AGES: tuple[Age, ...] = ("checked", *STEPS)
UPKEEP = (RecordVerified, RecordWentStale)


def verify(state: Json | None, agency: str, today: date) -> Move:
    """Take an agency's word that everything in a record is right today.

    Raises NotFound for a service that is not its own, IllegalMove for one that was withdrawn.
    """
    if state is None or given_by(state).organization != agency:
        raise NotFound("service", "is not one of yours", "check the id")
    if not is_listed(state):
        raise IllegalMove("service", "is not in the directory", "list it again, then check it")
    given = given_by(state)
    kept = {**state.get("upkeep", {}), "verified_on": today.isoformat()}
    told = RecordVerified(service=given.service, organization=given.organization)
    if "age" not in kept:  # it was taken in before records had an upkeep
        return dated({**state, "upkeep": kept}, today), [told]
    return _reckoned({**state, "upkeep": kept}, today), [told]


def review(state: Json, today: date) -> Move | None:
    """Let the calendar act: state the age a record has come to, once; None when it was told."""
    if "upkeep" not in state or not is_listed(state):
        return None
    told, now = state["upkeep"]["age"], age_of(state, today)
    if AGES.index(now) <= AGES.index(told):
        return None
    given = given_by(state)
    happened = RecordWentStale(service=given.service, organization=given.organization, age=now)
    upkeep = {**state["upkeep"], "age": now}
    return _reckoned({**state, "upkeep": upkeep}, today), [happened]


def dated(state: Json, today: date) -> Json:
    """Return the state of a service just taken in, with its upkeep: its calendar begins."""
    upkeep = {"taken_on": today.isoformat(), "age": "checked", **state.get("upkeep", {})}
    upkeep.pop("published_on", None)
    theirs = _day(state["hsds"].get("assured_date", ""))
    if theirs is not None and theirs <= today + ONE_DAY:
        upkeep["published_on"] = theirs.isoformat()
    return _reckoned({**state, "upkeep": upkeep}, today)


def touched(stream: str, move: Move, at: datetime) -> Move:
    """Return a move with its moment in a service's state: upkeep alone modifies no record."""
    after, happened = move
    if not stream.startswith("service:") or all(isinstance(one, UPKEEP) for one in happened):
        return move
    return {**after, "modified": microseconds(at)}, happened


def age_of(state: Json, today: date) -> Age:
    """Return a record's age by its dates, whatever was told of it."""
    return age_on(counts_from(state, today), today)


def assured_date(state: Json) -> str:
    """Return the day a person last checked a record, the publisher or its agency; "" for none."""
    theirs, own = _day(state["hsds"].get("assured_date", "")), _own(state)
    return max(theirs.isoformat() if theirs else "", own)


def with_assured_date(state: Json) -> Json:
    """Return a service's HSDS object as it is told: with its agency's check when it is later."""
    assured = assured_date(state)
    is_own = assured and assured == _own(state)
    return {**state["hsds"], "assured_date": assured} if is_own else state["hsds"]


def _own(state: Json) -> str:
    return str(state.get("upkeep", {}).get("verified_on", ""))


def counts_from(state: Json, today: date) -> date:
    """Return the day an age counts from: the last check, else when the record was taken in."""
    upkeep = state.get("upkeep", {"published_on": state["hsds"].get("assured_date", "")})
    days = [_day(upkeep.get(name, "")) for name in ("published_on", "verified_on")]
    checks = [day for day in days if day is not None]
    return max(checks) if checks else _day(upkeep.get("taken_on", "")) or today


def _reckoned(state: Json, today: date) -> Json:
    """Bring `age` and `changes_on` in step with the dates.

    An age that a newer check undid is forgotten here; one not yet told waits for `review`.
    """
    upkeep = dict(state["upkeep"])
    age = upkeep["age"] = min(upkeep["age"], age_of(state, today), key=AGES.index)
    upkeep.pop("changes_on", None)
    if later := AGES[AGES.index(age) + 1 :]:
        upkeep["changes_on"] = passes_on(counts_from(state, today), STEPS[later[0]]).isoformat()
    return {**state, "upkeep": upkeep}


def _day(text: object) -> date | None:
    """Read a publisher's date, with or without a time behind it; None when it is none."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None

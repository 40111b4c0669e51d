"""The on-call rota of an area: whom to call for a client, now, whatever the hour.

A shift belongs to one organization, on one weekday, between two wall-clock times of the rota's
time zone. One that closes at or before it opens runs into the next day. Where shifts overlap, the
one listed first is on call.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from services.registry.domain import Json, Move, Uuid, written
from shared.errors import Invalid
from shared.events.registry import RotaSet

Opens = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Closes = Annotated[str, Meta(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
WEEK = timedelta(days=7)
YEARS = range(2000, 3000)


class Shift(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """`weekday` 0 is Monday. `phone_setting` names the setting that holds the number to call."""

    organization: Uuid
    weekday: Annotated[int, Meta(ge=0, le=6)]
    opens: Opens
    closes: Closes
    phone_setting: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,60}$")] | None = None


def set_rota(state: Json | None, area: str, shifts: Sequence[Shift], timezone: str) -> Move | None:
    """Set an area's whole rota; None when it is just this already. No shifts: nobody is on call."""
    zone(timezone)
    rows = [msgspec.to_builtins(shift) for shift in shifts]
    after = {"area": area, "timezone": timezone, "shifts": rows}
    return None if state == after else (after, [RotaSet(area=area)])


def zone(name: str) -> ZoneInfo:
    """Return a time zone; Invalid when the name is none of the IANA database."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(
            "timezone", "is not a time zone", "use a name such as America/New_York"
        ) from None


def on_call(state: Json | None, at: datetime) -> Json:
    """Return {agency, until, phone_setting} of a moment; agency None in an hour nobody covers.

    `until` is when that answer changes (UTC), at most a week on; None when it never does.
    """
    _within_reach(at)
    spans = _spans(state, at) if state is not None else []
    if not spans:
        return {"agency": None, "until": None, "phone_setting": ""}
    now = _who(spans, at)
    edges = sorted({edge for begins, ends, _ in spans for edge in (begins, ends) if edge > at})
    turn = next((edge for edge in edges if edge - at <= WEEK and _who(spans, edge) != now), None)
    agency, phone_setting = now
    until = written(turn) if turn else None
    return {"agency": agency or None, "until": until, "phone_setting": phone_setting}


def gaps(state: Json | None, at: datetime) -> list[Json]:
    """Return the spans of the week from `at` on that no shift covers, in order: [{begins, ends}].

    Moments are UTC. Without a rota the whole week is one span.
    """
    _within_reach(at)
    reached, end, found = at, at + WEEK, []
    spans = _spans(state, at) if state is not None else []
    for begins, ends, _ in sorted(((begins, ends, "") for begins, ends, _ in spans)):
        if reached < begins < ends and reached < end:
            found.append({"begins": written(reached), "ends": written(min(begins, end))})
        # a shift within an hour the spring skips has no time at all
        reached = max(reached, ends) if begins < ends else reached
    if reached < end:
        found.append({"begins": written(reached), "ends": written(end)})
    return found


def _within_reach(at: datetime) -> None:
    if at.year not in YEARS:
        raise Invalid("at", "is out of reach", "give a moment of the years 2000 to 2999")


Span = tuple[datetime, datetime, Json]


def _spans(state: Json, at: datetime) -> list[Span]:
    """Return the shifts as moments, from the day before to nine days on, in their listed order."""
    local = at.astimezone(zone(state["timezone"]))
    days = [local.date() + timedelta(days=n) for n in range(-1, 10)]
    return [
        _span(shift, datetime.combine(day, time.min, local.tzinfo))
        for shift in state["shifts"]
        for day in days
        if day.weekday() == shift["weekday"]
    ]


def _span(shift: Json, midnight: datetime) -> Span:
    opens, closes = _clock(shift["opens"]), _clock(shift["closes"])
    if closes <= opens:
        closes += timedelta(days=1)
    # wall-clock arithmetic first, then UTC: a shift through a clock change keeps its wall times
    return (midnight + opens).astimezone(UTC), (midnight + closes).astimezone(UTC), shift


def _clock(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def _who(spans: Sequence[Span], at: datetime) -> tuple[str, str]:
    for begins, ends, shift in spans:
        if begins <= at < ends:
            return shift["organization"], shift.get("phone_setting", "")
    return "", ""

"""When a service is open and how long ago something was told, from its card and the local time.

Hours on a card are the clock on the service's own wall; `at` is local to the deployment (the
process's time zone, TZ).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal

from shared.directory import Hours, ServiceCard

DAY = 24 * 60
WEEK = 7 * DAY


@dataclass(frozen=True)
class Opening:
    """`state` now; `until` is when that ends ("HH:MM"), `weekday` its day (0 is Monday) if it is
    not today, -1 when it is."""

    state: Literal["always", "open", "closed", "unknown"]
    until: str = ""
    weekday: int = -1


def opening(card: ServiceCard, at: datetime) -> Opening:
    """Return whether a service is open at a local moment, and until when that is so."""
    if card.open_24_7:
        return Opening("always")
    spans = _spans(card.hours)
    if not spans:
        return Opening("unknown")
    now = at.weekday() * DAY + at.hour * 60 + at.minute
    for start, end in spans:
        for week in (0, WEEK):
            if start <= now + week < end:
                return _moment("open", end, now + week)
    following = [(start - now) % WEEK for start, _ in spans]
    return _moment("closed", now + min(following), now)


def _moment(state: Literal["open", "closed"], until: int, now: int) -> Opening:
    day, minute = divmod(until, DAY)
    if minute == 0 and state == "open":
        day -= 1
    same_day = day == now // DAY
    return Opening(state, _clock(minute), -1 if same_day else day % 7)


def _spans(hours: Sequence[Hours]) -> list[tuple[int, int]]:
    """Return (start, end) in minutes of the week; those that touch are one, over midnight too."""
    found = []
    for one in hours:
        start, end = minutes(one.opens_at), minutes(one.closes_at)
        if start is None or end is None or not 0 <= one.weekday <= 6:
            continue
        end = DAY if end == DAY - 1 else end
        day = one.weekday * DAY
        found.append((day + start, day + (end if end > start else end + DAY)))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    if len(joined) > 1 and joined[0][0] == 0 and joined[-1][1] == WEEK:
        # Sunday night goes on into Monday morning.
        joined[-1] = (joined[-1][0], WEEK + joined.pop(0)[1])
    return joined


def by_day(hours: Sequence[Hours]) -> dict[int, list[tuple[str, str]]]:
    """Return the spans that begin on each day of the week, as ("HH:MM", "HH:MM"), Monday first.

    A night is one span of its first day; what lasts longer than a day is one span a day, a whole
    day from "00:00" to "00:00".
    """
    days: dict[int, list[tuple[str, str]]] = {}
    for start, end in _spans(hours):
        while start < end:
            midnight = (start // DAY + 1) * DAY
            stop = end if end - start < DAY else midnight
            days.setdefault(start // DAY % 7, []).append((_clock(start), _clock(stop)))
            start = stop
    return {day: sorted(days[day]) for day in sorted(days)}


def _clock(minute: int) -> str:
    hour, rest = divmod(minute % DAY, 60)
    return f"{hour:02}:{rest:02}"


def minutes(text: str) -> int | None:
    """Return the minute of the day of "HH:MM", None when it is no time."""
    if text == "24:00":
        return DAY
    try:
        moment = time.fromisoformat(text)
    except ValueError:
        return None
    return moment.hour * 60 + moment.minute


def age_s(told_at: str, at: datetime) -> float | None:
    """Return how many seconds ago an ISO moment was; None when there is none."""
    try:
        moment = datetime.fromisoformat(told_at)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (at - moment).total_seconds())

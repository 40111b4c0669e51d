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
        for week in (0, 7 * DAY):
            if start <= now + week < end:
                return _moment("open", end, now + week)
    following = [(start - now) % (7 * DAY) for start, _ in spans]
    return _moment("closed", now + min(following), now)


def _moment(state: Literal["open", "closed"], until: int, now: int) -> Opening:
    day, minute = divmod(until, DAY)
    if minute == 0 and state == "open":
        day -= 1
    same_day = day == now // DAY
    text = f"{minute // 60:02}:{minute % 60:02}"
    return Opening(state, text, -1 if same_day else day % 7)


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
    return joined


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

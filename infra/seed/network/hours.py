"""Opening hours as people write them ("mo-fr 09:00-17:00; sa 10:00-14:00") into spans."""

from __future__ import annotations

import re
from dataclasses import dataclass

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_SPAN = re.compile(r"(?P<days>[a-z,-]+) (?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d)")


@dataclass(frozen=True)
class Span:
    """Open on these weekdays (0 is Monday) from `opens` to `closes`, "24:00" being midnight."""

    days: tuple[int, ...]
    opens: str
    closes: str


def spans(text: str) -> list[Span]:
    """Return the spans of a text; one that runs past midnight is cut in two there.

    "24/7" is every day from 00:00 to 24:00, "by appointment" is no span at all.
    """
    if text == "by appointment":
        return []
    if text == "24/7":
        return [Span(tuple(range(7)), "00:00", "24:00")]
    found = []
    for part in text.split("; "):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise ValueError(f"not opening hours: {part}")
        days = _days(match["days"])
        if match["opens"] < match["closes"]:
            found.append(Span(days, match["opens"], match["closes"]))
        else:
            found.append(Span(days, match["opens"], "24:00"))
            next_days = tuple(sorted((day + 1) % 7 for day in days))
            found.append(Span(next_days, "00:00", match["closes"]))
    return found


def _days(text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        found |= set(range(DAYS.index(first), DAYS.index(last or first) + 1))
    return tuple(sorted(found))

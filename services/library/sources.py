"""Whether what a published resource names as its sources can still be opened. No I/O.

Not to be reached once says little: it may be them, the way there, or us. So a source is broken
when it is gone by its owner's own word (404, 410), or when it could not be reached on three days
on which most others could.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.library.domain import Move
from shared.events import Event
from shared.events.library import GuideSourceBroken

Json = dict[str, Any]
#: "moved": opens after a lasting redirect. "unclear": somebody answered, but neither yes nor no
#: (403 and 429 are often said to programs alone), which is for people to look at and never broken.
Outcome = Literal["ok", "moved", "unclear", "gone", "unreachable"]

#: Days without an answer after which a source is broken.
PATIENCE_DAYS = 3
GONE = frozenset({404, 410})


@dataclass(frozen=True)
class Opened:
    """What became of opening an address. `code` is an HTTP status or a word."""

    outcome: Outcome
    code: str
    moved_to: str = ""


def outcome_of(status: int, moved_to: str = "") -> Opened:
    """Return what the last status says; `moved_to` where lasting redirects led, or ""."""
    if status in GONE:
        return Opened("gone", str(status))
    if status >= 500:
        return Opened("unreachable", str(status))
    if not 200 <= status < 300:
        return Opened("unclear", str(status))
    return Opened("moved", str(status), moved_to) if moved_to else Opened("ok", str(status))


def addresses_of(guide: Json) -> list[str]:
    """Return the addresses of a guide's sources in their order, then the form's, each once."""
    given = [str(one["url"]) for one in guide["source"]]
    return list(dict.fromkeys([*given, *([guide["form_url"]] if guide.get("form_url") else [])]))


def is_telling(round_: Mapping[str, Opened]) -> bool:
    """Say whether most addresses of a round answered; if not, the way there is ours to repair."""
    silent = sum(one.outcome == "unreachable" for one in round_.values())
    return 2 * silent < len(round_)


def judged(before: Json | None, opened: Opened, today: date, *, is_telling: bool) -> Json:
    """Return what is known of an address after one more round.

    `silent_on` holds the first days without an answer, `broken_since` the day from which it is
    broken, or "". Silence in a round that tells nothing changes neither.
    """
    known = before or {}
    silent, since = known.get("silent_on", []), known.get("broken_since", "")
    day = today.isoformat()
    if opened.outcome == "unreachable":
        if is_telling and day not in silent and len(silent) < PATIENCE_DAYS:
            silent = [*silent, day]
        is_broken = bool(since) or len(silent) >= PATIENCE_DAYS
    else:
        silent, is_broken = [], opened.outcome == "gone"
    return {
        "outcome": opened.outcome,
        "code": opened.code,
        "moved_to": opened.moved_to,
        "silent_on": silent,
        "broken_since": (since or day) if is_broken else "",
    }


def state_broken(state: Json | None, broken: Mapping[str, Json]) -> Move | None:
    """Return that sources of a published resource broke, each once a version; None if known.

    `broken` has what `judged` says of broken addresses. One that was mended and broke again has
    another day, so it is told again.
    """
    if state is None or not state["is_published"]:
        return None
    guide = state["guide"]
    found = [url for url in addresses_of(guide) if url in broken]
    now = [{"url": url, "since": broken[url]["broken_since"]} for url in found]
    told = state.get("told_broken", [])
    events: list[Event] = [
        GuideSourceBroken(
            guide=guide["slug"],
            lang=guide["lang"],
            source=_place(guide, one["url"]),
            is_gone=broken[one["url"]]["outcome"] == "gone",
        )
        for one in now
        if one not in told
    ]
    return ({**state, "told_broken": now}, events) if events else None


def _place(guide: Json, url: str) -> int:
    """Where an address stands among the sources, from 1; 0 when only the form has it."""
    urls = [one["url"] for one in guide["source"]]
    return urls.index(url) + 1 if url in urls else 0

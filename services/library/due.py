"""When a published resource has to be checked again. No I/O."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from services.library.domain import Move
from shared.events.library import GuideReviewDue

Json = dict[str, Any]

#: How long before `review_by` its people are told.
AHEAD = timedelta(days=30)
DUE, OVERDUE = "due", "overdue"


def standing(review_by: str, today: date) -> str:
    """Return overdue after the day `review_by` ("YYYY-MM-DD"), due 30 days before, else ""."""
    last = date.fromisoformat(review_by)
    if today > last:
        return OVERDUE
    return DUE if today + AHEAD >= last else ""


def state_due(state: Json | None, today: date) -> Move | None:
    """Return that a resource is due or overdue, once for each published version; else None."""
    if state is None or not state["is_published"]:
        return None
    guide = state["guide"]
    now = standing(guide["review_by"], today)
    if now in ("", state.get("told_due", "")):
        return None
    event = GuideReviewDue(guide=guide["slug"], lang=guide["lang"], is_overdue=now == OVERDUE)
    return {**state, "told_due": now}, [event]

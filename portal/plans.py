"""A stream's plan: checked against the road map before it travels, and shown with its words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.ports import Parts
from portal.road_map import RoadMap, ask
from shared.errors import Invalid, NotFound, Unavailable

Json = dict[str, Any]


async def whole_map(bundle: Parts, lang: str) -> RoadMap:
    """Return every step there is: what is not known leaves nothing out."""
    return await ask(bundle, {}, lang)


async def check_steps_known(bundle: Parts, steps: Mapping[str, str]) -> RoadMap:
    """Return the road map; Invalid unless each id is a step of it and each value a day.

    So nothing a person could have typed travels on.
    """
    found = await whole_map(bundle, "en")
    known = found.names()
    if not all(id in known for id in steps):
        raise Invalid("steps", "hold what is no step of the road map", "ask for the road map first")
    for id, due_on in steps.items():
        if as_day(due_on) is None:
            raise Invalid(f"steps.{id}", "is not a day", "write it as 2027-01-31")
    return found


def check_in_plan(view: Json, step: str) -> None:
    """Raise NotFound unless a step is in the plan of a stream as an agency sees it."""
    planned = (view.get("plan") or {}).get("steps", {})
    if step not in planned:
        listed = f"use one of {', '.join(sorted(planned))}" if planned else ""
        advice = listed or "who leads the stream attaches a plan first"
        raise NotFound("step", "is not in the plan of this stream", advice)


def as_day(text: str) -> date | None:
    """Return a day written as 2027-01-31, None when it is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


async def plan_words(bundle: Parts, plan: Json | None, lang: str) -> list[Json]:
    """Return a plan's steps by day: {id, name, due_on, is_done, is_late}; [] without a plan.

    While the library is silent a step is called by its id.
    """
    if not plan:
        return []
    try:
        names = (await whole_map(bundle, lang)).names()
    except Unavailable:
        names = {}
    today = bundle.clock().astimezone().date().isoformat()
    lines = [
        {
            "id": id,
            "name": names.get(id, id.replace("_", " ").replace("-", " ")),
            "due_on": str(one["due_on"]),
            "is_done": bool(one.get("is_done")),
            "is_late": not one.get("is_done") and str(one["due_on"]) < today,
        }
        for id, one in plan.get("steps", {}).items()
    ]
    return sorted(lines, key=lambda line: (line["is_done"], line["due_on"]))

"""The plan of a stream: steps of the road map, each with its day, done or not. No I/O.

A step is its id in the road map, so a plan holds nothing but codes and days. Who leads the stream
makes it and marks it; a new one takes the place of the old, which stays in the history.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from services.referrals.domain import must
from services.referrals.parts import Plan, PlannedStep
from services.referrals.reopening import must_lead
from services.referrals.stream import Occasion, Stream
from shared.errors import Invalid, NotFound
from shared.events import Event
from shared.events.referrals import PlanAttached, PlanStepMarked

MOST_STEPS = 60
#: A green card after a T visa takes years; a day beyond this is a slip of the pen.
LATEST = timedelta(days=3_660)
#: Where a day ends is not the same everywhere.
A_DAY = timedelta(days=1)
_STEP = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+){0,20}")
LONGEST_STEP = 60
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def attach(
    stream: Stream, occasion: Occasion, *, version: str, steps: Mapping[str, str], agency: str
) -> list[Event]:
    """Make these steps (id -> day) the plan; those that were in it before stay done.

    Raises IllegalMove when the stream is closed, NotAllowed unless the agency leads it, Invalid
    naming the step or day that does not fit.
    """
    must(stream, "attach_plan")
    must_lead(stream, agency)
    known = stream.plan.steps if stream.plan else {}
    _check(version, steps, known, occasion.at.date())
    planned = {
        id: PlannedStep(due_on=due_on, is_done=id in known and known[id].is_done)
        for id, due_on in steps.items()
    }
    plan = Plan(version=version, steps=planned)
    if stream.plan == plan:
        return []
    stream.plan = plan
    told = {"steps": list(steps), "days": list(steps.values())}
    return [PlanAttached(stream=stream.id, agency=agency, version=version, **told)]


def mark(
    stream: Stream, occasion: Occasion, *, step: str, is_done: bool, agency: str
) -> list[Event]:
    """Mark a step as done, or as not done after all; NotFound when it is not in the plan."""
    must(stream, "mark_step")
    must_lead(stream, agency)
    planned = stream.plan.steps.get(step) if stream.plan else None
    if planned is None:
        raise NotFound("step", "is not in the plan", "look at the stream again")
    if planned.is_done == is_done:
        return []
    planned.is_done = is_done
    return [PlanStepMarked(stream=stream.id, agency=agency, step=step, is_done=is_done)]


def _check(
    version: str, steps: Mapping[str, str], known: Mapping[str, PlannedStep], today: date
) -> None:
    if as_day(version) is None:
        raise Invalid("version", "is not a day", "send the road map's, such as 2026-11-22")
    if not 1 <= len(steps) <= MOST_STEPS:
        raise Invalid("steps", f"are not 1 to {MOST_STEPS}", "name the steps of the plan")
    if not all(len(id) <= LONGEST_STEP and _STEP.fullmatch(id) for id in steps):
        raise Invalid("steps", "hold what is no id of a step", "use the ids of the road map")
    for id, due_on in steps.items():
        day = as_day(due_on)
        if day is None:
            raise Invalid(f"steps.{id}", "is not a day", "write it as 2027-01-31")
        is_new = id not in known or known[id].due_on != due_on
        if is_new and not today - A_DAY <= day <= today + LATEST:
            raise Invalid(f"steps.{id}", "is past or too far off", "give a day from today on")


def as_day(text: str) -> date | None:
    """Return a day written as 2027-01-31, None when it is none."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None

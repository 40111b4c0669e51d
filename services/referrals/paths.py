"""Pathways on a stream: the steps asked for as their turn comes, and what is decided of the others.
No I/O.

A stream goes by the steps as they were when its pathway was started; a later change of the pathway
changes nothing here. A step whose turn comes is a need like any other. A step behind one that ended
without being met is never dropped in silence: its case manager owes a decision.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import msgspec

from services.referrals.domain import must
from services.referrals.doors import ask
from services.referrals.parts import Path, PathStep
from services.referrals.reopening import must_lead
from services.referrals.stream import CASE_MANAGEMENT, Occasion, Stream
from shared.errors import Conflict, IllegalMove, Invalid, NotFound
from shared.events import Event
from shared.events.paths import PathDecided, PathEnded, PathStarted
from shared.fields import check_code, check_ids
from shared.vocabulary import NEEDS

#: As many as a pathway of the registry may have.
MOST_STEPS, MOST_AFTER, MOST_SERVICES = 12, 20, 10
DECISIONS = ("ask", "leave_out")
_PATHWAY = re.compile(r"[a-z][a-z0-9-]{1,59}")


class Planned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step as the registry keeps it: a need, earlier ones it waits for, services to ask first."""

    need: str
    after: list[str] = []
    services: list[str] = []


def start(
    stream: Stream,
    occasion: Occasion,
    *,
    pathway: str,
    steps: Sequence[Planned],
    left_out: Collection[str],
    agency: str,
) -> list[Event]:
    """Go by a pathway from now on; what need not wait is asked for at once, and a need that is
    asked for already is not asked twice.

    Case management is no step here: who starts a pathway does it. Raises IllegalMove while the
    stream has no case manager or is closed, NotAllowed unless the agency leads it, Conflict while
    steps of a pathway wait, Invalid naming what does not fit.
    """
    must(stream, "start_path")
    must_lead(stream, agency)
    if not stream.case_manager:
        raise IllegalMove("stream", "has no case manager yet", "start it once she is found")
    if stream.is_on_path:
        raise Conflict("pathway", "steps of a pathway wait here", "end that pathway first")
    stream.path = Path(pathway=pathway, steps=checked(pathway, steps, left_out))
    for step in stream.path.waiting:
        step.need = _asked_already(stream, step.type)
    started = PathStarted(
        stream=stream.id,
        agency=agency,
        pathway=pathway,
        steps=[one.type for one in stream.path.steps],
        left_out=[one.type for one in stream.path.steps if one.is_left_out],
    )
    return [started, *go_on(stream, occasion)]


def go_on(stream: Stream, occasion: Occasion) -> list[Event]:
    """Ask for every step whose turn it is."""
    if stream.path is None:
        return []
    turn = stream.path.ready(stream.needs)
    return [event for step in turn for event in ask(stream, step.type, occasion)]


def decide(
    stream: Stream, occasion: Occasion, *, step: str, decision: str, agency: str
) -> list[Event]:
    """Ask for a step that waits, whatever is before it, or leave it out; others may follow.

    Raises NotFound for a step that is not of the pathway, IllegalMove for one that does not wait.
    """
    must(stream, "decide_step")
    must_lead(stream, agency)
    check_code("decision", decision, DECISIONS)
    one = stream.path.step(step) if stream.path else None
    if one is None:
        raise NotFound("step", "is not in the pathway of this stream", "look at the stream again")
    if not one.waits:
        raise IllegalMove("step", "does not wait any more", "end the need, or record it anew")
    asked = ask(stream, step, occasion) if decision == "ask" else []
    one.is_left_out = decision == "leave_out"
    decided = PathDecided(stream=stream.id, agency=agency, need_type=step, decision=decision)
    return [decided, *asked, *go_on(stream, occasion)]


def end(stream: Stream, occasion: Occasion, *, agency: str) -> list[Event]:
    """Go by the pathway no longer: what waits is not asked for, what is asked goes on.

    Raises NotFound when there is none.
    """
    must(stream, "end_path")
    must_lead(stream, agency)
    if stream.path is None:
        raise NotFound("pathway", "is not on this stream", "start one")
    pathway, stream.path = stream.path.pathway, None
    return [PathEnded(stream=stream.id, agency=agency, pathway=pathway)]


def checked(pathway: str, steps: Sequence[Planned], left_out: Collection[str]) -> list[PathStep]:
    """Return the steps to go by; Invalid, naming the field, when they cannot be gone in order."""
    if not _PATHWAY.fullmatch(pathway):
        raise Invalid("pathway", "is no id of a pathway", "use its id in the registry")
    if not 1 <= len(steps) <= MOST_STEPS:
        raise Invalid("steps", f"are not 1 to {MOST_STEPS}", "send the pathway's steps")
    found: dict[str, PathStep] = {}
    for one in steps:
        check_code("steps.need", one.need, NEEDS)
        if one.need in found:
            raise Invalid("steps.need", "comes twice", "name each need once")
        if len(one.after) > MOST_AFTER or not {*one.after} <= found.keys():
            raise Invalid("steps.after", "names no earlier step", "put that one first")
        if len(one.services) > MOST_SERVICES:
            raise Invalid("steps.services", f"are more than {MOST_SERVICES}", "name fewer")
        check_ids(**{f"steps.services.{n}": id for n, id in enumerate(one.services)})
        after = [name for name in dict.fromkeys(one.after) if name != CASE_MANAGEMENT]
        out = one.need in left_out
        found[one.need] = PathStep(
            type=one.need, after=after, services=one.services, is_left_out=out
        )
    if not {*left_out} <= found.keys():
        raise Invalid("left_out", "names what is no step", "name steps of the pathway")
    found.pop(CASE_MANAGEMENT, None)
    if all(step.is_left_out for step in found.values()):
        raise Invalid("left_out", "is every step", "keep one besides case management")
    return [*found.values()]


def _asked_already(stream: Stream, need_type: str) -> str:
    """Return the newest need of a type that is not settled, "" when there is none."""
    found = [id for id, one in stream.needs.items() if one.type == need_type and not one.is_settled]
    return found[-1] if found else ""

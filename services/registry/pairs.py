"""What a person says of two organizations that look alike: linked, or not the same. Never merged.

Either can be said at any time, so what was said is taken back by saying the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from services.registry.domain import Json, Move, written
from shared.errors import Invalid, NotAllowed
from shared.events.registry import OrganizationsLinked, OrganizationsToldApart

Verdict = Literal["linked", "told_apart"]


def ordered(first: str, second: str) -> tuple[str, str]:
    """Return two organizations in the order of their ids; Invalid when it is one."""
    if first == second:
        raise Invalid("second", "is the first organization itself", "name the other one")
    return (first, second) if first < second else (second, first)


def must_coordinate(agency: str, coordinator: str) -> None:
    """Raise NotAllowed unless an agency is the one that coordinates."""
    if not coordinator or agency != coordinator:
        raise NotAllowed("agency", "does not coordinate", "ask the coordinating agency")


def decide(
    state: Json | None, pair: tuple[str, str], verdict: Verdict, at: datetime, actor: str
) -> Move | None:
    """Keep what was said; the same again changes nothing."""
    if state is not None and state["verdict"] == verdict:
        return None
    kind = {"linked": OrganizationsLinked, "told_apart": OrganizationsToldApart}[verdict]
    after = {
        "organizations": list(pair),
        "verdict": verdict,
        "decided_at": written(at),
        "decided_actor": actor,
    }
    return after, [kind(first=pair[0], second=pair[1])]

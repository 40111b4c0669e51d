"""Pathways: an ordered set of services for a kind of client.

A pathway is kept by the agency that coordinates. Its steps are needs in an order: a step may wait
for earlier ones, and may name services to ask first.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from services.registry.domain import Json, Move, Uuid
from shared.errors import IllegalMove, Invalid
from shared.events.registry import PathwayEnded, PathwaySet
from shared.fields import check_code
from shared.vocabulary import NEEDS

Need = Annotated[str, Meta(pattern="^[a-z_]{2,40}$")]
PathwayId = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{1,59}$")]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\s<>][^\n\r<>]*\Z")]


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A need, the needs of earlier steps it waits for, and services to ask first."""

    need: Need
    after: Annotated[list[Need], Meta(max_length=20)] = msgspec.field(default_factory=list)
    services: Annotated[list[Uuid], Meta(max_length=10)] = msgspec.field(default_factory=list)


class Names(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pathway is called; without a Spanish name the English one is shown."""

    en: Name
    es: Name | None = None


class Pathway(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For whom it is ("unknown" is everybody) and its steps, in order."""

    names: Names
    steps: Annotated[list[Step], Meta(min_length=1, max_length=12)]
    age_group: Literal["adult", "minor", "unknown"] = "unknown"
    origin: Literal["foreign_national", "domestic", "unknown"] = "unknown"


def check(pathway: Pathway) -> None:
    """Raise Invalid, naming the field, when the steps cannot be gone in their order."""
    seen: set[str] = set()
    for step in pathway.steps:
        check_code("pathway.steps.need", step.need, NEEDS)
        if step.need in seen:
            raise Invalid("pathway.steps.need", "comes twice", "name each need once")
        if not set(step.after) <= seen:
            raise Invalid("pathway.steps.after", "names no earlier step", "put that one first")
        seen.add(step.need)


def put(state: Json | None, id: str, pathway: Pathway) -> Move | None:
    """Keep a pathway; None when it is just this already. An ended one begins again."""
    after = {"pathway": id, **msgspec.to_builtins(pathway), "is_ended": False}
    return None if state == after else (after, [PathwaySet(pathway=id)])


def end(state: Json | None, id: str) -> Move:
    """End a pathway; IllegalMove when there is none."""
    if state is None or state["is_ended"]:
        raise IllegalMove("pathway", "is not in use", "check its id")
    return {**state, "is_ended": True}, [PathwayEnded(pathway=id)]

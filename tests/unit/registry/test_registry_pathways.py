"""A pathway's steps can be gone in their order; what cannot is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from services.registry import pathways
from services.registry.pathways import Names, Pathway, Step
from shared.errors import IllegalMove, Invalid

STEPS = [Step(need="safety"), Step(need="legal_assistance", after=["safety"])]


def pathway(**fields: Any) -> Pathway:
    told: dict[str, Any] = {"names": Names(en="First weeks"), "steps": STEPS}
    return Pathway(**{**told, **fields})


def test_it_is_kept_once_ended_and_begun_again() -> None:
    pathways.check(pathway())
    move = pathways.put(None, "first-weeks", pathway())
    assert move is not None
    state = move[0]
    assert pathways.put(state, "first-weeks", pathway()) is None
    ended, _ = pathways.end(state, "first-weeks")
    for nothing in (None, ended):
        with pytest.raises(IllegalMove):
            pathways.end(nothing, "first-weeks")
    assert pathways.put(ended, "first-weeks", pathway()) is not None


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("pathway.steps.need", {"steps": [Step(need="treasure")]}),
        ("pathway.steps.need", {"steps": [Step(need="safety"), Step(need="safety")]}),
        ("pathway.steps.after", {"steps": STEPS[::-1]}),
        ("pathway.steps.after", {"steps": [Step(need="safety", after=["safety"])]}),
    ],
)
def test_what_cannot_be_gone_is_named(field: str, changed: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        pathways.check(pathway(**changed))
    assert refused.value.field == field

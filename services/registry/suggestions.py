"""Suggestions: what somebody says is wrong with a service's page, until an agency decides.

Nobody's word changes a record. The agency that owns it, or the one that coordinates, accepts or
refuses; the change itself comes with the agency's own records. What was written is a sealed claim,
and is erased when it was decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.registry.domain import Json, Move, written
from services.registry.records import Given
from shared.errors import IllegalMove, NotFound
from shared.events.registry import SuggestionAccepted, SuggestionMade, SuggestionRefused


def make(
    state: Json | None,
    id: str,
    about: Given,
    *,
    codes: Sequence[str],
    claim: str,
    said_by: str,
    at: datetime,
) -> Move | None:
    """Keep a suggestion; `said_by` is an agency, "" for the public. Once made it stays as it is."""
    if state is not None:
        return None
    after = {
        "suggestion": id,
        "service": about.service,
        "organization": about.organization,
        "codes": list(codes),
        "claim": claim,
        "said_by": said_by,
        "status": "open",
        "at": written(at),
        # Only an open one has it, so that the index holds no others.
        "waits_since": written(at),
    }
    event = SuggestionMade(
        suggestion=id, service=about.service, organization=about.organization, codes=list(codes)
    )
    return after, [event]


def accept(state: Json | None, *, agency: str, coordinator: str, at: datetime, actor: str) -> Move:
    """Say that a suggestion is right; NotFound for other agencies, IllegalMove when decided."""
    after = _decided(state, "accepted", agency, coordinator, at, actor)
    return after, [SuggestionAccepted(suggestion=after["suggestion"], service=after["service"])]


def refuse(
    state: Json | None, *, reason: str, agency: str, coordinator: str, at: datetime, actor: str
) -> Move:
    """Say with a code that a suggestion is not followed; refusals as in `accept`."""
    after = _decided(state, "refused", agency, coordinator, at, actor)
    event = SuggestionRefused(
        suggestion=after["suggestion"], service=after["service"], reason=reason
    )
    return {**after, "reason": reason}, [event]


def told(state: Json | None, agency: str, coordinator: str) -> Json:
    """Return a suggestion as who decides sees it; NotFound for every other agency."""
    state = _seen(state, agency, coordinator)
    names = ("suggestion", "service", "organization", "codes", "claim", "said_by", "status", "at")
    return {name: state[name] for name in names}


def _seen(state: Json | None, agency: str, coordinator: str) -> Json:
    if state is None or not agency or agency not in (state["organization"], coordinator):
        raise NotFound("suggestion", "is not one of your agency's", "look at the list")
    return state


def _decided(
    state: Json | None, status: str, agency: str, coordinator: str, at: datetime, actor: str
) -> Json:
    state = _seen(state, agency, coordinator)
    if state["status"] != "open":
        raise IllegalMove("suggestion", "was decided before", "look at the list")
    kept = {name: value for name, value in state.items() if name != "waits_since"}
    who = {"decided_by": agency, "decided_actor": actor, "decided_at": written(at)}
    return {**kept, **who, "status": status}

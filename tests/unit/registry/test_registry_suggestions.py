"""A suggestion changes no record: an agency accepts or refuses it, once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.registry import suggestions
from services.registry.domain import Json, Move
from services.registry.records import Given
from shared.errors import IllegalMove, NotFound
from shared.events.registry import SuggestionAccepted, SuggestionMade, SuggestionRefused

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ABOUT = Given("service-1", "owner")


def made(state: Json | None = None) -> Json:
    move = suggestions.make(state, "s1", ABOUT, codes=["phone"], claim="c1", said_by="", at=AT)
    assert move is not None
    after, events = move
    assert events == [
        SuggestionMade(suggestion="s1", service="service-1", organization="owner", codes=["phone"])
    ]
    return after


def accepted(state: Json | None, agency: str = "owner") -> Move:
    return suggestions.accept(state, agency=agency, coordinator="hub", at=AT, actor="maria")


def test_a_suggestion_is_made_once() -> None:
    again = suggestions.make(made(), "s1", ABOUT, codes=["other"], claim="", said_by="", at=AT)
    assert again is None


@pytest.mark.parametrize("agency", ["owner", "hub"])
def test_the_owner_and_the_coordinator_decide(agency: str) -> None:
    after, events = accepted(made(), agency)
    assert events == [SuggestionAccepted(suggestion="s1", service="service-1")]
    assert (after["status"], after["decided_by"]) == ("accepted", agency)
    assert "waits_since" not in after, "it is no longer listed"


def test_a_refusal_says_why_with_a_code() -> None:
    after, events = suggestions.refuse(
        made(), reason="checked_right", agency="owner", coordinator="hub", at=AT, actor="maria"
    )
    assert events == [
        SuggestionRefused(suggestion="s1", service="service-1", reason="checked_right")
    ]
    assert after["status"] == "refused"


@pytest.mark.parametrize("agency", ["", "another"])
def test_for_another_agency_it_is_not_there(agency: str) -> None:
    with pytest.raises(NotFound):
        accepted(made(), agency)
    with pytest.raises(NotFound):
        suggestions.told(made(), agency, "hub")


def test_without_a_coordinator_only_the_owner_decides() -> None:
    with pytest.raises(NotFound):
        suggestions.told(made(), "", "")


def test_what_was_decided_is_not_decided_again() -> None:
    after, _ = accepted(made())
    with pytest.raises(IllegalMove):
        accepted(after)


def test_who_said_it_and_what_is_told_is_ids_and_codes() -> None:
    told = suggestions.told(made(), "owner", "hub")
    assert told == {
        "suggestion": "s1",
        "service": "service-1",
        "organization": "owner",
        "codes": ["phone"],
        "claim": "c1",
        "said_by": "",
        "status": "open",
        "at": "2026-11-22T12:00:00.000+00:00",
    }

"""Somebody on a panel counts while vetted and trained; the calendar warns, suspends, restores."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry import panel
from services.registry.domain import Json
from services.registry.panel import Entry, Paper
from shared.errors import IllegalMove, Invalid, NotFound
from shared.ids import derived_id

TODAY = date(2026, 11, 22)
AGENCY, OTHER = derived_id("agency", "a"), derived_id("agency", "b")
ENTRY = derived_id("panel_entry", "one")


def days(n: int) -> date:
    return TODAY + timedelta(days=n)


def paper(begins: int = -10, ends: int = 100) -> Paper:
    return Paper(starts_on=days(begins), ends_on=days(ends))


def someone(**fields: Any) -> Entry:
    told: Json = {"role": "interpreter", "languages": ["es", "zh"], "areas": ["XS-pine"]}
    told |= {"vetting": paper(), "training": paper(ends=400)}
    return Entry(**{**told, **fields})


def kept(said: Entry | None = None, state: Json | None = None, of: str = AGENCY) -> Json:
    move = panel.record(state, ENTRY, of, said or someone(), TODAY)
    assert move is not None
    return move[0]


def names(events: Any) -> list[str]:
    return [type(one).__name__.removeprefix("PanelEntry") for one in events]


def through(state: Json, first: int, last: int) -> tuple[Json, list[tuple[int, str]]]:
    """Let each day act; return (day, what was said)."""
    said = []
    for n in range(first, last + 1):
        move = panel.review(state, days(n))
        if move is not None:
            state = move[0]
            said += [(n, name) for name in names(move[1])]
    return state, said


def test_the_calendar_warns_twice_and_suspends() -> None:
    state, said = through(kept(), 0, 150)
    assert said == [(70, "LapsesSoon"), (93, "LapsesSoon"), (101, "Suspended")]
    assert state["standing"] == "suspended"
    assert panel.counts([state]) == []


def test_a_renewal_counts_again_and_the_same_again_says_nothing() -> None:
    state, _ = through(kept(), 0, 110)
    renewed = someone(vetting=paper(0, 300))
    move = panel.record(state, ENTRY, AGENCY, renewed, days(110))
    assert move is not None
    assert names(move[1]) == ["Changed"]
    assert move[0]["standing"] == "active"
    assert panel.record(move[0], ENTRY, AGENCY, renewed, days(110)) is None


def test_who_is_vetted_too_late_counts_from_that_day() -> None:
    state = kept(someone(vetting=paper(1, 50)))
    assert state["standing"] == "suspended"
    after, said = through(state, 1, 1)
    assert (after["standing"], said) == ("active", [(1, "Changed")])


def test_the_calendar_is_asked_no_oftener_than_it_has_something_to_say() -> None:
    state = kept()
    while turn := state.get("changes_on"):
        day = date.fromisoformat(turn)
        assert panel.review(state, day - timedelta(days=1)) is None
        move = panel.review(state, day)
        assert move is not None
        state = move[0]
    assert state["standing"] == "suspended"


def test_who_ended_is_off_the_panel_and_may_come_back() -> None:
    state, events = panel.end(kept(), AGENCY)
    assert (names(events), panel.review(state, days(500))) == (["Ended"], None)
    with pytest.raises(IllegalMove):
        panel.end(state, AGENCY)
    assert kept(state=state)["standing"] == "active"


@pytest.mark.parametrize("state", [None, "other"], ids=["none", "other"])
def test_an_entry_of_another_agency_is_none(state: str | None) -> None:
    theirs = None if state is None else kept(of=OTHER)
    with pytest.raises(NotFound):
        panel.end(theirs, AGENCY)
    if theirs is not None:
        with pytest.raises(NotFound):
            panel.record(theirs, ENTRY, AGENCY, someone(), TODAY)


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("entry.role", {"role": "astrologer"}),
        ("entry.languages", {"languages": ["klingon"]}),
        ("entry.languages", {"languages": []}),
        ("entry.vetting", {"vetting": paper(2, 50)}),
        ("entry.vetting", {"vetting": paper(-5, -5)}),
        ("entry.training", {"training": paper(0, -1)}),
    ],
)
def test_what_does_not_fit_is_named(field: str, changed: Json) -> None:
    with pytest.raises(Invalid) as refused:
        panel.record(None, ENTRY, AGENCY, someone(**changed), TODAY)
    assert refused.value.field == field


def test_counts_are_by_role_language_and_area_and_name_nobody() -> None:
    one, two = kept(), {**kept(of=OTHER), "entry": "two"}
    lawyer = kept(someone(role="lawyer", areas=["XS-pine", "XS-harbor"]))
    found = panel.counts([one, two, lawyer])
    told = [(it["role"], it["language"], it["area"], it["number"]) for it in found]
    assert told == [
        ("interpreter", "es", "XS-pine", 2),
        ("interpreter", "zh", "XS-pine", 2),
        ("lawyer", "", "XS-harbor", 1),
        ("lawyer", "", "XS-pine", 1),
    ]
    assert found[0]["agencies"] == sorted([AGENCY, OTHER])
    assert ENTRY not in str(found)


@given(st.integers(-40, 5), st.integers(1, 90), st.integers(-40, 5), st.integers(1, 90))
def test_an_entry_counts_exactly_on_covered_days(a: int, b: int, c: int, d: int) -> None:
    said = someone(
        vetting=paper(min(a, 1), min(a, 1) + b), training=paper(min(c, 1), min(c, 1) + d)
    )
    state = kept(said)
    for n in range(100):
        move = panel.review(state, days(n))
        state = state if move is None else move[0]
        covered = all(p.starts_on <= days(n) <= p.ends_on for p in (said.vetting, said.training))
        assert (state["standing"] == "active") == covered


def test_an_entry_holds_no_name_and_takes_none() -> None:
    told = {"role": "lawyer", "languages": [], "areas": ["XS-pine"], "name": "Sample Person"}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(told, Entry)

"""When a source counts as broken: gone by its owner's word, or silent on three telling days."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from services.library import life, sources
from services.library.sources import Opened
from shared.events.library import GuideSourceBroken
from tests.unit.library.test_library_guides import FIELDS, guide

Json = dict[str, Any]
URL = "https://www.example.org/t"
SILENT, GONE, FINE = Opened("unreachable", "timeout"), Opened("gone", "404"), Opened("ok", "200")


def after(*rounds: tuple[str, Opened, bool]) -> Json:
    row: Json | None = None
    for day, opened, telling in rounds:
        row = sources.judged(row, opened, date.fromisoformat(day), is_telling=telling)
    assert row is not None
    return row


def published(**changes: Any) -> Json:
    return {"guide": msgspec.to_builtins(guide(**changes)), "is_published": True}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((200, "ok"), (404, "gone"), (410, "gone")),
        *((304, "unclear"), (403, "unclear"), (429, "unclear")),
        *((500, "unreachable"), (503, "unreachable"), (999, "unreachable")),
    ],
)
def test_a_status_is_read(status: int, outcome: str) -> None:
    assert sources.outcome_of(status).outcome == outcome


def test_a_lasting_redirect_to_what_opens_is_a_move() -> None:
    assert sources.outcome_of(200, "https://new.example.org/").outcome == "moved"
    assert sources.outcome_of(404, "https://new.example.org/").outcome == "gone"


def test_what_is_gone_is_broken_at_once_and_mended_when_it_opens() -> None:
    assert after(("2026-11-20", GONE, True))["broken_since"] == "2026-11-20"
    later = after(("2026-11-20", GONE, True), ("2026-11-21", SILENT, True))
    assert later["broken_since"] == "2026-11-20"
    assert after(("2026-11-20", GONE, True), ("2026-11-21", FINE, True))["broken_since"] == ""


def test_silence_is_broken_on_the_third_day_and_not_on_the_third_try() -> None:
    once = ("2026-11-20", SILENT, True)
    assert after(once, once, once)["broken_since"] == ""
    days = [(f"2026-11-2{number}", SILENT, True) for number in range(4)]
    assert [after(*days[: number + 1])["broken_since"] for number in range(4)] == [
        *("", "", "2026-11-22", "2026-11-22")
    ]
    assert after(*days[:2], ("2026-11-22", FINE, True), days[3])["broken_since"] == ""


def test_days_without_our_own_way_out_never_count() -> None:
    days = [(f"2026-11-{number}", SILENT, False) for number in range(10, 29)]
    row = after(*days)
    assert (row["outcome"], row["silent_on"], row["broken_since"]) == ("unreachable", [], "")


def test_a_round_tells_something_when_most_answered() -> None:
    assert not sources.is_telling({"a": SILENT})
    assert not sources.is_telling({"a": SILENT, "b": FINE})
    assert sources.is_telling({"a": SILENT, "b": FINE, "c": GONE})
    assert not sources.is_telling({})


def test_a_broken_source_is_stated_once_and_again_after_it_was_mended() -> None:
    form = {"kind": "form", "form_url": "https://www.example.org/form"}
    broken = {URL: after(("2026-11-20", GONE, True))}
    move = sources.state_broken(published(**form), broken)
    assert move is not None
    state, events = move
    assert events == [GuideSourceBroken(guide="t-visa", lang="en", source=1, is_gone=True)]
    assert sources.state_broken(state, broken) is None
    assert sources.state_broken(state, {}) is None
    broken = {URL: broken[URL], form["form_url"]: after(("2026-11-21", GONE, True))}
    move = sources.state_broken(state, broken)
    assert move is not None
    assert move[1] == [GuideSourceBroken(guide="t-visa", lang="en", source=0, is_gone=True)]
    again = sources.state_broken(move[0], {URL: after(("2026-12-20", GONE, True))})
    assert again is not None
    assert len(again[1]) == 1


def test_what_is_not_published_has_no_broken_sources() -> None:
    broken = {URL: after(("2026-11-20", GONE, True))}
    assert sources.state_broken(None, broken) is None
    assert sources.state_broken({**published(), "is_published": False}, broken) is None


def test_a_new_version_that_still_names_it_is_told_again() -> None:
    broken = {URL: after(("2026-11-20", GONE, True))}
    move = sources.state_broken(published(), broken)
    assert move is not None
    state, _ = life.write(move[0], guide(title="New"), 0, "ana")
    state, _ = life.send(state, "t-visa", "en", 1, "ana")
    assert sources.state_broken(state, broken) is None
    state, _ = life.approve(state, "t-visa", "en", 1, "ben")
    assert sources.state_broken(state, broken) is not None


def test_an_address_named_twice_is_opened_once() -> None:
    one = {"name": "x", "url": URL}
    told = {**FIELDS, "source": [one, one], "form_url": URL}
    assert sources.addresses_of(told) == [URL]

"""The library in the workspace: who sees it, filters, versions, what is due."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from portal.pages.workspace.library import changed_since
from services.library.domain import Guide
from shared.ids import derived_id
from tests.support.memory_library import MemoryLibrary
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace, sign_in_name
from tests.unit.library.test_library_guides import FIELDS

LIBRARY = "/workspace/library"


def text(slug: str, lang: str = "en", **fields: Any) -> Guide:
    dates = {"checked_on": "2025-11-01", "review_by": "2026-12-01"}
    return msgspec.convert({**FIELDS, **dates, "slug": slug, "lang": lang, **fields}, Guide)


@pytest.fixture
def library(workplace: Workplace) -> MemoryLibrary:
    made = MemoryLibrary()
    made.publish(text("a-visa", title="A visa"), "2026-01-01T10:00:00+00:00")
    spanish = text("a-visa", "es", title="Una visa", translation="reviewed")
    made.publish(spanish, "2026-01-02T10:00:00+00:00")
    made.publish(text("a-visa", title="A new visa"), "2026-02-01T10:00:00+00:00")
    made.publish(text("old", title="Old text", review_by="2026-03-01"), "2026-01-01T10:00:00+00:00")
    made.write(text("begun", title="Begun text"))
    workplace.portal.backend.answers |= made.answers()
    return made


def test_the_list_is_filtered_by_state_and_language(
    desk: StaffBrowser, library: MemoryLibrary
) -> None:
    desk.sign_in("coordinator", "harbor-light")
    desk.open(LIBRARY)
    assert all(words in desk.text for words in ("A new visa", "Una visa", "Begun text"))
    desk.open(f"{LIBRARY}?state=draft")
    assert "Begun text" in desk.text
    assert "Una visa" not in desk.text
    desk.open(f"{LIBRARY}?lang=es&state=")
    assert "Una visa" in desk.text
    assert "A new visa" not in desk.text
    answer = desk.open(f"{LIBRARY}?state=%7B%22$gt%22")
    assert answer.status_code == 422
    assert "Choose from the list" in desk.text


def test_a_resource_tells_versions_and_that_the_english_changed(
    desk: StaffBrowser, library: MemoryLibrary
) -> None:
    desk.sign_in("coordinator", "harbor-light")
    desk.open(f"{LIBRARY}/a-visa/en")
    assert all(words in desk.text for words in ("Version 2", "Changed: title."))
    assert "The English changed" not in desk.text
    desk.open(f"{LIBRARY}/a-visa/es")
    assert "The English changed since this was translated." in desk.text
    assert desk.open(f"{LIBRARY}/a-visa/fr").status_code == 404


def version(at: str, **fields: Any) -> dict[str, Any]:
    return {"at": at, "guide": msgspec.to_builtins(text("a-visa", **fields))}


ENGLISH = [version("1"), version("5"), version("9", title="New")]
SPANISH = {"lang": "es", "translation": "reviewed"}


@pytest.mark.parametrize(
    ("versions", "is_behind"),
    [
        ([version("2", **SPANISH)], True),
        ([version("9", **SPANISH)], False),
        # its words are those of long ago, whatever else was published since
        ([version("2", **SPANISH), version("99", review_by="2030-01-01", **SPANISH)], True),
        # made from the old words, published after the new ones
        ([version("99", translated_from=2, **SPANISH)], True),
        ([version("2", translated_from=3, **SPANISH)], False),
        ([version("2", translated_from=99, **SPANISH)], False),
        ([version("0", **SPANISH)], True),
        ([version("2", lang="es")], False),
        ([], False),
    ],
)
def test_a_translation_is_behind_when_the_words_it_was_made_from_changed(
    versions: list[dict[str, Any]], is_behind: bool
) -> None:
    assert changed_since(ENGLISH, versions) is is_behind
    assert not changed_since(ENGLISH[:2], versions), "the words of both are the same"
    assert not changed_since([], versions)


def test_a_resource_tells_what_it_was_translated_from(
    desk: StaffBrowser, library: MemoryLibrary
) -> None:
    new = text("a-visa", title="Una visa nueva", **SPANISH)
    library.publish(new, "2026-03-01T10:00:00+00:00", english=2)
    desk.sign_in("coordinator", "harbor-light")
    desk.open(f"{LIBRARY}/a-visa/es")
    assert "Translated from version 2 of the English text." in desk.text
    assert "The English changed" not in desk.text


def account(role: str, slug: str) -> str:
    return derived_id("account", sign_in_name(role, slug))


def test_versions_tell_the_roles_of_who_wrote_and_approved_and_no_ids(
    desk: StaffBrowser, library: MemoryLibrary
) -> None:
    own, other = account("coordinator", "harbor-light"), account("supervisor", "harbor-light")
    library.publish(text("by-us"), "2026-01-01T10:00:00+00:00", hands=(other, own))
    library.publish(text("by-us", title="Again"), "2026-02-01T10:00:00+00:00", hands=("seed", "x1"))
    desk.sign_in("coordinator", "harbor-light")
    answer = desk.open(f"{LIBRARY}/by-us/en")
    assert "Written by Supervisor at Harbor Light" in desk.text
    assert "approved by you." in desk.text
    assert "Written by the files Anydoor comes with" in desk.text
    assert "approved by somebody we cannot name." in desk.text
    assert own not in answer.text
    assert other not in answer.text
    desk.open(f"/es{LIBRARY}/by-us/en")
    assert "Supervisión en Harbor Light" in desk.text


def test_what_is_due_comes_with_the_longest_overdue_first(
    desk: StaffBrowser, library: MemoryLibrary
) -> None:
    desk.sign_in("supervisor", "harbor-light")
    desk.open(f"{LIBRARY}/due")
    assert desk.text.index("Old text") < desk.text.index("A new visa")
    assert "Begun text" not in desk.text


def trouble(outcome: str, **fields: str) -> dict[str, str]:
    of = {"slug": "old", "lang": "en", "title": "Old text", "name": "The office", "code": "404"}
    at = {"checked_at": "2026-11-23T10:00:00+00:00", "broken_since": "2026-11-20", "moved_to": ""}
    return {**of, **at, "url": "https://example.org/a", "outcome": outcome, **fields}


def test_sources_that_do_not_open_come_with_what_to_do(
    desk: StaffBrowser, library: MemoryLibrary
) -> None:
    desk.sign_in("coordinator", "harbor-light")
    desk.open(f"{LIBRARY}/due")
    assert "No source is known to be broken." in desk.text
    hostile = 'https://example.org/"><script>alert(1)</script>'
    library.troubles += [
        trouble("gone"),
        trouble("unreachable", name=""),
        trouble("moved", broken_since="", moved_to=hostile),
    ]
    answer = desk.open(f"{LIBRARY}/due")
    for words in ("Gone", "Since November 20, 2026", "Cannot be reached", "The form", "Has moved"):
        assert words in desk.text
    assert "<script>alert" not in answer.text
    desk.open(f"/es{LIBRARY}/due")
    assert "Fuentes que no se abren" in desk.text


@pytest.mark.parametrize("path", ["", "/due", "/a-visa/en"])
def test_another_agency_is_refused(desk: StaffBrowser, library: MemoryLibrary, path: str) -> None:
    desk.sign_in("coordinator", "north-star")
    assert desk.open(LIBRARY + path).status_code == 403


def test_what_is_withdrawn_says_so_and_is_not_withdrawn_twice(
    desk: StaffBrowser, library: MemoryLibrary
) -> None:
    desk.sign_in("coordinator", "harbor-light")
    desk.open(f"{LIBRARY}/old/en")
    desk.press(f"{LIBRARY}/old/en/withdraw")
    assert "The resource is withdrawn." in desk.text
    assert "Withdraw it" not in desk.text
    answer = desk.send(f"{LIBRARY}/old/en/withdraw", {})
    assert 400 <= answer.status_code < 500
    assert "withdraw is not possible" in answer.text
    desk.sign_in("coordinator", "north-star")
    assert desk.send(f"{LIBRARY}/a-visa/en/withdraw", {}).status_code == 403

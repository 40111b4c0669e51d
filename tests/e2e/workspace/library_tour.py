"""A walk through the library's pages of the workspace."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.e2e.workspace.desk import press, sign_in
from tests.support.memory_library import MemoryLibrary
from tests.support.staff_fakes import Workplace
from tests.unit.portal.test_workspace_library import text


def library(page: Page, home: str, workplace: Workplace) -> Iterator[str]:
    """Write a resource, with mistakes, and have a second person decide on it."""
    kept = MemoryLibrary()
    kept.publish(text("a-bed-tonight", title="A bed tonight"), "2026-01-01T10:00:00+00:00")
    workplace.portal.backend.answers |= kept.answers()
    page.goto(f"{home}/workspace/library")
    yield "library"
    page.goto(f"{home}/workspace/library/due")
    yield "library, what is due"
    page.goto(f"{home}/workspace/library/new")
    yield "library, a new text"
    page.fill("#body", "## A bed\n\nCall **first**.\n\n- Take your papers.")
    page.click("button[value=look]")
    yield "library, a new text with mistakes"
    page.goto(f"{home}/workspace/library/a-bed-tonight/en/write")
    page.fill("#title", "A bed tonight, and a room tomorrow")
    page.click("button[value=look]")
    yield "library, how a text will look"
    page.click("button[value=save]")
    yield "library, a draft"
    press(page, "/send")
    yield "library, sent"
    sign_in(page, home, "supervisor", "harbor-light")
    page.goto(f"{home}/workspace/library/a-bed-tonight/en")
    press(page, "/send-back")
    yield "library, back without a reason"
    press(page, "/approve")
    yield "library, approved"
    page.click("a[href$='/versions/1']")
    yield "library, a version"

"""Hostile texts in a real browser: none of them runs, and none becomes an element of the page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Dialog, Page

from tests.e2e.workspace.desk import sign_in
from tests.support.memory_library import MemoryLibrary
from tests.support.staff_fakes import Workplace
from tests.unit.library.test_library_xss import PAYLOADS, TAGS
from tests.unit.portal.test_workspace_library_editor import TYPED

pytestmark = pytest.mark.timeout(300)
#: Tells every element and attribute within the text that is not of the safe part of Markdown, and
#: every link that a browser would not open as a page, a call or a message.
LOOK = """(tags) => [...document.querySelectorAll('.ad-prose *')].flatMap(one => {
  const wrong = tags.includes(one.localName) ? [] : [one.localName];
  for (const {name} of one.attributes)
    if (!['href', 'title', 'class', 'start'].includes(name)) wrong.push(name);
  if (one.href && !['http:', 'https:', 'tel:', 'sms:'].includes(one.protocol)) wrong.push(one.href);
  return wrong;
})"""


def test_no_hostile_text_acts_in_the_preview(page: Page, site: str, workplace: Workplace) -> None:
    workplace.portal.backend.answers |= MemoryLibrary().answers()
    ran: list[str] = []

    def note(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    sign_in(page, site, "coordinator", "harbor-light")
    for payload in PAYLOADS:
        page.goto(f"{site}/workspace/library/new")
        fill(page, {**TYPED, "body": payload})
        page.click("button[value=look]")
        page.wait_for_selector("#looks")
        hover_and_focus(page)
        assert page.evaluate(LOOK, sorted(TAGS)) == [], payload
        assert page.url.startswith(site), payload
    assert ran == []


def fill(page: Page, typed: dict[str, Any]) -> None:
    """Write each text as it is; a browser's own typing would leave out control signs."""
    for name in ("title", "summary", "body", "source"):
        page.evaluate(
            "([name, text]) => { document.getElementsByName(name)[0].value = text }",
            [name, typed[name]],
        )


def hover_and_focus(page: Page) -> None:
    for one in page.query_selector_all(".ad-prose *"):
        one.dispatch_event("mouseover")
        one.dispatch_event("focus")

"""A client puts her two codes together, and takes them apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from tests.e2e.public.conftest import press
from tests.support.portal_fakes import FakePortal


def linked_pages(page: Page, portal: FakePortal, view: dict[str, Any], code: str) -> Iterator[str]:
    """The client's page with a second stream, from its open page on."""
    page.fill("#other_code", "abc")
    press(page, "main form[action$='/link'] button")
    yield "return, a second code with a typo"
    page.fill("#other_code", code)
    press(page, "main form[action$='/link'] button")
    yield "return, the same code twice"
    other = {"stream": "stream-2", "leads": True, "is_whole": True, "status": "open"}
    waits = {"stream": "stream-3", "leads": True, "is_whole": False}
    linked = [{**other, "steps": view["steps"]}, waits]
    portal.backend.views[view["stream"]] = {**view, "linked": linked}
    portal.backend.answers["referrals.unlink_own"] = lambda **asked: {}
    press(page, "main form[action$='/link'] button")
    yield "return, with two streams"
    press(page, "main form[action$='/unlink'] button")
    yield "return, taken apart"
    portal.backend.views[view["stream"]] = view

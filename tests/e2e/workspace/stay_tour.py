"""A walk through a stay that ends on a day: the shelter sets it, the case manager follows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import Page

from shared.clock import now
from tests.e2e.workspace.desk import press, sign_in

STREAM = "/workspace/streams/stream-1"
BED = "details:has(form[action$='/{}']) summary"


def stays(page: Page, home: str) -> Iterator[str]:
    """Take the client in, say until when with one mistake, and ask for the next place in time."""
    sign_in(page, home, "case_manager", "north-star")
    page.goto(f"{home}/workspace/offers")
    press(page, "/accept")
    press(page, "/start")
    page.click(BED.format("stay"))
    page.fill("input[name=ends_on]", "soon")
    press(page, "/stay")
    yield "last day that is none"
    page.fill("#ends_on", (now() + timedelta(days=2)).date().isoformat())
    press(page, "/stay")
    yield "stay that ends soon"
    sign_in(page, home, "case_manager", "bridgewater")
    page.goto(f"{home}/workspace/queue")
    yield "queue with the next place owed"
    page.goto(home + STREAM)
    page.click(BED.format("next"))
    page.select_option("select[name=next_type]", "")
    press(page, "/next")
    yield "next place, none chosen"
    page.select_option("#next_type", "transitional_housing")
    press(page, "/next")
    yield "stay with the next place asked for"

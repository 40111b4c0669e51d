"""The client has another code: the pages on which her two streams are linked and parted."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.e2e.workspace.desk import press, sign_in
from tests.support.staff_fakes import Workplace

STREAM = "/workspace/streams/stream-1"


def links(page: Page, home: str, workplace: Workplace) -> Iterator[str]:
    """Link a second stream, wrongly first, and end the link."""
    workplace.open_stream("stream-9", needs=["medical_care", "translation"])
    code = workplace.give_code("stream-9")
    sign_in(page, home, "case_manager", "bridgewater")
    page.goto(home + STREAM)
    page.click("details:has(form[action$='/links']) summary")
    page.fill("#other_code", "0" * 17)
    press(page, "/links")
    yield "link with a wrong code"
    page.fill("#other_code", code)
    press(page, "/links")
    yield "stream with a linked one"
    press(page, "/links/stream-9/end")
    yield "link ended"

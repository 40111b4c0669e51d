"""Staff take a client on, see to her and close her stream: by keyboard, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.workspace.desk import heading, press, sign_in, unlock
from tests.support.staff_fakes import WORDS, Workplace, sign_in_name
from tests.support.staff_network import BRIDGEWATER


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A window in which no script runs."""
    return new_context(java_script_enabled=False).new_page()


def test_a_client_is_taken_on_and_seen_through(site: str, page: Page, workplace: Workplace) -> None:
    workplace.open_stream(needs=["emergency_housing"], claim=workplace.seal_contact("stream-1"))
    sign_in(page, site, "case_manager", "bridgewater")
    page.click("text=Answer 1 offer")
    press(page, "/accept")
    press(page, "/start")
    unlock(page, "/contact")
    assert "1-555-555-0142" in page.inner_text("main")

    sign_in(page, site, "intake", "north-star")
    page.click("text=A place to stay tonight")
    press(page, "/accept")
    press(page, "/start")
    press(page, "/complete")

    sign_in(page, site, "case_manager", "bridgewater")
    page.goto(f"{site}/workspace/streams/stream-1")
    page.select_option("#close_reason", "needs_met")
    press(page, "/close")
    assert "The stream is closed." in page.inner_text("body")
    assert heading(page).endswith("Closed")
    assert not workplace.stream().is_open


def test_everything_is_done_with_the_keyboard(site: str, page: Page, workplace: Workplace) -> None:
    workplace.open_stream()
    page.goto(f"{site}/workspace/sign-in")
    page.focus("#name")
    page.keyboard.type(sign_in_name("case_manager", "bridgewater"))
    page.keyboard.press("Tab")
    page.keyboard.type(WORDS)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/workspace")
    page.goto(f"{site}/workspace/offers")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("class") == "govuk-button":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/workspace/streams/**")
    assert workplace.stream().case_manager == BRIDGEWATER


def test_changing_the_language_keeps_the_page(site: str, page: Page, workplace: Workplace) -> None:
    workplace.open_stream()
    sign_in(page, f"{site}/en", "case_manager", "bridgewater")
    page.goto(f"{site}/en/workspace/offers")
    page.click("text=Español")
    assert heading(page) == "Ofertas por responder"
    press(page, "/accept")
    assert "/es/workspace/streams/" in page.url

"""Exit that Back cannot undo, with scripts and without, and the obvious way back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.e2e.public.conftest import WEATHER, press

OURS = ("Get help to be safe", "Ask someone", "Are you safe", "The T visa", "Your rights")


def visit_some_pages(page: Page, site: str) -> None:
    """Walk from a blank tab through three pages that nobody else should see."""
    page.goto("about:blank")
    page.goto(f"{site}/en")
    press(page, "text=Your rights and benefits")
    press(page, "text=The T visa")
    page.wait_for_selector("h1:has-text('The T visa')")


def shows_nothing_of_ours(page: Page) -> bool:
    text = page.inner_text("body") if page.query_selector("body") else ""
    return not any(words in text for words in OURS)


def press_back(page: Page) -> None:
    """Press Back; a page that was posted comes back as the browser's own "confirm" page."""
    try:
        page.go_back()
        page.wait_for_load_state()
    except Error as error:
        if "ERR_CACHE_MISS" not in str(error):
            raise
        expect(page.locator("body")).to_contain_text("ERR_CACHE_MISS")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_after_exit_back_shows_no_page_of_ours(
    site: str, new_context: Callable[..., BrowserContext], scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts).new_page()
    visit_some_pages(page, site)
    page.click("#exit")
    page.wait_for_selector(f"text={WEATHER}")
    for _ in range(3):
        press_back(page)
        assert shows_nothing_of_ours(page), page.url


def test_shift_three_times_leaves(site: str, page: Page) -> None:
    page.goto(f"{site}/en/tip")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_selector(f"text={WEATHER}")
    press_back(page)
    assert shows_nothing_of_ours(page)


def test_shift_while_writing_does_not_leave(site: str, page: Page) -> None:
    page.goto(f"{site}/en/tip")
    page.focus("#text")
    for letter in "ABCDE":
        page.keyboard.press(f"Shift+{letter}")
    assert page.url.endswith("/tip")


def test_leaving_in_the_middle_of_the_questions_loses_them(site: str, page: Page) -> None:
    page.goto(f"{site}/en/get-help")
    press(page, "text=Start")
    press(page, "text=Continue")
    page.check("main input[value=legal_assistance]")
    press(page, "text=Continue")
    page.click("#exit")
    page.wait_for_selector(f"text={WEATHER}")
    for _ in range(3):
        press_back(page)
        assert shows_nothing_of_ours(page)


def test_exit_clears_cookies_and_storage_but_for_one_mark(
    site: str, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    context.add_cookies([{"name": "other", "value": "1", "url": site}])
    page = context.new_page()
    page.goto(f"{site}/en")
    page.evaluate("localStorage.setItem('a', 'b')")
    page.click("#exit")
    page.wait_for_selector(f"text={WEATHER}")
    cookies = context.cookies(site)
    assert [(one["name"], one["value"], one["httpOnly"]) for one in cookies] == [("x", "1", True)]
    assert 0 < cookies[0]["expires"] - page.evaluate("Date.now() / 1000") <= 600


def test_somebody_who_comes_back_on_purpose_opens_it_again(site: str, page: Page) -> None:
    page.goto(f"{site}/en")
    page.click("#exit")
    page.wait_for_selector(f"text={WEATHER}")
    page.goto(site)
    assert page.title() == "Page closed"
    assert shows_nothing_of_ours(page)
    press(page, "text=Open again")
    assert page.inner_text("h1") == "Get help to be safe"
    press(page, "text=Your rights and benefits")
    assert page.inner_text("h1") == "Your rights and benefits"

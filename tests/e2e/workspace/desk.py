"""What staff do at their desks, in their own verbs."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.staff_fakes import WORDS, sign_in_name


def sign_in(page: Page, home: str, role: str, slug: str) -> None:
    """Sign somebody in; `home` is the site's address, with a language or without."""
    page.context.clear_cookies()
    page.goto(f"{home}/workspace/sign-in")
    page.fill("#name", sign_in_name(role, slug))
    page.fill("#password", WORDS)
    page.click("main button")
    page.wait_for_url(f"{home}/workspace")


def press(page: Page, action: str) -> None:
    """Press the button of the form whose address ends so."""
    page.click(f"form[action$='{action}'] button")
    page.wait_for_load_state()


def unlock(page: Page, action: str, passphrase: str = WORDS) -> None:
    """Open something sealed with the agency's passphrase."""
    closed = page.query_selector(f"details:not([open]):has(form[action$='{action}']) summary")
    if closed:
        closed.click()
    page.fill("#passphrase", passphrase)
    press(page, action)


def heading(page: Page) -> str:
    """Return the page's heading."""
    return page.inner_text("h1")

"""The administrator's pages about the agency's people, and everybody's about the own password."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.e2e.workspace.desk import press


def staff_pages(page: Page, home: str) -> Iterator[str]:
    """Somebody is new, forgot a password, leaves; and other words for one's own and the agency."""
    page.goto(f"{home}/workspace/staff")
    press(page, "/workspace/staff")
    yield "staff, account without a name"
    page.click("table a[href$=password] >> nth=2")  # somebody who does not sign in on this tour
    yield "a new password for a colleague"
    press(page, "/password")
    yield "a new password is shown"
    page.click("table a[href$=end]")
    yield "end an account"
    for name in ("passphrase", "password"):
        page.goto(f"{home}/workspace/{name}")
        yield f"change the {name}"
        press(page, f"/{name}")
        yield f"change the {name}, with a problem"

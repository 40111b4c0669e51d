"""The road map with the keys alone, on a small phone without scripts."""

from __future__ import annotations

from playwright.sync_api import Page

MOST_TABS = 120
ON = "selector => document.activeElement.matches(selector)"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this is focused."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(ON, selector):
            return
    raise AssertionError(f"Tab never came to {selector}")


def enter(page: Page, heading: str) -> None:
    """Press Enter on a button, and wait for the page it leads to."""
    page.keyboard.press("Enter")
    page.wait_for_selector(f"h1:has-text('{heading}')")


def test_the_road_map_is_walked_with_the_keys_alone(site: str, plain_page: Page) -> None:
    page = plain_page
    page.goto(f"{site}/en/road-map")
    tab_to(page, "main form button")
    enter(page, "Eight questions")
    tab_to(page, "#safe_now")
    page.keyboard.press("ArrowDown")
    tab_to(page, "input[name=papers][value=none]")
    page.keyboard.press("Space")
    tab_to(page, "#show")
    enter(page, "What you can do")
    tab_to(page, "main summary")
    page.keyboard.press("Enter")
    assert page.is_visible("main details[open] dt:has-text('Who decides')")
    tab_to(page, "main button[value=ask]")
    enter(page, "Eight questions")
    assert page.is_checked("main input[name=safe_now][value=no]")
    assert page.is_checked("main input[name=papers][value=none]")


def test_the_keys_lead_from_what_is_wrong_to_its_question(site: str, plain_page: Page) -> None:
    page = plain_page
    page.goto(f"{site}/en/road-map")
    tab_to(page, "main form button")
    enter(page, "Eight questions")
    page.evaluate("document.querySelector('#police').value = 'nobody'")
    tab_to(page, "#police")
    page.keyboard.press("Space")
    tab_to(page, "#show")
    page.keyboard.press("Enter")
    page.wait_for_selector(".govuk-error-summary")
    tab_to(page, ".govuk-error-summary a")
    page.keyboard.press("Enter")
    assert page.evaluate(ON, "#police")

"""Right to left, checked by geometry: the checker of accessibility does not see it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.e2e.public.conftest import press

MIDDLES = """selectors => selectors.map(one => {
  const box = document.querySelector(one).getBoundingClientRect();
  return box.left + box.width / 2;
})"""


def turned(page: Page) -> None:
    page.evaluate("document.documentElement.dir = 'rtl'")


def test_radio_buttons_stand_to_the_right_of_their_words(site: str, page: Page) -> None:
    page.goto(f"{site}/en/get-help")
    press(page, "text=Start")
    pair = ["input[value=yes]", "label[for=safe_now]"]
    button, words = page.evaluate(MIDDLES, pair)
    assert button < words
    turned(page)
    button, words = page.evaluate(MIDDLES, pair)
    assert button > words


def test_the_mark_of_a_problem_and_the_exit_change_sides(site: str, page: Page) -> None:
    page.goto(f"{site}/en/tip")
    press(page, "#send")
    turned(page)
    widths = page.evaluate(
        """() => { const s = getComputedStyle(document.querySelector('.govuk-form-group--error'));
        return [s.borderLeftWidth, s.borderRightWidth] }"""
    )
    assert widths == ["0px", "5px"]
    leave, name = page.evaluate(MIDDLES, ["#exit", ".ad-bar__name"])
    assert leave < name
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_language_written_the_other_way_says_so(site: str, page: Page) -> None:
    page.goto(f"{site}/en/languages")
    assert page.get_attribute("li[lang=ar]", "dir") == "rtl"

"""The card of a service on paper: the box and nothing around it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.e2e.public.tour import NORTH_STAR

SHOWN = "[...document.querySelectorAll('body *')].filter(e => e.checkVisibility())"
AROUND = f"{SHOWN}.filter(e => e.children.length == 0 && !e.closest('.ad-slip')).length"
TALL = "document.querySelector('.ad-slip').getBoundingClientRect().height"


def test_the_card_alone_is_printed(site: str, plain_page: Page) -> None:
    plain_page.goto(f"{site}/en/services/{NORTH_STAR}")
    plain_page.click("text=A card to print")
    assert plain_page.evaluate(AROUND) > 0
    plain_page.emulate_media(media="print")
    assert plain_page.evaluate(AROUND) == 0
    assert 100 < plain_page.evaluate(TALL) < 700
    assert plain_page.inner_text("h1") == "North Star beds"


def test_the_road_maps_card_alone_is_printed(site: str, plain_page: Page) -> None:
    plain_page.goto(f"{site}/en/road-map")
    plain_page.click("main form button")
    plain_page.click("#show")
    plain_page.click("main button[value=card]")
    assert plain_page.inner_text("h1") == "To do"
    plain_page.emulate_media(media="print")
    assert plain_page.evaluate(AROUND) == 0
    assert 100 < plain_page.evaluate(TALL) < 900

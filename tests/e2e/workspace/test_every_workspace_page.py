"""Every page of the workspace: accessible, and it fits.

The longest words (Spanish) stand in the least room, the shortest in the most.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.conftest import NARROW, WIDE
from tests.e2e.public.test_every_page import Watch, violations, wrong_size
from tests.e2e.workspace.tour import tour
from tests.support.staff_fakes import Workplace

#: A folder to keep a picture of each page in, for people to look at.
PICTURES = os.environ.get("PICTURES", "")
#: The browser goes there with a frame of its own, maybe after the page has loaded.
IS_AT_ITS_MISTAKES = """() => {
  const wanted = document.querySelector("[autofocus]");
  return !wanted || wanted === document.activeElement;
}"""


def wrong_words(page: Page, lang: str) -> list[str]:
    """Return what does not hold of language and heading."""
    wrong = []
    if page.get_attribute("html", "lang") != lang:
        wrong.append("the language is another")
    if len(page.query_selector_all("h1")) != 1:
        wrong.append("it has not one h1")
    return wrong


def wrong_answers(watch: Watch, site: str) -> list[str]:
    """Return what the console says, and what comes from elsewhere."""
    requests, errors = watch.take()
    wrong = [f"console: {one}" for one in errors if "Failed to load resource" not in one]
    return wrong + [f"third party {one.url}" for one in requests if not one.url.startswith(site)]


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("lang", "size"), [("es", NARROW), ("en", WIDE)], ids=["es narrow", "en wide"]
)
def test_every_page_of_the_workspace_is_accessible_and_fits(
    site: str,
    workplace: Workplace,
    new_context: Callable[..., BrowserContext],
    lang: str,
    size: dict[str, int],
) -> None:
    page = new_context(viewport=size, bypass_csp=True).new_page()
    watch = Watch(page)
    found: dict[str, list[Any]] = {}
    for name in tour(page, f"{site}/{lang}", workplace):
        if PICTURES:
            path = Path(PICTURES) / f"{lang}-{size['width']}-{name.replace(' ', '-')}.png"
            page.screenshot(path=path, full_page=True)
        # A page that opens at its mistakes has a row of links half under the bar that stays.
        page.wait_for_function(IS_AT_ITS_MISTAKES)
        page.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")
        found[name] = [*wrong_answers(watch, site), *violations(page), *wrong_words(page, lang)]
        found[name] += wrong_size(page)
    assert len(found) >= 40
    assert {name: wrong for name, wrong in found.items() if wrong} == {}

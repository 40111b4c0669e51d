"""Every public page: accessible, small, neutral, its own.

The longest words (Spanish) stand in the least room, the shortest in the most.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request

from infra.local.binaries import axe_script
from portal.staticfiles import StaticFiles
from tests.e2e.conftest import NARROW, WIDE
from tests.e2e.public.tour import tour
from tests.support.portal_fakes import FakePortal

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TELLING_WORDS = ("traffick", "tip", "victim", "survivor", "trata", "víctima", "denuncia")
MOST_REQUESTS = 3
MOST_HTML, MOST_CSS, MOST_JS = 14 * 1024, 6 * 1024, 1024

SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"
SMALL_TARGETS = """[...document.querySelectorAll('a,button,input:not([type=hidden]),summary')]
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, r]) => r.width && r.height && (r.height < 24 || r.width < 24)
    && getComputedStyle(e).display !== 'inline' && !e.closest('.govuk-skip-link'))
  .map(([e, r]) => `${e.outerHTML.slice(0, 80)} ${r.width}x${r.height}`)"""


class Watch:
    """What a page asked for and complained of since the last look."""

    def __init__(self, page: Page) -> None:
        self.requests: list[Request] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request))
        page.on(
            "console",
            lambda message: self.errors.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def take(self) -> tuple[list[Request], list[str]]:
        taken = self.requests, self.errors
        self.requests, self.errors = [], []
        return taken


def violations(page: Page) -> list[Any]:
    """Return what axe finds, as (rule, the first element)."""
    page.evaluate(axe_script().read_text())
    found = page.evaluate(
        "tags => axe.run(document,"
        " {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        RULES,
    )
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]]


def wrong_frame(page: Page, lang: str) -> list[str]:
    """Return what does not hold of language, title, address and heading."""
    wrong = []
    root = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
    if root != [lang, "ltr"]:
        wrong.append(f"lang and dir are {root}")
    title = page.title().lower()
    wrong += [f"the title says {word}" for word in TELLING_WORDS if word in title]
    if "?" in page.url:
        wrong.append("the address has a query")
    if len(page.query_selector_all("h1")) != 1:
        wrong.append("it has not one h1")
    return wrong


def wrong_weight(page: Page, watch: Watch, site: str) -> list[str]:
    """Return what the page loads too much, or from elsewhere, and what it complains of."""
    requests, errors = watch.take()
    wrong = [f"console: {one}" for one in errors if "Failed to load resource" not in one]
    wrong += [f"third party {one.url}" for one in requests if not one.url.startswith(site)]
    pages = [at for at, one in enumerate(requests) if one.resource_type in ("document", "fetch")]
    mine = requests[pages[-1] :]
    if len(mine) > MOST_REQUESTS:
        wrong.append(f"requests: {[one.url for one in mine]}")
    html = len(gzip.compress(page.content().encode(), 4))
    return [*wrong, f"{html} bytes of HTML"] if html > MOST_HTML else wrong


def wrong_size(page: Page) -> list[str]:
    """Return what does not fit, also with the text twice as large."""
    wrong = [f"small target: {one}" for one in page.evaluate(SMALL_TARGETS)]
    if page.evaluate(SCROLLS_SIDEWAYS):
        wrong.append("it scrolls sideways")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if page.evaluate(SCROLLS_SIDEWAYS):
        wrong.append("it scrolls sideways when the text is twice as large")
    page.evaluate("document.documentElement.style.fontSize = ''")
    return wrong


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("lang", "size"), [("es", NARROW), ("en", WIDE)], ids=["es narrow", "en wide"]
)
def test_every_page_is_accessible_small_and_neutral(
    site: str,
    portal: FakePortal,
    new_context: Callable[..., BrowserContext],
    lang: str,
    size: dict[str, int],
) -> None:
    page = new_context(viewport=size, bypass_csp=True).new_page()
    watch = Watch(page)
    found: dict[str, list[Any]] = {}
    for name in tour(page, f"{site}/{lang}", portal):
        weight = wrong_weight(page, watch, site)
        found[name] = [*violations(page), *weight, *wrong_frame(page, lang), *wrong_size(page)]
    assert len(found) >= 40
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_the_checker_sees_what_is_wrong(
    site: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(bypass_csp=True).new_page()
    page.goto(f"{site}/en/tip")
    page.evaluate(
        "document.querySelector('label[for=text]').remove();"
        "document.documentElement.removeAttribute('lang');"
        "document.querySelector('h1').style.color = '#ccc'"
    )
    rules = {rule for rule, _ in violations(page)}
    assert {"label", "html-has-lang", "color-contrast"} <= rules


def test_the_stylesheet_and_the_script_are_small() -> None:
    files = StaticFiles()
    css, js = (
        len(files.answer(name, "", packed=True).body) for name in ("anydoor.css", "anydoor.js")
    )
    assert css <= MOST_CSS
    assert js <= MOST_JS

"""A county's pack: two sheets of paper, whatever stands in the records, and texts to send."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from starlette.testclient import TestClient

from portal.offline.sheets import LONGEST_NAME, SHOWN_NEEDS
from portal.service_words import GENDERS, POPULATIONS
from shared.directory import Hours, Phone, Place, ServiceCard
from shared.ids import derived_id
from shared.vocabulary import CAN_COME
from tests.e2e.conftest import NARROW
from tests.e2e.public.test_every_page import violations
from tests.support.portal_fakes import FakePortal, make_portal
from tests.support.portal_samples import CARDS
from tests.support.search_hands import page as changes_page

MOST_BYTES = 50_000
PDF_SHEET = re.compile(rb"/Type\s*/Page\b")
NAMES = {
    "plain": "Lakeshore Family Center",
    "capitals": "W" * 400,
    "no blanks": "supercalifragilistic" * 30,
    "marks on marks": "a\u0301\u0302\u0303\u0304\u0305" * 60,
    "wide signs": "帮助中心" * 60,
    "right to left": "\u202eمركز المساعدة " * 20,
    "markup": "</style><script>alert(1)</script><img src=https://example.org/x onerror=a()>",
    "pictures": "🏠" * 200,
}


def full_county(name: str) -> list[ServiceCard]:
    """Return sixty services of each need, with as much in each record as there can be."""
    return [
        ServiceCard(
            id=derived_id("fake", "service", need, str(number)),
            organization=derived_id("fake", "organization", need),
            organization_name=name,
            name=f"{name} {number}",
            needs=[need],
            areas=["XS-lakeshore"],
            populations=list(POPULATIONS),
            genders=["woman", "man"] if number % 2 else list(GENDERS),
            can_come=list(CAN_COME),
            minimum_age=18,
            maximum_age=99,
            places=[
                Place(area="XS-lakeshore", street="1 Sample Street", city=name, region="XS"),
                Place(area="XS-lakeshore", confidential=True),
            ],
            phones=[Phone(number=f"1-555-555-01{number:02}")],
            hours=[
                Hours(weekday=day, opens_at=f"{day + 1:02}:15", closes_at="17:45")
                for day in range(number % 8)
            ],
        )
        for need in SHOWN_NEEDS
        for number in range(60)
    ]


def portal_of(folder: Path, cards: list[ServiceCard]) -> FakePortal:
    """Return a portal whose directory has these services."""
    portal = make_portal(folder, portal_url="https://help.example.org")
    portal.backend.answers["search.changes_after"] = lambda revision, limit: changes_page(
        [] if revision else cards
    )
    return portal


def packs(folder: Path, cards: list[ServiceCard]) -> Iterator[Path]:
    """Save the pack in each language, as a person does."""
    with TestClient(portal_of(folder, cards).app) as visitor:
        for lang in ("en", "es"):
            answer = visitor.get(f"/{lang}/offline/XS-lakeshore.html")
            assert answer.status_code == 200
            assert len(answer.content) < MOST_BYTES
            path = folder / f"{lang}.html"
            path.write_bytes(answer.content)
            yield path


def sheets_of(page: Page, path: Path) -> list[int]:
    """Return how many sheets of Letter and of A4 paper the file takes."""
    page.goto(path.as_uri())
    found = []
    for paper in ("Letter", "A4"):
        pdf = page.pdf(format=paper, prefer_css_page_size=False)
        path.with_name(f"{path.stem}-{paper}.pdf").write_bytes(pdf)
        found.append(len(PDF_SHEET.findall(pdf)))
    return found


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_full_county_takes_two_sheets(tmp_path: Path, page: Page, name: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in packs(tmp_path, full_county(name)):
        assert sheets_of(page, path) == [2, 2]
        assert {url.partition(":")[0] for url in asked} == {"file"}
        shown = page.locator(".place b:first-child").all_inner_texts()
        assert len(shown) >= 2 * len(SHOWN_NEEDS)
        assert max(map(len, shown)) <= LONGEST_NAME


def test_a_county_with_one_service_takes_two_sheets(tmp_path: Path, page: Page) -> None:
    for path in packs(tmp_path, CARDS):
        assert sheets_of(page, path) == [2, 2]


def test_the_file_is_accessible_on_a_small_phone(
    tmp_path: Path, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport=NARROW, bypass_csp=True).new_page()
    for path in packs(tmp_path, full_county(NAMES["plain"])):
        page.goto(path.as_uri())
        assert violations(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

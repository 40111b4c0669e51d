"""The page of an organization, on a portal of stand-ins with a real saved copy."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from shared.directory import Capacity, Phone, Place, ServiceCard
from shared.ids import derived_id
from tests.support.portal_fakes import FakePortal, make_portal
from tests.support.programs import until
from tests.support.search_hands import card, page

AGENCY = derived_id("fake", "organization", "many")
CEDAR = derived_id("fake", "organization", "cedar")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> FakePortal:
    return make_portal(tmp_path_factory.mktemp("portal"))


@pytest.fixture(scope="module")
def visitor(portal: FakePortal) -> Iterator[TestClient]:
    with TestClient(portal.app, follow_redirects=False, headers={"accept-language": "en"}) as it:
        yield it


@contextmanager
def listed(portal: FakePortal, cards: list[ServiceCard], epoch: str) -> Iterator[None]:
    """Have the search service tell these services for the length of a with-block."""
    answers = portal.backend.answers
    before = answers["search.changes_after"]
    answers["search.changes_after"] = lambda revision, limit: page(cards, epoch=epoch)
    try:
        until(lambda: portal.snapshot.epoch == epoch)
        yield
    finally:
        answers["search.changes_after"] = before
        until(lambda: portal.snapshot.epoch == "1")


def of_agency(name: str, **said: Any) -> ServiceCard:
    made = card(name, **said)
    return msgspec.structs.replace(made, organization=AGENCY, organization_name="Many Doors")


def names(text: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'/services/[^"/]+">([^<]*)<', text)]


def test_a_service_leads_to_its_organization_and_back(visitor: TestClient) -> None:
    service = visitor.get(f"/es/services/{derived_id('fake', 'service', 'north-star')}").text
    (path,) = re.findall(r'href="(/es/organizations/[^"]+)">De North Star Shelter<', service)
    answer = visitor.get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert "<title>Ayuda local</title>" in answer.text
    assert names(answer.text) == ["North Star beds"]
    for said in ("Lakeshore", "1-555-555-0123", "Abierto", "https://northstar.example.org"):
        assert said in answer.text, said


def test_a_hidden_place_is_its_area_and_nothing_else(visitor: TestClient) -> None:
    text = visitor.get(f"/organizations/{CEDAR}").text
    assert "Pine" in text
    assert "Some addresses are not shown" in text


def test_what_several_services_say_is_put_together(visitor: TestClient, portal: FakePortal) -> None:
    cards = [
        of_agency("B beds", languages=["en"], phones=[Phone(number="555-0102")]),
        of_agency("A law", languages=["en", "es"], url="https://example.org/law"),
        of_agency("C closed", status="inactive", url="ftp://example.org"),
    ]
    with listed(portal, cards, "three"):
        text = visitor.get(f"/organizations/{AGENCY}").text
        assert names(text) == ["A law", "B beds"]
        assert "2 services" in text
        assert text.count("Español</span>") >= 1
        assert "https://example.org/law" in text
        assert "ftp:" not in text
    assert visitor.get(f"/organizations/{AGENCY}").status_code == 404


def test_two_hundred_services_come_a_page_at_a_time_and_small(
    visitor: TestClient, portal: FakePortal
) -> None:
    cards = [
        of_agency(
            f"Service number {number:03}",
            needs=["emergency_housing", "food_clothing"],
            languages=["en", "es", "zh", "vi", "ko"],
            places=[Place(area="XS-pine", city=f"Larch {number}", street="1 Sample Street")],
            phones=[Phone(number=f"555-01{number % 100:02}")],
            url=f"https://example.org/{number}",
            capacity=Capacity(outward="has", updated_at="2026-11-22T10:00:00+00:00"),
        )
        for number in range(200)
    ]
    with listed(portal, cards, "two hundred"):
        seen = []
        for number in range(1, 11):
            answer = visitor.get(f"/organizations/{AGENCY}/{number}")
            assert len(gzip.compress(answer.content)) < 8 * 1024
            assert f"Page {number} of 10" in answer.text
            seen += names(answer.text)
        assert seen == [one.name for one in cards]
        for wrong in ("0", "11", "-1", "x", "²", "9" * 50, "1.5"):
            assert visitor.get(f"/organizations/{AGENCY}/{wrong}").status_code == 404


def test_a_hostile_organization_is_shown_harmless(visitor: TestClient, portal: FakePortal) -> None:
    hostile = card(
        "=HYPERLINK(1)",
        description="d" * 1_000_000,
        url="javascript:alert(1)",
        places=[Place(area="XS-pine", city="<img src=x>")],
        phones=[Phone(number='"><script>')],
    )
    named = msgspec.structs.replace(
        hostile, organization=AGENCY, organization_name="<script>alert(1)</script>{{ 7 * 7 }}"
    )
    with listed(portal, [named], "hostile"):
        text = visitor.get(f"/organizations/{AGENCY}").text
        text += visitor.get(f"/services/{named.id}").text
        assert "&lt;script&gt;alert(1)" in text
        for bad in ("<script>alert", "<img", 'href="javascript:', "}49", '"><script>'):
            assert bad not in text
        assert len(visitor.get(f"/organizations/{AGENCY}").content) < 12 * 1024


@pytest.mark.parametrize("id", ["x", "..%2f..", "{}", CEDAR.upper(), "a" * 3_000, "%00", "%FF"])
def test_an_unknown_organization_is_a_page_with_phone_numbers(visitor: TestClient, id: str) -> None:
    for path in (f"/organizations/{id}", f"/organizations/{id}/1"):
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert 'href="tel:911"' in answer.text


def test_without_a_copy_it_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = make_portal(tmp_path_factory.mktemp("empty"))
    answer = TestClient(empty.app).get(f"/organizations/{CEDAR}")
    assert answer.status_code == 503
    assert 'href="tel:911"' in answer.text

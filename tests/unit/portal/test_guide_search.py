"""The search in the guides: own language first, English marked, choices, and never a dead end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.support.portal_fakes import FakePortal, make_portal
from tests.support.portal_samples import guide
from tests.support.search_hands import page

POLICE = guide("traffic-stop", "When police stop you", ["police"]) | {
    "audience": ["law_enforcement", "public"],
    "body": "Vacatur and asylum.",
}
GUIDES = [
    guide("t-visa", "The T visa", ["immigration", "law"]),
    guide("food-now", "Food today", ["benefits"]),
    guide("t-visa", "La visa T", ["immigration", "law"], "es"),
    POLICE,
]


@pytest.fixture
def portal(tmp_path: Path) -> FakePortal:
    made = make_portal(tmp_path)
    made.backend.answers["search.changes_after"] = lambda revision, limit: page([], GUIDES)
    return made


@pytest.fixture
def visitor(portal: FakePortal) -> Iterator[TestClient]:
    with TestClient(portal.app, headers={"accept-language": "en"}) as it:
        yield it


def search(visitor: TestClient, lang: str = "en", **asked: Any) -> str:
    answer = visitor.post(f"/{lang}/rights", data=asked)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


def found(text: str) -> list[str]:
    return re.findall(r'href="/\w\w/rights/([a-z-]+)"', text)


def test_words_find_guides_with_a_letter_off_too(visitor: TestClient) -> None:
    assert found(search(visitor, words="police")) == ["traffic-stop"]
    assert found(search(visitor, words="polise")) == ["traffic-stop"]
    assert found(search(visitor, words="vacatr")) == ["traffic-stop"]
    assert found(search(visitor, words="ASYLUM!"))[0] == "traffic-stop"


def test_each_guide_comes_once_in_the_own_language_or_marked_as_english(
    visitor: TestClient,
) -> None:
    visa = search(visitor, "es", words="visa")
    assert found(visa).count("t-visa") == 1
    assert 'href="/es/rights/t-visa">La visa T</a>' in visa
    assert "La visa T</a> (en inglés)" not in visa
    food = search(visitor, "es", words="food")
    assert 'href="/es/rights/food-now">Food today</a> (en inglés)' in food
    assert "(in English)" not in search(visitor, words="food")
    assert "(en inglés)" in visitor.get("/es/rights").text


def test_choices_narrow_what_is_found_and_are_enough_alone(visitor: TestClient) -> None:
    assert found(search(visitor, topics="police")) == ["traffic-stop"]
    assert found(search(visitor, topics=["police", "benefits"])) == ["food-now", "traffic-stop"]
    assert found(search(visitor, audience="law_enforcement")) == ["traffic-stop"]
    both = search(visitor, words="visa", topics="immigration", audience="client")
    assert found(both) == ["t-visa"]
    assert 'value="immigration" autocomplete="off" checked' in both


@pytest.mark.parametrize(
    "asked",
    [{"words": "zzzzqqq"}, {"words": "food", "topics": "police"}, {"words": '" OR * NEAR('}],
)
def test_nothing_found_offers_a_person_and_every_guide(
    visitor: TestClient, asked: dict[str, str]
) -> None:
    text = search(visitor, **asked)
    assert "We found no guide for this" in text
    assert "tel:+18883737888" in text
    assert set(found(text)) == {"t-visa", "food-now", "traffic-stop"}


def test_nothing_asked_is_the_whole_list(visitor: TestClient) -> None:
    assert len(found(search(visitor))) == 3
    assert "We found no guide" not in search(visitor, words="  ")


async def withdraw(portal: FakePortal) -> None:
    gone = page([], [], revision=2, withdrawn=["guide:traffic-stop:en"])
    portal.backend.answers["search.changes_after"] = lambda revision, limit: gone
    await portal.snapshot.catch_up()


def test_a_withdrawn_guide_is_gone(portal: FakePortal, visitor: TestClient) -> None:
    assert visitor.portal is not None
    visitor.portal.call(withdraw, portal)
    assert "traffic-stop" not in found(search(visitor, words="police"))
    assert "traffic-stop" not in found(search(visitor, audience="law_enforcement"))
    assert visitor.get("/en/rights/traffic-stop").status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"words": "x" * 201},
        {"words": ["a", "b"]},
        {"words": "nul\x00"},
        {"topics": "<script>alert(1)</script>"},
        {"audience": ["client", "nobody"]},
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(
    visitor: TestClient, asked: dict[str, Any]
) -> None:
    answer = visitor.post("/en/rights", data=asked)
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert f'<a href="#{next(iter(asked))}">' in answer.text
    assert "<script>alert" not in answer.text


def test_a_form_that_is_none_is_refused(visitor: TestClient) -> None:
    assert visitor.post("/rights", json={"words": "visa"}).status_code == 415
    assert visitor.post("/rights", content=b"words=" + b"x" * 70_000).status_code == 413
    elsewhere = {"sec-fetch-site": "cross-site"}
    assert visitor.post("/rights", data={"words": "a"}, headers=elsewhere).status_code == 403


def test_changing_the_language_keeps_what_was_asked(visitor: TestClient) -> None:
    text = search(visitor, words="visa", topics="immigration")
    assert '<input type="hidden" name="words" value="visa">' in text
    assert '<input type="hidden" name="topics" value="immigration">' in text
    asked = {"of": "/rights", "into": "es", "words": "visa"}
    assert "La visa T" in visitor.post("/language", data=asked).text

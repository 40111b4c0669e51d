"""The pages of finding a place, on a portal of stand-ins whose search engine is not there."""

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

from portal.forms import Posted, check
from portal.pages import services as pages
from shared.directory import Hours, Phone, Place
from shared.ids import derived_id
from tests.support.portal_fakes import FakePortal, make_portal
from tests.support.programs import until
from tests.support.search_hands import HOSTILE, card, page

NORTH_STAR = derived_id("fake", "service", "north-star")
CEDAR = derived_id("fake", "service", "cedar")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> FakePortal:
    return make_portal(tmp_path_factory.mktemp("portal"))


@pytest.fixture(scope="module")
def visitor(portal: FakePortal) -> Iterator[TestClient]:
    with TestClient(portal.app, follow_redirects=False, headers={"accept-language": "en"}) as it:
        yield it


def search(visitor: TestClient, path: str = "/services", **fields: Any) -> str:
    answer = visitor.post(path, data=fields)
    assert answer.status_code == 200, answer.text[:500]
    return html.unescape(answer.text)


@contextmanager
def changed(portal: FakePortal, told: dict[str, Any]) -> Iterator[None]:
    """Have the search service tell another directory for the length of a with-block."""
    answers = portal.backend.answers
    before = answers["search.changes_after"]
    answers["search.changes_after"] = lambda revision, limit: told
    try:
        until(lambda: portal.snapshot.epoch == told["epoch"])
        yield
    finally:
        answers["search.changes_after"] = before
        until(lambda: portal.snapshot.epoch == "1")


def results(text: str) -> list[str]:
    return re.findall(r'<li class="ad-result">.*?href="[^"]*/services/([^"]+)"', text, re.DOTALL)


def test_a_result_says_what_where_when_in_which_languages_and_whom_to_call(
    visitor: TestClient,
) -> None:
    text = search(visitor, need="bed")
    assert results(text)[0] == NORTH_STAR
    for said in ("North Star beds", "Lakeshore", "Open day and night", "Español"):
        assert said in text
    assert 'href="tel:+15555550123"' in text
    assert "saved copy" in text


def test_a_search_leaves_no_word_in_any_address(visitor: TestClient) -> None:
    text = search(visitor, need="bed", place="Lakeshore", genders="man")
    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', text)
    assert not [one for one in addresses if "?" in one or "bed" in one.lower()]


def test_a_typo_a_lay_word_and_spanish_find_the_same(visitor: TestClient) -> None:
    for need in ("lawer", "attorney", "abogado visa T"):
        assert derived_id("fake", "service", "bare") in results(search(visitor, need=need))


def test_a_place_narrows_and_an_unknown_one_is_named(visitor: TestClient) -> None:
    assert results(search(visitor, place="pine")) == [CEDAR]
    assert results(search(visitor, place="Lakeshor county")) == [NORTH_STAR]
    text = search(visitor, place="Atlantis <b>")
    assert "We do not know the place “Atlantis <b>”" in text
    assert len(results(text)) == 3


def test_choices_narrow_and_stay_chosen(visitor: TestClient) -> None:
    text = search(visitor, genders="woman", needs="safety")
    assert results(text) == [CEDAR]
    assert "Chosen: Being safe now, Woman or girl" in text
    assert re.search(r'name="genders" value="woman" checked', text)
    assert not re.search(r'name="genders" value="man" checked', text)


def test_nothing_found_is_no_dead_end(visitor: TestClient) -> None:
    text = search(visitor, need="zzzzqqq", genders="man", place="Pine")
    assert results(text) == []
    assert 'href="tel:+18883737888"' in text
    assert text.count('name="needs" value=') >= 6
    assert 'href="/get-help"' in text
    assert "Search everywhere, without the choices" in text


def test_nothing_found_offers_what_the_words_may_mean_first(visitor: TestClient) -> None:
    text = search(visitor, need="dentist", place="Pine")
    offered = re.findall(r'<button[^>]*name="needs" value="([^"]+)"', text)
    assert offered[0] == "dental_care"


def test_a_guide_stands_under_the_results(visitor: TestClient) -> None:
    assert 'href="/rights/t-visa"' in search(visitor, need="visa")


def test_a_guide_that_is_only_in_english_says_so(visitor: TestClient) -> None:
    told = search(visitor, "/es/services", need="food")
    assert '(en inglés) <span class="ad-guides__about" lang="en"' in told
    assert re.search(r'lang="en" dir="ltr" href="/es/rights/food-now"', told)
    visa = search(visitor, "/es/services", need="visa")
    assert visa.count('href="/es/rights/t-visa"') == 1
    assert 'href="/es/rights/t-visa">La visa T</a> <span' in visa


def test_the_feed_of_guides_is_sent_once(visitor: TestClient) -> None:
    assert 'href="/es/rights/feed.xml"' in visitor.get("/es/rights").text
    assert "feed.xml" not in visitor.get("/es/services").text
    first = visitor.get("/es/rights/feed.xml")
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-store")
    assert first.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert "La visa T" in first.text
    assert "/es/rights/t-visa" in first.text
    asked = {"if-none-match": first.headers["etag"]}
    again = visitor.get("/es/rights/feed.xml", headers=asked)
    assert (again.status_code, again.text) == (304, "")
    assert visitor.get("/rights/feed.xml", headers=asked).status_code == 200


def test_changing_the_language_keeps_the_search(visitor: TestClient) -> None:
    text = search(visitor, need="bed", genders="man")
    assert '<input type="hidden" name="need" value="bed">' in text
    spanish = search(visitor, "/es/services", need="bed")
    assert '<html lang="es"' in spanish
    assert "Abierto día y noche" in spanish
    assert 'href="/es/services/' in spanish


def test_the_page_says_what_the_words_were_taken_for_and_offers_the_words_alone(
    visitor: TestClient,
) -> None:
    text = search(visitor, need="nơi ở cho phụ nữ")
    assert "Woman or girl" in text
    assert "We looked for: A place to stay tonight" in text
    assert '<input type="hidden" name="as_typed" value="yes">' in text
    spanish = search(visitor, "/es/services", need="abogado", as_typed="yes")
    assert "Buscamos" not in spanish


def test_whatever_is_typed_gets_a_page_and_is_kept(visitor: TestClient) -> None:
    for text in HOSTILE:
        for field in ("need", "place", "page", "as_typed"):
            answer = visitor.post("/services", data={field: text.encode("utf-8", "replace")})
            assert answer.status_code in (200, 422), (field, text[:40])
            if answer.status_code == 422:
                assert f'href="#{field}"' in answer.text
                assert "There is a problem" in answer.text
            assert 'href="tel:911"' in answer.text
            assert answer.text.count("<h1") == 1


def test_a_page_of_twenty_is_small(visitor: TestClient, portal: FakePortal) -> None:
    cards = [
        card(
            f"House number {number}",
            needs=["emergency_housing", "food_clothing"],
            languages=["en", "es", "zh", "vi", "ko"],
            places=[Place(area="XS-pine", city="Larch")],
            phones=[Phone(number="555-0101")],
            hours=[Hours(weekday=day, opens_at="09:00", closes_at="17:00") for day in range(5)],
        )
        for number in range(25)
    ]
    with changed(portal, page(cards, epoch="many")):
        first = visitor.post("/services", data={"need": "house"})
        assert len(results(first.text)) == 20
        assert len(gzip.compress(first.content)) < 10 * 1024
        second = search(visitor, need="house", page="2")
        assert len(results(second)) == 5
        assert not set(results(second)) & set(results(first.text))


def test_a_service_page_answers_the_questions_of_its_reader(visitor: TestClient) -> None:
    answer = visitor.get(f"/services/{NORTH_STAR}")
    text = html.unescape(answer.text)
    assert answer.status_code == 200
    for said in (
        *("Who can come", "What it costs", "Papers to bring", "How to get in", "Where", "Hours"),
        *("No ID needed", "Nothing. It is free.", "1 Sample Street", "Up to 30 days"),
        *("Español", "November 1, 2026", "https://northstar.example.org"),
    ):
        assert said in text, said
    assert "<title>Local help</title>" in text
    assert "may be" not in text


def test_a_hidden_place_shows_its_area_and_why(visitor: TestClient) -> None:
    text = visitor.get(f"/services/{CEDAR}").text
    assert "Pine" in text
    assert "address is not shown" in text


def test_a_service_page_leads_to_a_card_and_a_text(visitor: TestClient) -> None:
    text = visitor.get(f"/es/services/{NORTH_STAR}").text
    assert f'href="/es/services/{NORTH_STAR}/card"' in text
    assert 'href="sms:?body=Llame%20al%201-555-555-0123.%20Abierto' in text
    bare = visitor.get(f"/services/{derived_id('fake', 'service', 'bare')}").text
    assert "sms:?body" not in bare


def test_a_card_says_how_to_come_and_not_what_for(visitor: TestClient) -> None:
    answer = visitor.get(f"/services/{NORTH_STAR}/card")
    assert answer.headers["cache-control"] == "no-store"
    for said in ("North Star beds", "1-555-555-0123", "Open day and night", "1 Sample Street"):
        assert said in answer.text
    for kept in ("Food", "meal", "No ID", "traffick", "northstar.example.org"):
        assert kept not in answer.text


def test_a_card_of_a_hidden_place_says_to_call(visitor: TestClient) -> None:
    text = visitor.get(f"/services/{CEDAR}/card").text
    assert "They tell you how to come" in text
    assert "Pine" not in text
    assert "safe home" not in text


def test_a_hostile_record_is_shown_harmless(visitor: TestClient, portal: FakePortal) -> None:
    hostile = card(
        "<script>alert(1)</script>",
        description="<img src=x onerror=alert(1)>\n{{ 7 * 7 }}",
        url="javascript:alert(1)",
        documents=["<b>ID</b>"],
        phones=[Phone(number='"><script>', description="<i>")],
        languages=["en", "<x>"],
        hours=[Hours(weekday=77, opens_at="soon", closes_at="never")],
    )
    named = msgspec.structs.replace(hostile, id=derived_id("fake", "service", "hostile"))
    with changed(portal, page([named], epoch="hostile")):
        one = visitor.get(f"/services/{named.id}").text
        one += visitor.get(f"/services/{named.id}/card").text
        many = visitor.post("/services", data={}).text
        assert "&lt;script&gt;alert(1)" in one
        assert "&lt;script&gt;alert(1)" in many
        for bad in ("<script>alert", "<img", "<b>ID", 'href="javascript:', ">49"):
            assert bad not in one + many


@pytest.mark.parametrize("id", ["x", "..%2f..", "{}", NORTH_STAR.upper(), "a" * 3_000, "%00"])
def test_an_unknown_service_is_a_page_with_phone_numbers(visitor: TestClient, id: str) -> None:
    for path in (f"/services/{id}", f"/services/{id}/card"):
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert 'href="tel:911"' in answer.text


def test_a_service_listed_this_moment_is_asked_of_the_registry(
    visitor: TestClient, portal: FakePortal
) -> None:
    fresh = msgspec.structs.replace(card("Fresh"), id=derived_id("fake", "service", "fresh"))
    answers = portal.backend.answers
    answers["registry.describe_services"] = lambda ids: [msgspec.to_builtins(fresh)]
    try:
        assert "Fresh" in visitor.get(f"/services/{fresh.id}").text
    finally:
        answers["registry.describe_services"] = lambda ids: []


def test_an_old_copy_says_how_old_it_is(
    visitor: TestClient, portal: FakePortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal.snapshot, "age_s", lambda: 3_600.0)
    assert "may be 60 minutes old" in visitor.get(f"/services/{NORTH_STAR}").text
    assert "may be 60 minutes old" in search(visitor, need="bed")


def test_the_number_of_a_page_is_between_one_and_the_last() -> None:
    for typed, number in {"": 1, "0": 1, "2": 2, "999": pages.LAST_PAGE, "x": 1, "²": 1}.items():
        answers = check(pages.FORM, Posted([("page", typed)]))
        assert pages.as_wish(answers, None).page == number

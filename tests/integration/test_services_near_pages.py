"""Results near a place: how far each is, the choice of a distance, and which place it is."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import msgspec
import pytest
from starlette.testclient import TestClient

from shared.directory import Place
from tests.support.portal_fakes import FakePortal, make_portal
from tests.support.programs import until
from tests.support.search_hands import HOSTILE, card, page


def at(area: str, city: str, north: float, east: float = -122.85, region: str = "XS") -> Place:
    return Place(area=area, city=city, region=region, latitude=north, longitude=east)


HERE, THERE = ["XS-pine"], ["XG-coast"]
CEDAR, FAR_CEDAR = at("XS-pine", "Cedar", 46.80), at("XG-coast", "Cedar", 40.0, -100.0, "XG")
BEDS = ["emergency_housing"]
CARDS = [
    card("Town beds", needs=BEDS, areas=HERE, places=[CEDAR]),
    card("Mill beds", needs=BEDS, areas=HERE, places=[at("XS-pine", "Mill", 46.93)]),
    card("Far beds", needs=BEDS, areas=HERE, places=[at("XS-pine", "Top", 47.70)]),
    card("Safe beds", needs=BEDS, areas=HERE, places=[Place(area="XS-pine", confidential=True)]),
    card("Phone beds", needs=BEDS, remote=True),
    card("Cedar food", needs=["food_clothing"], areas=HERE, places=[CEDAR]),
    msgspec.structs.replace(
        card("<!--far--> \ue000 beds", needs=BEDS, areas=HERE, places=[CEDAR]), id="id-odd"
    ),
    card("Other beds", needs=BEDS, areas=THERE, places=[FAR_CEDAR]),
]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> FakePortal:
    made = make_portal(tmp_path_factory.mktemp("portal"))
    made.backend.answers["search.changes_after"] = lambda revision, limit: page(
        [] if revision else CARDS, epoch="near"
    )
    return made


@pytest.fixture(scope="module")
def visitor(portal: FakePortal) -> Iterator[TestClient]:
    with TestClient(portal.app, follow_redirects=False, headers={"accept-language": "en"}) as it:
        until(lambda: portal.snapshot.epoch == "near")
        yield it


def search(visitor: TestClient, path: str = "/services", **fields: str) -> str:
    answer = visitor.post(path, data=fields)
    assert answer.status_code == 200, answer.text[:500]
    return html.unescape(answer.text)


def names(text: str) -> list[str]:
    return re.findall(r'<li class="ad-result">.*?<a [^>]*>(.*?)</a>', text, re.DOTALL)


def far(text: str, name: str) -> str:
    item = next(one for one in text.split('<li class="ad-result">') if name in one)
    found = re.search(r"</strong> · ([^<]*)</p>", item)
    return found.group(1) if found else ""


def test_each_result_says_how_far_it_is_nearest_first(visitor: TestClient) -> None:
    text = search(visitor, need="bed", place="Cedar")
    assert names(text)[-1] == "Far beds"
    assert set(names(text)[:3]) == {"Town beds", "Mill beds", "<!--far--> \ue000 beds"}
    assert far(text, "Town beds") == "Less than 2 miles away"
    assert far(text, "Mill beds") == "About 9 miles away"
    assert far(text, "Far beds") == "About 60 miles away"
    for hidden in ("Safe beds", "Phone beds"):
        assert hidden in names(text)
        assert far(text, hidden) == ""
    assert "Near Cedar, Pine." in text
    assert "Other beds" not in names(text)


def test_a_distance_is_told_in_spanish(visitor: TestClient) -> None:
    text = search(visitor, "/es/services", need="cama", place="Cedar", far="25")
    assert "A unas 9 millas" in text
    assert "Cerca de Cedar, Pine." in text
    assert "Hasta 25 millas" in text


def test_without_a_place_nothing_says_how_far(visitor: TestClient) -> None:
    text = search(visitor, need="bed")
    assert "miles away" not in text
    assert "Near " not in text
    assert "<!--far-->" not in visitor.post("/services", data={"need": "bed"}).text


def test_a_record_cannot_say_where_the_distance_stands(visitor: TestClient) -> None:
    raw = visitor.post("/services", data={"need": "bed", "place": "Cedar"}).text
    assert "&lt;!--far--&gt; \ue000 beds</a>" in raw
    assert far(html.unescape(raw), "\ue000 beds") == "Less than 2 miles away"


def test_how_far_is_a_choice_of_one_and_is_carried_along(visitor: TestClient) -> None:
    text = search(visitor, need="bed", place="Cedar", far="10")
    assert "Far beds" not in names(text)
    assert {"Safe beds", "Phone beds"} <= set(names(text))
    assert "Chosen: Within 10 miles" in text
    assert '<input type="radio" name="far" value="10" checked>' in text
    assert '<input type="radio" name="far" value="any">' in text
    assert '<input type="hidden" name="far" value="10">' in text
    assert '<input type="radio" name="far" value="any" checked>' in visitor.get("/services").text


def test_a_distance_without_a_place_says_what_is_missing(visitor: TestClient) -> None:
    for fields in ({"need": "bed"}, {"need": "bed", "place": "Atlantis"}):
        text = search(visitor, far="10", **fields)
        assert "when we know the place" in text
        assert len(names(text)) == 7


def test_a_place_in_the_words_is_named_and_can_be_left_out(visitor: TestClient) -> None:
    text = search(visitor, need="shelter in Cedar", needs="emergency_housing")
    assert "Near Cedar, Pine." in text
    assert "Other beds" not in names(text)
    form = next(one for one in text.split("<form") if 'name="anywhere" value="yes"' in one)
    for kept in ('name="need" value="shelter in Cedar"', 'name="needs" value="emergency_housing"'):
        assert kept in form
    everywhere = search(visitor, need="shelter in Cedar", anywhere="yes")
    assert "Other beds" in names(everywhere)
    assert "Near Cedar" not in everywhere


def test_another_place_of_the_name_can_be_chosen(visitor: TestClient) -> None:
    text = search(visitor, need="bed", place="Cedar", far="25")
    form = next(one for one in text.split("<form") if "Did you mean another place?" in one)
    assert '<button class="ad-link" name="place" value="Cedar, Coast">' in form
    assert 'name="far" value="25"' in form
    other = search(visitor, need="bed", place="Cedar, Coast")
    assert names(other)[0] == "Other beds"
    assert "Near Cedar, Coast." in other
    assert "Town beds" not in names(other)


def test_nothing_near_a_place_in_the_words_is_said(visitor: TestClient) -> None:
    text = search(visitor, need="food in Coast")
    assert names(text) == ["Cedar food"]
    assert "We found nothing near Coast. This is from all places." in text


def test_no_place_is_in_any_address(visitor: TestClient) -> None:
    text = search(visitor, need="bed", place="Cedar", far="10")
    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', text)
    assert not [one for one in addresses if "?" in one or "cedar" in one.lower()]


@pytest.mark.parametrize("code", ["1", "11", "-10", "1e1", "10 ", "any,10", "٢٥", *HOSTILE[:30]])
def test_an_unknown_distance_is_refused_by_name(visitor: TestClient, code: str) -> None:
    answer = visitor.post("/services", data={"need": "bed", "place": "Cedar", "far": code})
    assert answer.status_code == 422
    assert 'href="#far"' in answer.text
    assert 'id="far"' in answer.text
    assert "Choose from the list" in answer.text


def test_two_distances_and_a_place_without_end_are_refused(visitor: TestClient) -> None:
    answer = visitor.post("/services", data={"far": ["10", "25"]})
    assert answer.status_code == 422
    assert "Choose one answer only" in answer.text
    long = visitor.post("/services", data={"need": "bed", "place": "x" * 10_000})
    assert long.status_code == 422
    assert "Write at most 80 letters" in long.text
    blank = search(visitor, need="bed", place=" , ", far="any")
    assert len(names(blank)) == 7

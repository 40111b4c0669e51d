"""Points, middles and distances; and words for them that say nothing false."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.distances import MILE_M, distance_m, far_words, middle, point_of
from services.search.documents import service_document
from shared.cells import SIDES, Point, cells_of, middle_of, rounded
from shared.directory import Place
from tests.support.search_hands import card

HERE = (46.81, -122.85)
#: Miles of a degree from south to north.
DEGREE_MI = distance_m((0, 0), (1, 0)) / MILE_M
points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
HOSTILE_POINTS: list[Any] = [
    *((None, None), (46.8, None), (None, -122.8), (91.0, 0.0), (0.0, 181.0), (-90.01, 0.0)),
    *((nan, 0.0), (0.0, nan), (inf, 0.0), (0.0, -inf), (1e308, 1e308), (46_800_000.0, 0.0)),
]


def told(miles: float, lang: str = "en") -> str:
    north = HERE[0] + miles / DEGREE_MI
    place = Place(area="XS-pine", latitude=north, longitude=HERE[1])
    return far_words(msgspec.json.encode(card("One", places=[place])), HERE, lang)


@pytest.mark.parametrize(
    ("miles", "words"),
    [
        (0, "Less than 2 miles away"),
        (1.4, "Less than 2 miles away"),
        (1.6, "About 2 miles away"),
        (3.4, "About 3 miles away"),
        (9.6, "About 10 miles away"),
        (13, "About 15 miles away"),
        (28, "About 30 miles away"),
        (97, "About 100 miles away"),
        (104, "About 100 miles away"),
        (106, "More than 100 miles away"),
    ],
)
def test_a_distance_is_told_in_round_miles(miles: float, words: str) -> None:
    assert told(miles) == words


def test_a_distance_is_told_in_the_language_of_the_page() -> None:
    assert told(3.4, "es") == "A unas 3 millas"
    assert told(0, "es") == "A menos de 2 millas"


@given(st.floats(0, 300))
def test_what_is_told_is_true_to_a_fifth_or_half_a_mile(miles: float) -> None:
    words = told(miles)
    if words.startswith("Less"):
        assert miles < 2
    elif words.startswith("More"):
        assert miles > 100
    else:
        number = int(words.split()[1])
        assert abs(number - miles) <= max(0.51, miles / 5)


def test_of_several_places_the_nearest_counts_and_a_hidden_one_never() -> None:
    hidden = Place(area="XS-pine", confidential=True, latitude=HERE[0], longitude=HERE[1])
    places = [Place(area="XS-pine", latitude=HERE[0] + d, longitude=HERE[1]) for d in (0.5, 0.1)]
    assert told_of([hidden]) == ""
    assert told_of([Place(area="XS-pine", city="Larch")]) == ""
    assert told_of([hidden, *places]) == "About 7 miles away"
    assert far_words(b"{}", None, "en") == ""


def told_of(places: list[Place]) -> str:
    return far_words(msgspec.json.encode(card("One", places=places)), HERE, "en")


@pytest.mark.parametrize("at", HOSTILE_POINTS, ids=str)
def test_what_is_no_point_on_earth_is_none(at: Any) -> None:
    place = Place(area="XS-pine", city="Larch", latitude=at[0], longitude=at[1])
    assert rounded(*at) is None
    assert cells_of(*at) == ()
    assert point_of(place) is None
    assert service_document(card("One", places=[place]))["cells"] == []


@given(points)
def test_a_cell_is_where_its_points_are(at: Point) -> None:
    for cell, side in zip(cells_of(*at), SIDES.values(), strict=True):
        north, east = middle_of(cell)
        assert abs(north - at[0]) <= side / 100 + 0.01
        assert abs(east - at[1]) <= side / 100 + 0.01
        assert cell.isalnum()
        assert cell.isascii()


def test_a_document_has_the_cells_of_public_places_and_of_no_hidden_one() -> None:
    public = Place(area="XS-pine", latitude=46.8192, longitude=-122.849)
    hidden = Place(area="XS-pine", confidential=True, latitude=10.0, longitude=10.0)
    document = service_document(card("Two", places=[public, hidden]))
    assert document["cells"] == sorted(cells_of(46.82, -122.85))
    assert "46.8" not in str(document)
    assert service_document(card("Hidden", places=[hidden]))["cells"] == []


def test_the_middle_is_not_moved_far_by_a_wrong_point_or_the_date_line() -> None:
    town = [(46.80, -122.80), (46.82, -122.82), (46.84, -122.84)]
    center = middle([*town, (10.0, 100.0)])
    assert center is not None
    assert distance_m(center, town[1]) < 3_000
    over = middle([(52.0, 179.9), (52.0, -179.7)])
    assert over is not None
    assert over == pytest.approx((52.0, -179.9))
    assert middle([HERE]) == HERE
    assert middle([]) is None


@given(points, points)
def test_distances_are_the_same_both_ways_and_never_more_than_half_the_globe(
    one: Point, other: Point
) -> None:
    assert distance_m(one, other) == pytest.approx(distance_m(other, one))
    assert 0 <= distance_m(one, other) <= 20_015_200

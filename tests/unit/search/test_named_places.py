"""The names of places: towns of one name told apart, and the cells around their middles."""

from __future__ import annotations

import pytest

from portal.distances import MILE_M, distance_m
from portal.named_places import NamedPlaces, Row, rows_of
from portal.wishes import Near, Spot
from shared.cells import middle_of
from shared.directory import Place, ServiceCard
from tests.support.search_hands import HOSTILE, card, page


def town(area: str, north: float, east: float, city: str = "Cedar", region: str = "XS") -> Place:
    return Place(
        area=area, city=city, region=region, postal_code="", latitude=north, longitude=east
    )


def known(*cards: ServiceCard) -> NamedPlaces:
    told = page(list(cards))
    rows = [row for one in told["cards"] for row in rows_of(one, told["documents"][one["id"]])]
    return NamedPlaces(Row(*row) for row in rows)


#: Two towns called Cedar far apart, one of them in two counties; a service in it serves three.
NORTH = [card(f"N{n}", areas=["XS-pine"], places=[town("XS-pine", 46.8, -122.8)]) for n in range(5)]
PLACES = known(
    *NORTH,
    card("Wide", areas=["XS-lakeshore", "XS-harbor"], places=[town("XS-lakeshore", 46.81, -122.8)]),
    card("E1", areas=["XG-far"], places=[town("XG-far", 40.0, -100.0, region="XG")]),
    card("E2", areas=["XG-far"], places=[town("XG-far", 40.1, -100.1, region="XG")]),
    card("Odd", areas=["XS-pine"], places=[town("XS-pine", 999.0, 0.0, city="Broken")]),
    card("Bare", places=[Place(area="", city="Nowhere")]),
    card("Point", places=[town("", 47.5, -120.0, city="Pointe")]),
    card("Zip", areas=["XS-pine"], places=[Place(area="XS-pine", postal_code="00301-1234"[:5])]),
    card("Hidden", areas=["XS-pine"], places=[Place(area="XS-pine", confidential=True)]),
)


def named(text: str) -> Spot:
    spot = PLACES.named(text)
    assert spot is not None, text
    return spot


def test_of_two_towns_of_one_name_the_one_with_more_services_is_meant() -> None:
    spot = named("cedar")
    assert (spot.name, spot.areas, spot.others) == ("Cedar, Pine", ("XS-pine",), ("Cedar, Far",))
    assert spot.middle == pytest.approx((46.805, -122.8), abs=0.01)


@pytest.mark.parametrize("text", ["Cedar, Far", "cedar, xg", "CEDAR ,  far county"])
def test_what_follows_a_comma_says_which_one(text: str) -> None:
    spot = named(text)
    assert (spot.name, spot.areas, spot.others) == ("Cedar, Far", ("XG-far",), ("Cedar, Pine",))


def test_a_town_is_not_in_every_area_that_a_service_in_it_serves() -> None:
    assert "XS-harbor" not in named("Cedar").areas
    assert PLACES.words["cedar"] == named("cedar")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Pine county", "Pine"), ("Pin", "Pine"), ("Ceddar", "Cedar, Pine"), ("00301-9999", "00301")],
)
def test_counties_postal_codes_and_typos_are_known(typed: str, name: str) -> None:
    assert named(typed).name == name


def test_a_place_without_area_is_known_by_its_points_and_one_with_neither_is_not() -> None:
    spot = named("Pointe")
    assert (spot.areas, spot.middle) == ((), (47.5, -120.0))
    assert PLACES.named("Nowhere") is None
    assert named("Broken").middle is None
    assert PLACES.around(named("Broken")) == Near(("XS-pine",))


def test_rings_hold_the_cells_within_their_distance_and_each_other() -> None:
    spot = named("Cedar")
    next_door, ten, county, far = PLACES.around(spot).rings
    assert next_door
    assert set(next_door) <= set(ten)
    assert set(ten) <= set(county)
    assert spot.middle is not None
    for cells, miles in ((next_door, 3), (ten, 10), (county, 25), (far, 100)):
        assert all(distance_m(middle_of(one), spot.middle) <= miles * MILE_M for one in cells)
    limited = PLACES.around(spot, 25)
    assert limited == Near(spot.areas, (next_door, ten, county), is_limited=True)


@pytest.mark.parametrize("text", [*HOSTILE, "", ",", " , ", "x" * 10_000, "9" * 10_000, "Cedar,"])
def test_whatever_is_typed_is_a_place_or_none(text: str) -> None:
    found = PLACES.named(text)
    assert found is None or found.name in {"Cedar, Pine", "Pine", "Cedar, Far", "00301", "Far"}


def test_nothing_is_known_of_an_empty_directory() -> None:
    empty = NamedPlaces()
    assert (empty.areas, empty.named("Cedar"), dict(empty.words)) == ([], None, {})

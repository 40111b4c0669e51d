"""Lists ring by ring become one: near first, nothing twice, nothing left out, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rings import HIDDEN_AT_MI, RINGS, Step, joined, steps_of
from portal.search import inside
from portal.wishes import EVERYWHERE, UNSAID, Near

HERE, OTHER = "XS-pine", "XS-harbor"
#: A cell at each distance, and a coarse one where the ring is of coarse ones.
BY, NEAR, COUNTY = ("by", "c-near"), ("near", "c-near"), ("county", "c-county")
FAR, AWAY = ("far", "c-far"), ("away",)
RINGS_HERE = (
    ("by",),
    ("by", "near"),
    ("by", "near", "county"),
    ("c-near", "c-county", "c-far"),
)
#: A place where nobody is in the nearest rings.
LONELY = Near((HERE,), ((), (), ("a",), ("c",)))


@dataclass(frozen=True)
class Doc:
    """A service as the engine knows it; they are answered in the order of their ids."""

    id: str
    areas: tuple[str, ...]
    cells: tuple[str, ...]

    def fits(self, step: Step) -> bool:
        return not step or any(
            all(self._has(facet, codes) for facet, codes in alternative) for alternative in step
        )

    def _has(self, facet: str, codes: tuple[str, ...]) -> bool:
        told = {"areas": self.areas, "cells": self.cells}[facet]
        return bool(set(told) & set(codes)) or (UNSAID in codes and not told)


areas = st.sampled_from([(HERE,), (OTHER,), (HERE, OTHER), (EVERYWHERE,), ()])
cells = st.sampled_from([BY, NEAR, COUNTY, FAR, AWAY, (*NEAR, *FAR), ()])
docs = st.lists(st.tuples(areas, cells), max_size=60).map(
    lambda told: [Doc(f"{number:03}", *one) for number, one in enumerate(told)]
)
limits = st.sampled_from([0, *RINGS])


def near(miles: int) -> Near:
    rings = [
        cells for far, cells in zip(RINGS, RINGS_HERE, strict=True) if not miles or far <= miles
    ]
    return Near((HERE,), tuple(rings), is_limited=bool(miles))


def page(docs: list[Doc], near: Near, number: int, size: int) -> list[str]:
    """Ask as the engine is asked: each step for its first ones only."""
    offset = size * number
    parts = [[one.id for one in docs if one.fits(step)] for step in steps_of(near)]
    return joined((part[: offset + size] for part in parts), offset, size)


@given(docs, limits, st.integers(1, 7))
def test_pages_hold_everything_once_and_nearest_first(
    docs: list[Doc], miles: int, size: int
) -> None:
    asked = near(miles)
    *rings, everything = steps_of(asked)
    pages = [page(docs, asked, number, size) for number in range(len(docs) // size + 2)]
    found = [id for one in pages for id in one]
    assert sorted(found) == [one.id for one in docs if one.fits(everything)]
    assert all(len(one) == size for one in pages[: len(found) // size])
    by_id = {one.id: one for one in docs}
    nearest = [
        next((at for at, ring in enumerate(rings) if by_id[id].fits(ring)), len(rings))
        for id in found
    ]
    assert nearest == sorted(nearest)


@given(docs, limits)
def test_every_step_holds_the_one_before(docs: list[Doc], miles: int) -> None:
    steps = steps_of(near(miles))
    for less, more in pairwise(steps):
        assert {one for one in docs if one.fits(less)} <= {one for one in docs if one.fits(more)}


@given(docs)
def test_what_serves_the_place_is_found_with_rings_and_without(docs: list[Doc]) -> None:
    serving = {one.id for one in docs if {HERE, EVERYWHERE} & set(one.areas)}
    assert serving == set(page(docs, Near((HERE,)), 0, 100))
    assert serving <= set(page(docs, near(0), 0, 100))


@pytest.mark.parametrize("miles", [10, 25, 100])
def test_within_a_distance_nothing_farther_is_found_but_hidden_addresses_are(miles: int) -> None:
    docs = [
        Doc("here", (HERE,), NEAR),
        Doc("border", (OTHER,), NEAR),
        Doc("county", (HERE,), COUNTY),
        Doc("far", (HERE,), FAR),
        Doc("away", (HERE,), AWAY),
        Doc("hidden", (HERE,), ()),
        Doc("by phone", (EVERYWHERE,), ()),
        Doc("hidden elsewhere", (OTHER,), ()),
    ]
    reached = [name for name, at in (("county", 25), ("far", 100)) if at <= miles]
    expected = {"here", "border", "hidden", "by phone", *reached}
    assert set(page(docs, near(miles), 0, 20)) == expected


def test_a_hidden_address_stands_before_what_is_far_and_a_neighbour_last() -> None:
    docs = [
        Doc("border", (OTHER,), NEAR),
        Doc("far", (HERE,), FAR),
        Doc("hidden", (HERE,), ()),
        Doc("says no area", (), COUNTY),
        Doc("here", (HERE,), NEAR),
        Doc("next door", (HERE,), BY),
    ]
    found = page(docs, near(0), 0, 20)
    assert found == ["next door", "here", "hidden", "says no area", "far", "border"]
    assert HIDDEN_AT_MI in RINGS


def test_without_a_place_everything_is_asked_for_and_without_a_middle_the_area() -> None:
    assert steps_of(None) == [()]
    assert inside(()) == []
    assert [inside(step) for step in steps_of(Near((HERE,)))] == [['(areas IN ["XS-pine", "*"])']]


def test_a_ring_nobody_is_in_is_not_asked_for() -> None:
    assert len(steps_of(LONELY)) == 3
    assert all(steps_of(Near((HERE,), ((), (), (), ()), is_limited=True)))
    assert len(steps_of(Near((HERE,), ((), (), (), ())))) == 2


def test_the_engine_is_asked_for_what_names_none_by_emptiness() -> None:
    (step, *_, last) = steps_of(Near((HERE,), (("f1x1",),), is_limited=True))
    assert inside(step) == ['((areas IN ["XS-pine", "*"] OR areas IS EMPTY) AND cells IN ["f1x1"])']
    assert inside(last) == [
        '(cells IN ["f1x1"]) OR (areas IN ["XS-pine", "*"] AND (cells IS EMPTY))'
    ]

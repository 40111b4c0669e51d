"""No hidden count can be worked out: every list of counts that somebody might try is tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.small_counts import SMALLEST, exact, hidden, rounded, shown

Shown = Callable[[list[int]], list[int | None]]
Cells = tuple[int | None, ...]


@pytest.mark.parametrize(("cells", "largest"), [(1, 30), (2, 30), (3, 18), (4, 12)])
@pytest.mark.parametrize("told", [shown, exact])
def test_what_is_shown_with_its_total_fits_two_counts_of_each_hidden_cell(
    told: Shown, cells: int, largest: int
) -> None:
    fitting: dict[tuple[Cells, int | None], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(largest + 1), repeat=cells):
        total = sum(counts)
        fitting[tuple(told(list(counts))), total if total >= SMALLEST else None].append(counts)
    for (seen, _), lists in fitting.items():
        for place, cell in enumerate(seen):
            if cell is None:
                assert len({counts[place] for counts in lists}) > 1, (seen, lists)


@given(st.lists(st.integers(0, 40), max_size=30), st.randoms())
def test_where_a_count_stands_decides_nothing(counts: list[int], order: object) -> None:
    places = list(range(len(counts)))
    order.shuffle(places)  # type: ignore[attr-defined]
    moved = hidden([counts[place] for place in places])
    assert {places[at] for at in moved} == hidden(counts)


@given(st.lists(st.integers(0, 10_000), max_size=30))
def test_what_is_hidden_is_small_or_hides_a_small_one(counts: list[int]) -> None:
    places = hidden(counts)
    small = {place for place, count in enumerate(counts) if count < SMALLEST}
    assert small <= places
    if places > small:
        (least,) = {counts[place] for place in places - small}
        assert all(count > least for at, count in enumerate(counts) if at not in places)
    if len(places) < len(counts) and places:
        assert len(places) > 1
        assert sum(counts[place] for place in places) >= SMALLEST
        assert len({counts[place] for place in places}) > 1 or places == small


def test_equal_small_counts_at_the_end_of_their_range_hide_the_next() -> None:
    assert shown([4, 4, 4, 9, 30]) == [None, None, None, None, 30]
    assert shown([1, 1, 1, 1, 1, 9, 30]) == [None] * 6 + [30]
    assert shown([11, 11, 4]) == [None, None, None]
    assert exact([3, 4, 21]) == [None, None, 21]


def test_numbers_are_rounded_to_the_nearest_five() -> None:
    assert [rounded(count) for count in (0, 2, 3, 7, 8, 1_002)] == [0, 0, 5, 5, 10, 1_000]

"""What a report of gaps counts, and what it keeps to itself."""

from __future__ import annotations

from typing import Any

import pytest

from services.referrals.gaps import Count, Filters, checked, report
from services.referrals.matching import Entry
from services.referrals.small_counts import shown
from shared.directory import Capacity
from shared.errors import Invalid
from tests.support.referral_network import card

FULL = Capacity(outward="none", updated_at="2026-03-01T00:00:00.000+00:00")


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([], []),
        ([4], [None]),
        ([5], [5]),
        ([12, 13], [10, 15]),
        ([3, 20, 9], [None, 20, None]),
        ([1, 2, 9, 30], [None, None, None, 30]),
        ([3, 4, 20], [None, None, 20]),
        ([0, 20], [None, None]),
    ],
)
def test_a_small_count_is_hidden_and_cannot_be_worked_out_from_the_total(
    counts: list[int], told: list[int | None]
) -> None:
    assert shown(counts) == told


def test_services_are_counted_by_what_the_split_asks_of_them() -> None:
    entries = [
        Entry(card("a", "dental_care")),
        Entry(card("b", "dental_care", languages=["en"], capacity=FULL)),
        Entry(card("c", "dental_care", areas=[], languages=["vi"])),
        Entry(card("d", "safety")),
        Entry(card("e", "dental_care", status="inactive")),
    ]

    def supply(group: str, **fields: str) -> tuple[int, int]:
        (row,) = report([Count("dental_care", group, 9, 9)], entries, Filters(**fields))
        return row["could_answer"], row["with_room"]

    assert supply("") == (3, 2)
    assert supply("es", split="language") == (1, 1)
    assert supply("ht", split="language") == (0, 0)
    assert supply("XS-lakeshore", split="area") == (3, 2)
    assert supply("XT", split="area") == (1, 1)
    assert supply("en", split="language", area="XT") == (0, 0)


def test_how_many_were_unmet_is_not_said_where_those_who_asked_are_hidden() -> None:
    rows = report([Count("safety", "", 4, 4)], [], Filters())
    assert [(row["asked"], row["unmet"]) for row in rows] == [(None, None)]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"first": "2026-13"}, "first"),
        ({"last": "2026-1"}, "last"),
        ({"first": "2026-03", "last": "2026-02"}, "last"),
        ({"first": "2026-03\n"}, "first"),
        ({"area": "$where"}, "area"),
        ({"need": "none_such"}, "need"),
        ({"split": "stream"}, "split"),
    ],
)
def test_a_filter_that_is_none_is_named(fields: Any, named: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(Filters(**fields))
    assert refused.value.field == named

"""Figures of a played journey, against what its people count by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.referrals.courses import Fact
from services.referrals.figures import bounds, checked, rank, report
from services.referrals.gaps import Filters
from services.referrals.tallying import Tallying
from shared.errors import Invalid
from tests.support.figure_samples import BEGIN, course, moves, tallying
from tests.support.hostile import NO_ID
from tests.support.staff_network import BRIDGEWATER, HARBOR_LIGHT, NORTH_STAR

#: What is no text does not reach the service's own rules: the command layer refuses it.
HOSTILE = [one for one in NO_ID if isinstance(one, str) and one]
HOSTILE += ["2026-13", "2026-3", "2026-03\n", "20260-1", "=1+1"]


def told(to: str = HARBOR_LIGHT, by: Tallying | None = None, **filters: str) -> dict[str, Any]:
    """Return what an agency is told."""
    return (by or tallying()).figures(to, Filters(**filters))


def test_waits_are_those_counted_by_hand() -> None:
    row = told(need="emergency_housing")["total"]
    # 24 accepted after 10, 20, ... 240 minutes and began an hour later; 6 declined after 5
    assert (row["asked"], row["answered"], row["accepted"], row["started"]) == (30, 30, 25, 25)
    assert (row["bounces"], row["unmet"]) == (5, 5)
    assert (row["accepted_share"], row["started_share"]) == (83, 100)
    assert (row["answer_median"], row["answer_p90"]) == (90, 210)
    assert (row["acceptance_median"], row["acceptance_p90"]) == (120, 220)
    assert (row["start_median"], row["start_p90"]) == (180, 280)


def test_a_need_that_bounced_waits_from_when_it_was_asked_and_an_offer_from_when_it_was_made() -> (
    None
):
    kept = []
    for count in range(5):
        first = moves(f"a{count}", BRIDGEWATER, BEGIN, offered=0, expired=30)
        second = moves(f"b{count}", NORTH_STAR, BEGIN, offered=30, accepted=50, started=90)
        kept.append(course("safety", BEGIN, f"s{count}", *first, *second))
    by = tallying(kept)
    everybody = told(by=by)["total"]
    assert (everybody["acceptance_median"], everybody["bounces"]) == (50, 5)
    mine = told(NORTH_STAR, by)["total"]
    assert (mine["acceptance_median"], mine["start_median"], mine["bounces"]) == (20, 60, None)
    theirs = told(BRIDGEWATER, by)["total"]
    assert (theirs["asked"], theirs["answered"], theirs["bounces"]) == (5, None, 5)
    assert theirs["answer_median"] is None


@pytest.mark.parametrize(
    ("split", "groups"),
    [
        ("need", ["emergency_housing", "legal_assistance"]),
        ("population", ["adult/foreign_national"]),
        ("language", ["es", "vi"]),
        ("area", ["XS-lakeshore", "XS-pine"]),
        ("month", ["2026-01", "2026-02"]),
        ("quarter", ["2026-Q1"]),
    ],
)
def test_figures_are_split_by_codes_and_periods(split: str, groups: list[str]) -> None:
    assert [row["group"] for row in told(split=split)["rows"]] == groups


def test_a_hidden_group_hides_the_next_and_all_that_is_said_of_it() -> None:
    rows = told(split="language")["rows"]
    assert [{value for name, value in row.items() if name != "group"} for row in rows] == [
        {None},
        {None},
    ]


def test_how_many_small_groups_there_are_is_not_said_either() -> None:
    few = [course("safety", BEGIN, f"s{c}", language=c) for c in ("en", "es", "vi", "ko")]
    assert told(by=tallying(few), split="language")["rows"] == []
    assert len(told(by=tallying([*few, *few]), split="language")["rows"]) == 4


def test_nothing_is_said_of_a_time_of_few_or_a_share_of_few() -> None:
    kept = [
        course("safety", BEGIN, f"s{c}", *moves(f"o{c}", NORTH_STAR, BEGIN, offered=0, accepted=c))
        for c in range(1, 8)
    ]
    row = told(by=tallying(kept))["total"]
    assert (row["accepted"], row["acceptance_median"], row["acceptance_p90"]) == (5, 5, None)
    assert row["accepted_share"] is None


def test_only_what_was_asked_in_the_period_counts() -> None:
    assert told(first="2026-02", last="2026-02")["total"]["asked"] == 15
    assert told(NORTH_STAR, first="2026-02")["total"]["asked"] == 15
    assert told(last="2025-12")["total"]["asked"] is None
    assert bounds("2026-12", "2026-12")[1] == datetime.fromisoformat("2027-01-01T00:00+00:00")


def test_a_percentile_is_the_time_of_the_nearest_rank_rounded_up() -> None:
    times = [float(minutes) for minutes in range(1, 11)]
    assert (rank(times, 50), rank(times, 90), rank([0.0], 50), rank([0.2], 90)) == (5, 10, 0, 5)


@pytest.mark.parametrize("name", Filters._fields)
def test_a_filter_that_is_none_is_named(name: str) -> None:
    for odd in HOSTILE:
        with pytest.raises(Invalid) as refused:
            tallying().figures(HARBOR_LIGHT, Filters(**{name: odd}))
        assert refused.value.field == name, odd


def test_months_are_in_order() -> None:
    with pytest.raises(Invalid) as refused:
        checked(Filters(first="2026-03", last="2026-02"))
    assert refused.value.field == "last"


def test_no_figures_at_all_are_a_row_of_nothing() -> None:
    nothing = report([], "need")
    assert (set(nothing["total"].values()), nothing["rows"]) == ({"", None}, [])


def test_a_fact_told_before_the_need_was_is_not_lost() -> None:
    late = course("safety", BEGIN, "s1", Fact("unmet", BEGIN - timedelta(minutes=1)))
    assert told(by=tallying([late] * 5))["total"]["unmet"] == 5

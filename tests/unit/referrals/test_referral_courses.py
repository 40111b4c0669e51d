"""The course of a need: the same in whatever order its facts come, and when an agency served."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.courses import (
    GIVEN,
    MOVES,
    TAKEN,
    Course,
    Fact,
    first,
    in_order,
    month_begins,
    quarter_bounds,
    quarter_of,
    spans,
)
from tests.support.figure_samples import BEGIN, course, moves

FACTS = st.lists(
    st.builds(
        Fact,
        st.sampled_from(MOVES),
        st.integers(0, 5).map(lambda minutes: BEGIN + timedelta(minutes=minutes)),
        st.sampled_from(["offer-1", "offer-2"]),
        st.just("agency"),
    )
)


def served(one: Course, begins: frozenset[str]) -> list[tuple[float, float | None]]:
    """Return the spans of a course in minutes since the beginning."""

    def minutes(at: datetime) -> float:
        return (at - BEGIN).total_seconds() / 60

    return [
        (minutes(span.first), None if span.last is None else minutes(span.last))
        for span in spans(one, begins)
    ]


def of(need_type: str = "legal_assistance", **minutes: int) -> Course:
    return course(need_type, BEGIN, "s1", *moves("offer-1", "agency", BEGIN, **minutes))


@given(FACTS, st.randoms())
def test_order_and_repeats_of_what_is_told_change_nothing(facts: list[Fact], order: Any) -> None:
    again = facts + facts[: len(facts) // 2]
    order.shuffle(again)
    assert in_order(again) == in_order(facts)


@given(FACTS)
def test_times_served_are_apart_and_in_order(facts: list[Fact]) -> None:
    for begins in (TAKEN, GIVEN):
        told = list(spans(course("safety", BEGIN, "s1", *facts), begins))
        for offer in {span.offer for span in told}:
            mine = [span for span in told if span.offer == offer]
            assert all(span.last is not None and span.first <= span.last for span in mine[:-1])
            assert all(a.last is not None and a.last <= b.first for a, b in pairwise(mine))


def test_a_pause_is_no_time_served() -> None:
    paused = of(offered=0, accepted=10, started=20, held=30, resumed=50, completed=70)
    assert served(paused, TAKEN) == [(10, 30), (50, 70)]
    assert served(paused, GIVEN) == [(20, 30), (50, 70)]


@pytest.mark.parametrize("end", ["completed", "failed", "cancelled", "held"])
def test_a_service_ends_as_it_is_said_to(end: str) -> None:
    assert served(of("safety", accepted=1, started=2, **{end: 9}), GIVEN) == [(2, 9)]
    assert served(of(accepted=1, started=2), GIVEN) == [(2, None)]


def test_what_was_completed_without_a_beginning_was_given_then_but_for_case_management() -> None:
    assert served(of(accepted=1, completed=9), GIVEN) == [(9, 9)]
    assert served(of("case_management", accepted=1, completed=9), GIVEN) == []
    assert served(of(accepted=1, held=3, completed=9), TAKEN) == [(1, 3)]
    assert served(of(offered=0, declined=3), TAKEN) == []


def test_the_first_of_an_offer_is_not_that_of_another() -> None:
    early = moves("offer-1", "a", BEGIN, offered=0, declined=5)
    late = moves("offer-2", "b", BEGIN, offered=5, accepted=9)
    one = course("safety", BEGIN, "s1", *early, *late)
    assert first(one, ("accepted", "declined")) == BEGIN + timedelta(minutes=5)
    assert first(one, ("accepted", "declined"), "offer-2") == BEGIN + timedelta(minutes=9)
    assert first(one, ("started",)) is None


def test_months_and_quarters_are_those_of_utc() -> None:
    assert month_begins("2026-11", 2) == datetime(2027, 1, 1, tzinfo=UTC)
    assert quarter_bounds("2026-Q4") == (
        datetime(2026, 10, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )
    late = datetime.fromisoformat("2026-03-31T22:00:00-05:00")
    assert quarter_of(late) == "2026-Q2"

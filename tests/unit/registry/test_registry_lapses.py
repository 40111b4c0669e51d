"""A member is warned 30 and 7 days before a paper ends, once each; a renewal in time ends it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry import membership
from services.registry.domain import Json
from shared.events.registry import MembershipLapsesSoon
from tests.support.member_papers import AGENCY, OTHER, TODAY, agency, agree, days, train


def warnings(events: Any) -> list[tuple[str, int]]:
    return [(one.paper, one.days) for one in events if isinstance(one, MembershipLapsesSoon)]


def through(state: Json, first: int, last: int) -> tuple[Json, list[tuple[int, str, int]]]:
    """Let each day from `first` to `last` act; return (day, paper, days) of every warning."""
    said = []
    for n in range(first, last + 1):
        move = membership.review(state, days(n))
        if move is not None:
            state = move[0]
            said += [(n, *one) for one in warnings(move[1])]
    return state, said


def ending(state: Json) -> list[tuple[str, str, int]]:
    told = membership.told(state)["ending"]
    return [(one["paper"], one["ends_on"], one["days"]) for one in told]


def test_each_threshold_is_said_once_and_then_the_member_is_suspended() -> None:
    state, events = agree(train(agency(), ends=100)[0], ends=400)
    assert warnings(events) == []
    assert membership.told(state)["changes_on"] == days(70).isoformat()
    state, said = through(state, 0, 100)
    assert said == [(70, "training", 30), (93, "training", 7)]
    assert ending(state) == [("training", days(100).isoformat(), 7)]
    state, said = through(state, 101, 200)
    assert (said, membership.told(state)["standing"], ending(state)) == ([], "suspended", [])


def test_an_agreement_that_ends_is_said_as_one() -> None:
    state, _ = agree(train(agency(), ends=400)[0], ends=60)
    assert through(state, 0, 60)[1] == [(30, "agreement", 30), (53, "agreement", 7)]


def test_a_renewal_in_time_cancels_what_was_to_come() -> None:
    state, _ = agree(train(agency(), ends=40)[0], ends=900)
    state, said = through(state, 0, 12)
    assert said == [(10, "training", 30)]
    state, events = train(state, 0, 500, "t2")
    assert (warnings(events), ending(state)) == ([], [])
    assert through(state, 13, 469)[1] == []
    assert through(state, 13, 500)[1] == [(470, "training", 30), (493, "training", 7)]


def test_a_renewal_that_ends_soon_too_is_another_run_out() -> None:
    state, _ = agree(train(agency(), ends=20)[0], ends=900)
    assert ending(state) == [("training", days(20).isoformat(), 30)]
    state, events = train(state, 0, 25, "t2")
    assert warnings(events) == [("training", 30)]
    assert train(state, 0, 22, "t3")[1][1:] == [], "a paper that changes no day warns of none"


def test_days_nobody_looked_at_are_made_good_with_the_nearest_warning() -> None:
    state, _ = agree(train(agency(), ends=100)[0], ends=400)
    assert through(state, 97, 97)[1] == [(97, "training", 7)]


def test_who_joins_with_papers_that_end_soon_is_warned_at_once() -> None:
    state, events = train(agency(), ends=5)
    assert warnings(events) == [], "no member yet: there is no routing to stop"
    assert warnings(agree(state, ends=29)[1]) == [("training", 7), ("agreement", 30)]


def test_what_was_said_before_a_suspension_is_not_said_again_after_it() -> None:
    state, _ = agree(train(agency(), ends=10)[0], ends=30)
    state, _ = through(state, 0, 12)
    assert membership.told(state)["standing"] == "suspended"
    state, events = membership.record_training(
        state,
        "t2",
        name="Recognizing trafficking",
        completed_on=days(12),
        expires_on=days(400),
        today=days(12),
    )
    assert warnings(events) == []
    assert ending(state) == [("agreement", days(30).isoformat(), 30)]
    assert through(state, 13, 30)[1] == [(23, "agreement", 7)]


@pytest.mark.parametrize(("begins", "ends"), [(date.min, days(1)), (date.min, date.max)])
def test_the_ends_of_the_calendar_break_nothing(begins: date, ends: date) -> None:
    dates = {"starts_on": begins, "ends_on": ends, "today": TODAY}
    state, _ = train(agency())
    state, _ = membership.sign_agreement(
        state, "a1", kind="referral", with_organization=OTHER, **dates
    )
    old = {**dates, "ends_on": date(1, 1, 2)}
    state, _ = membership.sign_agreement(
        state, "a0", kind="referral", with_organization=OTHER, **old
    )
    assert membership.told(state)["standing"] == "member"


PAPERS = st.lists(st.tuples(st.booleans(), st.integers(-60, 40), st.integers(1, 120)), max_size=6)


@given(PAPERS)
@settings(deadline=None, max_examples=100)
def test_only_members_are_warned_of_what_ends_and_never_twice(papers: list[Any]) -> None:
    state, said = agency(), set()
    for n, (is_training, begins, length) in enumerate(papers):
        record = train if is_training else agree
        state, _ = record(state, min(begins, 1) if is_training else begins, begins + length, f"{n}")
    for n in range(170):
        state, events = membership.review(state, days(n)) or (state, [])
        now = {(one["paper"], one["ends_on"]): one for one in membership.told(state)["ending"]}
        assert membership.is_member(state) or not now
        for one in events:
            if isinstance(one, MembershipLapsesSoon):
                assert one.organization == AGENCY
                (ends_on,) = [end for paper, end in now if paper == one.paper]
                left = (date.fromisoformat(ends_on) - days(n)).days
                assert 0 <= left <= one.days
                assert (one.paper, ends_on, one.days) not in said
                said.add((one.paper, ends_on, one.days))

"""A member is trained and agreed; what lapses suspends routing, and the calendar does it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry import membership, records
from services.registry.domain import Move
from shared.errors import IllegalMove, Invalid
from shared.events.registry import (
    AgreementSigned,
    MemberJoined,
    MemberSuspended,
    TrainingRecorded,
)
from tests.support.member_papers import AGENCY, agency, agree, days, train


def suspensions(move: Move | None) -> list[str]:
    return [one.reason for one in (move or ({}, []))[1] if isinstance(one, MemberSuspended)]


def test_an_organization_joins_when_it_is_trained_and_agreed() -> None:
    state, events = train(agency())
    assert events == [TrainingRecorded(organization=AGENCY, training="t1")]
    assert not membership.is_member(state)
    state, events = agree(state)
    assert events == [
        AgreementSigned(organization=AGENCY, agreement="a1", kind="referral"),
        MemberJoined(organization=AGENCY),
    ]
    assert membership.is_member(state)


def test_a_lapsed_certificate_or_a_future_agreement_makes_no_member_yet() -> None:
    state, _ = agree(train(agency(), -100, -1)[0])
    assert not membership.is_member(state)
    state, _ = agree(train(agency())[0], 5, 50)
    assert membership.told(state) == {
        "standing": "none",
        "reason": "",
        "changes_on": days(5).isoformat(),
        "ending": [],
    }
    state, events = membership.review(state, days(5)) or ({}, [])
    assert events == [MemberJoined(organization=AGENCY)]


@pytest.mark.parametrize(
    ("trained", "agreed", "reason"), [(30, 60, "training_expired"), (60, 30, "agreement_ended")]
)
def test_a_paper_that_runs_out_suspends_and_a_renewed_one_brings_back(
    trained: int, agreed: int, reason: str
) -> None:
    state, _ = agree(train(agency(), ends=trained)[0], ends=agreed)
    assert suspensions(membership.review(state, days(30))) == []
    state, events = membership.review(state, days(31)) or ({}, [])
    assert events == [MemberSuspended(organization=AGENCY, reason=reason)]
    assert membership.told(state)["reason"] == reason
    assert not membership.is_member(state)
    state, events = agree(train(state, 0, 400, "t2")[0], 0, 400, "a2")
    state, events = membership.review(state, days(32)) or (state, events)
    assert membership.is_member(state)
    assert MemberJoined(organization=AGENCY) in events or membership.told(state)["reason"] == ""


def test_two_certificates_in_a_row_leave_no_gap() -> None:
    state, _ = agree(train(agency(), ends=30)[0], ends=500)
    state, events = train(state, 0, 300, "t2")
    assert events == [TrainingRecorded(organization=AGENCY, training="t2")]
    assert membership.told(state)["changes_on"] == days(300 - 30).isoformat()
    assert suspensions(membership.review(state, days(300))) == []
    assert suspensions(membership.review(state, days(301))) == ["training_expired"]


@pytest.mark.parametrize(
    ("begins", "ends", "field"), [(2, 100, "completed_on"), (-10, -10, "expires_on")]
)
def test_a_certificate_needs_dates_that_can_be(begins: int, ends: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        train(agency(), begins, ends)
    assert refused.value.field == field


def test_an_agreement_does_not_end_before_it_starts() -> None:
    with pytest.raises(Invalid) as refused:
        agree(agency(), 0, -1)
    assert refused.value.field == "ends_on"


def test_only_a_listed_organization_has_papers() -> None:
    gone, _ = records.withdraw_organization(agency())
    for state in (None, gone):
        with pytest.raises(IllegalMove):
            train(state)
        with pytest.raises(IllegalMove):
            agree(state)


def test_a_withdrawn_organization_is_no_member() -> None:
    state, _ = agree(train(agency())[0])
    assert membership.is_member(state)
    assert not membership.is_member(records.withdraw_organization(state)[0])


PAPERS = st.lists(st.tuples(st.booleans(), st.integers(-60, 0), st.integers(1, 90)), max_size=6)


@given(PAPERS)
@settings(deadline=None, max_examples=100)
def test_looking_only_on_the_days_told_is_as_good_as_looking_every_day(papers: list[Any]) -> None:
    state = agency()
    for n, (is_training, begins, length) in enumerate(papers):
        record = train if is_training else agree
        state, _ = record(state, begins, begins + length, f"p{n}")
    lazy = state
    for n in range(120):
        eager = membership.review(state, days(n))
        state = eager[0] if eager else state
        if lazy.get("membership", {}).get("changes_on", "9") <= days(n).isoformat():
            move = membership.review(lazy, days(n))
            assert move is not None
            lazy = move[0]
        assert membership.is_member(lazy) == membership.is_member(state)

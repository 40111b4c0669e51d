"""A tip's way through triage, as rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tips import domain, views
from shared.errors import IllegalMove, Invalid, NotFound
from shared.events import to_data
from shared.events.doors import TipSubmitted
from shared.events.tips import TipAnswered, TipOverdue, TipPassedOn, TipReceived, TipWithdrawn

AT = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
TRIAGE = "agency-triage"
FOUR_HOURS = 14_400
Tip = dict[str, Any]


def submitted(**fields: Any) -> TipSubmitted:
    return TipSubmitted(**({"tip": "tip-1", "claim": "claim-1"} | fields))


def received(**fields: Any) -> Tip:
    move = domain.receive(None, submitted(**fields), owner=TRIAGE, at=AT, open_within_s=FOUR_HOURS)
    assert move is not None
    return move[0]


def opened(**fields: Any) -> Tip:
    return domain.open_tip(received(**fields), TRIAGE, AT)[0]


def pass_to(tip: Tip, to: str, agency: str = TRIAGE) -> domain.Move:
    return domain.pass_on(tip, to, ["emergency_housing"], "XS-pine", "es", agency, AT)


def test_a_tip_comes_in_with_an_owner_and_a_deadline() -> None:
    move = domain.receive(
        None,
        submitted(wants_door=True, area="XS-pine"),
        owner=TRIAGE,
        at=AT,
        open_within_s=FOUR_HOURS,
    )
    assert move is not None
    tip, events = move
    assert (tip["state"], tip["owner"], tip["role"]) == ("received", TRIAGE, "triage")
    assert tip["deadline"] == domain.as_text(AT + timedelta(hours=4))
    assert events == [TipReceived(tip="tip-1", wants_door=True, area="XS-pine")]


def test_the_same_tip_twice_is_one_tip() -> None:
    again = domain.receive(received(), submitted(), owner="other", at=AT, open_within_s=1)
    assert again is None


def test_an_area_that_is_none_does_not_hold_a_tip_up() -> None:
    assert received(area="12 Elm Street, behind the mill")["area"] == ""


def test_triage_opens_answers_and_closes() -> None:
    tip = opened()
    assert tip["state"] == "opened"
    assert "deadline" not in tip
    tip, events = domain.answer(tip, "claim-2", TRIAGE, AT)
    assert tip["state"] == "answered"
    assert events == [TipAnswered(tip="tip-1", by="triage")]
    tip, _ = domain.close(tip, "acted_on", TRIAGE, AT)
    assert (tip["state"], tip["reason"]) == ("closed", "acted_on")
    assert domain.legal_moves(tip) == []


def test_a_reporters_message_waits_to_be_read_with_a_deadline() -> None:
    asked, _ = domain.answer(opened(), "claim-2", TRIAGE, AT)
    move = domain.reporter_wrote(asked, "claim-3", at=AT, open_within_s=FOUR_HOURS)
    assert move is not None
    tip, events = move
    assert tip["state"] == "opened"
    assert "deadline" in tip
    assert events == [TipAnswered(tip="tip-1", by="reporter")]
    assert domain.legal_moves(tip)[0] == "open"
    assert [message["by"] for message in tip["messages"]] == ["triage", "reporter"]


def test_a_closed_tip_is_there_again_when_its_reporter_writes() -> None:
    closed, _ = domain.close(opened(), "duplicate", TRIAGE, AT)
    move = domain.reporter_wrote(closed, "claim-2", at=AT, open_within_s=FOUR_HOURS)
    assert move is not None
    assert move[0]["state"] == "received"
    assert "reason" not in move[0]
    assert domain.legal_moves(move[0]) == ["open"]


def test_only_the_reporters_wish_opens_a_door() -> None:
    with pytest.raises(IllegalMove) as refused:
        pass_to(opened(to_police=True), "referrals")
    assert "legal: answer, pass_on, close" in refused.value.advice
    with pytest.raises(IllegalMove, match=r"pass_on.*legal: answer, close"):
        pass_to(opened(), "referrals")


def test_police_hear_of_a_tip_only_when_the_reporter_ticked_it() -> None:
    with pytest.raises(IllegalMove, match="to: is not what the reporter wished"):
        pass_to(opened(wants_door=True), "police")
    tip, events = pass_to(opened(to_police=True), "police")
    assert tip["state"] == "passed_on"
    assert events == [TipPassedOn(tip="tip-1", to="police")]


def test_the_door_a_tip_opens_carries_codes_and_no_text() -> None:
    tip, events = pass_to(opened(wants_door=True), "referrals")
    stream = tip["passed_on"][0]["stream"]
    assert events == [
        TipPassedOn(
            tip="tip-1",
            to="referrals",
            stream=stream,
            needs=["emergency_housing"],
            area="XS-pine",
            language="es",
        )
    ]
    assert pass_to(opened(wants_door=True), "referrals")[0]["passed_on"][0]["stream"] == stream
    with pytest.raises(IllegalMove):
        pass_to(tip, "referrals")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("to", {"to": "press"}),
        ("needs", {"needs": ["emergency_housing", "$where"]}),
        ("needs", {"needs": ["advocacy", "advocacy"]}),
        ("area", {"area": "12 Elm Street"}),
        ("language", {"language": "klingon"}),
    ],
)
def test_what_is_passed_on_is_codes_only(field: str, change: dict[str, Any]) -> None:
    given = {"to": "referrals", "needs": ["advocacy"], "area": "", "language": "en"} | change
    with pytest.raises(Invalid) as refused:
        domain.pass_on(opened(wants_door=True), **given, agency=TRIAGE, at=AT)
    assert refused.value.field == field


def test_a_reason_is_a_code() -> None:
    with pytest.raises(Invalid) as refused:
        domain.close(opened(), "she moved to Elm Street", TRIAGE, AT)
    assert refused.value.field == "reason"
    assert "Elm" not in str(refused.value)


def test_a_tip_can_be_taken_back_from_any_state_once() -> None:
    for tip in (received(), opened(), domain.close(opened(), "duplicate", TRIAGE, AT)[0]):
        move = domain.withdraw(tip)
        assert move is not None
        after, events = move
        assert events == [TipWithdrawn(tip="tip-1")]
        assert domain.withdraw(after) is None
        assert domain.reporter_wrote(after, "claim-9", at=AT, open_within_s=1) is None
        assert domain.legal_moves(after) == []


def test_a_missed_deadline_moves_up_with_a_new_one() -> None:
    late = AT + timedelta(hours=4)
    move = domain.overdue(received(), at=late, open_within_s=FOUR_HOURS)
    assert move is not None
    tip, events = move
    assert tip["role"] == "supervisor"
    assert tip["deadline"] == domain.as_text(AT + timedelta(hours=8))
    assert events == [TipOverdue(tip="tip-1")]
    assert domain.overdue(tip, at=late, open_within_s=FOUR_HOURS) is None
    assert domain.overdue(opened(), at=late, open_within_s=FOUR_HOURS) is None
    assert domain.overdue(None, at=late, open_within_s=FOUR_HOURS) is None


@pytest.mark.parametrize("state", [None, received(wants_door=True)])
@pytest.mark.parametrize("move", ["open", "answer", "refer", "close"])
def test_another_agency_cannot_tell_a_tip_from_none(state: Tip | None, move: str) -> None:
    with pytest.raises(NotFound) as refused:
        _step(state, move, AT, "other")
    assert refused.value.args == ("tip", "is not in your queue", "check the id")


def test_the_reporter_does_not_see_the_stream_a_tip_opened() -> None:
    tip, events = pass_to(opened(wants_door=True), "referrals")
    assert to_data(events[0])["stream"] not in str(views.for_reporter(tip))


REPORTER = ("write", "withdraw")
TRIAGE_STEPS = ("open", "answer", "refer", "police", "close")


def _step(tip: Any, name: str, at: datetime, agency: str = TRIAGE) -> domain.Move | None:
    if name == "write":
        return domain.reporter_wrote(tip, "claim-r", at=at, open_within_s=FOUR_HOURS)
    if name == "withdraw":
        return domain.withdraw(tip)
    if name == "late":
        return domain.overdue(tip, at=at + timedelta(days=1), open_within_s=FOUR_HOURS)
    if name == "open":
        return domain.open_tip(tip, agency, at)
    if name == "answer":
        return domain.answer(tip, "claim-t", agency, at)
    if name == "close":
        return domain.close(tip, "acted_on", agency, at)
    return pass_to(tip, "referrals" if name == "refer" else "police", agency)


@given(
    wishes=st.tuples(st.booleans(), st.booleans()),
    steps=st.lists(st.sampled_from([*REPORTER, *TRIAGE_STEPS, "late"]), max_size=12),
)
def test_whatever_happens_nothing_waits_unseen(wishes: tuple[bool, bool], steps: list[str]) -> None:
    tip = received(wants_door=wishes[0], to_police=wishes[1])
    advice: list[str] = []
    for name in steps:
        unread = name == "write" and tip["state"] != "withdrawn"
        legal = domain.legal_moves(tip)
        try:
            move = _step(tip, name, AT)
        except IllegalMove as refused:
            advice.append(refused.advice)
            continue
        if name in TRIAGE_STEPS:
            assert ("pass_on" if name in ("refer", "police") else name) in legal
        if move is None:
            continue
        tip, events = move
        assert events
        assert ("deadline" in tip) or not unread
        if tip["state"] == "received":
            assert "deadline" in tip
        if tip["state"] in ("closed", "withdrawn"):
            assert "deadline" not in tip
        assert None not in tip.values()
        destinations = {one["to"] for one in tip["passed_on"]}
        assert wishes[0] or "referrals" not in destinations
        assert wishes[1] or "police" not in destinations
    assert all(text.startswith("legal: ") for text in advice)

"""A resource's life: whatever people try in whatever order, the table of moves holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.library import domain, due, life
from services.library.domain import Guide, Move
from shared.errors import Conflict, IllegalMove, Invalid, NotAllowed
from shared.events.library import GuideReviewDue
from tests.unit.library.test_library_guides import guide

Json = dict[str, Any]
OF = ("t-visa", "en")
PEOPLE = st.sampled_from(["ana", "ben", "cleo"])


def fields(text: Guide) -> Json:
    told: Json = msgspec.to_builtins(text)
    return told


class Life(RuleBasedStateMachine):
    """Three people write, send, approve, send back and withdraw; the seed publishes in between."""

    def __init__(self) -> None:
        super().__init__()
        self.state: Json | None = None
        self.hands: set[str] = set()
        self.count = 0

    @property
    def revision(self) -> int:
        return int((self.state or {}).get("revision", 0))

    def move(self, name: str, make: Any) -> bool:
        """Make a move and say whether it happened; it is refused exactly where the table says."""
        now = life.phase(self.state)
        if name not in life.MOVES[now]:
            with pytest.raises(IllegalMove) as refused:
                make()
            assert all(legal in refused.value.advice for legal in life.MOVES[now])
            return False
        made: Move = make()
        self.state = made[0]
        assert life.phase(self.state) == life.MOVES[now][name]
        return True

    @rule(actor=PEOPLE)
    def write(self, actor: str) -> None:
        self.count += 1
        text = guide(title=f"Title {self.count}")
        if self.move("write", lambda: life.write(self.state, text, self.revision, actor)):
            self.hands.add(actor)

    @rule(actor=PEOPLE)
    def write_from_old_words(self, actor: str) -> None:
        if "write" in life.MOVES[life.phase(self.state)]:
            with pytest.raises(Conflict):
                life.write(self.state, guide(), self.revision + 1, actor)

    @rule(actor=PEOPLE)
    def send(self, actor: str) -> None:
        if self.move("send", lambda: life.send(self.state, *OF, self.revision, actor)):
            self.hands.add(actor)

    @rule()
    def send_back(self) -> None:
        self.move(
            "send_back",
            lambda: life.send_back(self.state, *OF, self.revision, "not_right", "Look again."),
        )

    @rule(actor=PEOPLE)
    def approve(self, actor: str) -> None:
        is_in_review = "approve" in life.MOVES[life.phase(self.state)]
        if is_in_review and actor in self.hands:
            with pytest.raises(NotAllowed):
                life.approve(self.state, *OF, self.revision, actor)
        elif self.move("approve", lambda: life.approve(self.state, *OF, self.revision, actor)):
            self.hands = set()

    @rule(actor=PEOPLE)
    def withdraw(self, actor: str) -> None:
        self.move("withdraw", lambda: life.withdraw(self.state, *OF, actor))

    @rule()
    def seed(self) -> None:
        move = domain.publish(self.state, guide(title="From the seed"))
        if (self.state or {}).get("is_of_people"):
            assert move is None
        elif move is not None:
            self.state = move[0]

    @invariant()
    def what_is_published_has_a_text(self) -> None:
        assert life.phase(self.state) in life.MOVES
        if self.state and self.state["is_published"]:
            msgspec.convert(self.state["guide"], Guide)


TestLife = Life.TestCase


def test_every_move_leads_to_a_phase_with_moves() -> None:
    assert {to for moves in life.MOVES.values() for to in moves.values()} <= set(life.MOVES)
    assert all(life.MOVES.values())


def test_a_reason_that_is_no_code_is_refused() -> None:
    state, _ = life.write(None, guide(), 0, "ana")
    state, _ = life.send(state, *OF, 1, "ana")
    with pytest.raises(Invalid, match="reason"):
        life.send_back(state, *OF, 1, "because", "")


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        ("2027-04-21", ""),
        ("2027-04-22", "due"),
        ("2027-05-22", "due"),
        ("2027-05-23", "overdue"),
    ],
)
def test_a_review_is_due_thirty_days_before_and_overdue_after_its_day(
    today: str, standing: str
) -> None:
    assert due.standing("2027-05-22", date.fromisoformat(today)) == standing


def test_due_and_overdue_are_each_said_once_a_version() -> None:
    state: Json = {"guide": fields(guide()), "is_published": True}
    told: list[bool] = []
    for day in ("2027-05-01", "2027-05-02", "2027-06-01", "2027-06-02"):
        move = due.state_due(state, date.fromisoformat(day))
        if move is not None:
            state, events = move
            told += [one.is_overdue for one in events if isinstance(one, GuideReviewDue)]
    assert told == [False, True]


def test_what_is_not_published_is_never_due() -> None:
    state: Json = {"guide": fields(guide()), "is_published": False}
    assert due.state_due(state, date(2030, 1, 1)) is None
    assert due.state_due(None, date(2030, 1, 1)) is None


def test_only_a_form_has_a_number() -> None:
    domain.check(guide(kind="form", form_number="I-914", form_url="https://www.example.org/i-914"))
    with pytest.raises(Invalid, match="form_number"):
        domain.check(guide(form_number="I-914"))

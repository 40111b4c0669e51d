"""A unit of capacity is never promised twice, whatever order news arrives in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.registry import capacity
from services.registry.domain import Json, Move
from shared.errors import Invalid
from shared.events.registry import (
    CapacityReleased,
    CapacityReported,
    CapacityReserved,
    CapacityWentUnknown,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def beds(available: int = 1, maximum: int = 4, unit: capacity.Unit = "bed") -> Json:
    return capacity.report(None, "beds", available=available, maximum=maximum, unit=unit, at=NOW)[0]


def reserved(state: Json, offer: str = "o1", until: datetime = NOW + HOUR) -> Json:
    move = capacity.reserve(state, offer, until, NOW)
    assert move is not None
    return move[0]


def test_an_agency_reports_what_is_free() -> None:
    state, events = capacity.report(None, "beds", available=2, maximum=4, unit="bed", at=NOW)
    assert events == [CapacityReported(service="beds", outward="has")]
    assert capacity.free(state, NOW) == 2
    _, events = capacity.report(state, "beds", available=0, maximum=4, unit="bed", at=NOW)
    assert events == [CapacityReported(service="beds", outward="none")]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"available": 5, "maximum": 4, "unit": "bed"}, "available"),
        ({"available": 0, "maximum": 4, "unit": "none"}, "maximum"),
    ],
)
def test_a_report_that_cannot_be_is_refused(told: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        capacity.report(None, "beds", at=NOW, **told)
    assert refused.value.field == field


def test_the_last_bed_is_promised_once() -> None:
    state = beds(1)
    move = capacity.reserve(state, "o1", NOW + HOUR, NOW)
    assert move is not None
    state, events = move
    assert events == [CapacityReserved(service="beds", offer="o1", outward="none")]
    assert capacity.reserve(state, "o2", NOW + HOUR, NOW) is None
    assert capacity.answer(state, [], "o1", NOW) == {"reserved": True, "outward": "none"}
    assert capacity.answer(state, [], "o2", NOW) == {"reserved": False, "outward": "none"}


def test_an_offer_that_asks_again_holds_the_same_unit() -> None:
    state = reserved(beds(2))
    assert capacity.reserve(state, "o1", NOW + HOUR, NOW) is None
    assert capacity.free(state, NOW) == 1


def test_a_lapsed_reservation_is_free_when_another_asks() -> None:
    state = reserved(beds(1), until=NOW + HOUR)
    later = NOW + 2 * HOUR
    move = capacity.reserve(state, "o2", later + HOUR, later)
    assert move is not None
    state = move[0]
    assert capacity.holds(state, "o2", later)
    assert capacity.answer(state, [], "o1", later)["reserved"] is False
    assert capacity.reserve(state, "o1", later + HOUR, later) is None


def test_a_lapsed_reservation_can_be_renewed_while_its_unit_is_free() -> None:
    state, later = reserved(beds(1)), NOW + 2 * HOUR
    assert capacity.answer(state, [], "o1", later)["reserved"] is False
    move = capacity.reserve(state, "o1", later + HOUR, later)
    assert move is not None
    assert capacity.answer(move[0], [], "o1", later)["reserved"] is True


def test_a_lease_that_is_over_holds_nothing() -> None:
    assert capacity.reserve(beds(1), "o1", NOW, NOW) is None


def test_an_accepted_offer_uses_its_unit_until_it_is_over() -> None:
    state, events = capacity.use(reserved(beds(1)), "o1", NOW) or ({}, [])
    assert events == [CapacityReserved(service="beds", offer="o1", outward="none")]
    assert (state["available"], state["reserved"], list(state["used"])) == (0, {}, ["o1"])
    state, events = capacity.release(state, "o1", NOW) or ({}, [])
    assert events == [CapacityReleased(service="beds", offer="o1", outward="has")]
    assert (state["available"], state["used"]) == (1, {})


def test_a_late_acceptance_after_the_lease_is_honoured() -> None:
    state = reserved(beds(2))
    after, _ = capacity.use(state, "o1", NOW + 9 * HOUR) or ({}, [])
    assert list(after["used"]) == ["o1"]
    assert after["available"] == 1


def test_an_acceptance_that_comes_after_the_end_takes_nothing() -> None:
    state, _ = capacity.release(reserved(beds(1)), "o1", NOW) or ({}, [])
    assert capacity.use(state, "o1", NOW) is None
    assert capacity.reserve(state, "o1", NOW + HOUR, NOW) is None
    assert capacity.free(state, NOW) == 1


def test_giving_back_what_one_does_not_hold_is_recognised() -> None:
    assert capacity.release(beds(), "stranger", NOW) is None
    assert capacity.release(None, "o1", NOW) is None
    assert capacity.use(None, "o1", NOW) is None
    assert capacity.decline(None, "o1", "no_capacity", NOW, NOW) is None


def test_a_decline_for_want_of_room_means_that_there_is_none() -> None:
    state = reserved(beds(3))
    after, events = capacity.decline(state, "o1", "no_capacity", NOW, NOW) or ({}, [])
    assert after["available"] == 0
    assert events == [
        CapacityReleased(service="beds", offer="o1", outward="none"),
        CapacityReported(service="beds", outward="none"),
    ]


def test_any_other_decline_only_gives_the_unit_back() -> None:
    state = reserved(beds(3))
    after, events = capacity.decline(state, "o1", "out_of_area", NOW, NOW) or ({}, [])
    assert after["available"] == 3
    assert events == [CapacityReleased(service="beds", offer="o1", outward="has")]


def test_an_old_decline_does_not_overrule_a_newer_report() -> None:
    state = reserved(beds(3))
    after, _ = capacity.decline(state, "o1", "no_capacity", NOW - HOUR, NOW) or ({}, [])
    assert after["available"] == 3


def test_a_report_ends_the_uses_it_leaves_no_room_for_oldest_first() -> None:
    state = beds(3, 3)
    for hours, offer in enumerate(("o1", "o2", "o3")):
        state, _ = capacity.use(reserved(state, offer), offer, NOW + hours * HOUR) or ({}, [])
    state, _ = capacity.report(state, "beds", available=2, maximum=3, unit="bed", at=NOW)
    assert list(state["used"]) == ["o3"]
    state, _ = capacity.report(state, "beds", available=3, maximum=3, unit="bed", at=NOW)
    assert state["used"] == {}


def test_a_number_nobody_confirmed_becomes_unknown_until_the_next_report() -> None:
    state, events = capacity.go_unknown(beds(2), NOW + HOUR) or ({}, [])
    assert events == [CapacityWentUnknown(service="beds")]
    assert capacity.outward(state, NOW) == "unknown"
    assert capacity.go_unknown(state, NOW + HOUR) is None
    assert capacity.go_unknown(beds(2), NOW - HOUR) is None
    fresh, _ = capacity.report(state, "beds", available=2, maximum=4, unit="bed", at=NOW)
    assert capacity.outward(fresh, NOW) == "has"


def test_who_counts_no_units_can_always_be_asked() -> None:
    uncounted = beds(0, 0, "none")
    told = {"reserved": True, "outward": "assessment_needed"}
    assert capacity.answer(uncounted, ["emergency_housing"], "o1", NOW) == told
    assert capacity.use(uncounted, "o1", NOW) is None
    assert capacity.go_unknown(uncounted, NOW + HOUR) is None
    assert capacity.answer(None, ["legal_assistance"], "o1", NOW) == told


def test_a_shelter_that_never_reported_promises_no_bed() -> None:
    told = {"reserved": False, "outward": "unknown"}
    assert capacity.answer(None, ["safety", "emergency_housing"], "o1", NOW) == told


def test_what_ended_long_ago_is_forgotten() -> None:
    state, _ = capacity.release(reserved(beds(2)), "o1", NOW) or ({}, [])
    much_later = NOW + capacity.REMEMBERED + HOUR
    state, _ = capacity.reserve(state, "o2", much_later + HOUR, much_later) or ({}, [])
    assert state["ended"] == {}


class Units(RuleBasedStateMachine):
    """Offers come, lapse and end in any order; a model counts who was promised what.

    Leases are answered in time here, and the agency does not report meanwhile: then units are
    neither lost nor made.
    """

    offers = st.sampled_from([f"o{n}" for n in range(6)])

    @initialize(available=st.integers(0, 4), taken=st.integers(0, 3))
    def report(self, available: int, taken: int) -> None:
        self.at = NOW
        self.total = available
        self.promised: dict[str, str] = {}
        self.state = beds(available, available + taken)

    def take(self, move: tuple[Json, Any] | None) -> bool:
        if move is not None:
            self.state = move[0]
        return move is not None

    @rule(offer=offers)
    def reserve(self, offer: str) -> None:
        had = offer in self.promised
        room = len([one for one in self.promised.values() if one != "ended"]) < self.total
        got = self.take(capacity.reserve(self.state, offer, self.at + HOUR, self.at))
        assert got == (room and not had)
        if got:
            self.promised[offer] = "reserved"

    @rule(offer=offers)
    def accept(self, offer: str) -> None:
        if self.promised.get(offer) in ("reserved", "ended"):
            got = self.take(capacity.use(self.state, offer, self.at))
            assert got == (self.promised[offer] == "reserved")
            if got:
                self.promised[offer] = "used"

    @rule(offer=offers)
    def end(self, offer: str) -> None:
        got = self.take(capacity.release(self.state, offer, self.at))
        assert got == (self.promised.get(offer) in ("reserved", "used"))
        if got:
            self.promised[offer] = "ended"

    @invariant()
    def no_unit_is_promised_twice(self) -> None:
        held = {one for one, how in self.promised.items() if how != "ended"}
        assert held == self.state["reserved"].keys() | self.state["used"].keys()
        assert len(held) <= self.total
        assert capacity.free(self.state, self.at) == self.total - len(held)
        assert self.state["available"] + len(self.state["used"]) == self.total


TestUnits = Units.TestCase
TestUnits.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)

MOVES = st.lists(
    st.tuples(
        st.sampled_from(["report", "reserve", "use", "release", "decline", "unknown"]),
        st.sampled_from(["o1", "o2", "o3", "o4"]),
        st.integers(0, 4),
        st.integers(0, 180),
    ),
    max_size=40,
)


@given(MOVES)
@settings(deadline=None, max_examples=150)
def test_whatever_happens_numbers_stay_within_what_was_reported(moves: list[Any]) -> None:
    state, at = beds(2), NOW
    for name, offer, number, minutes in moves:
        at += timedelta(minutes=minutes)
        before = capacity.free(state, at)
        move: Move | None
        match name:
            case "report":
                move = capacity.report(
                    state, "beds", available=number, maximum=4, unit="bed", at=at
                )
            case "reserve":
                move = capacity.reserve(state, offer, at + HOUR, at)
                assert move is None or before >= 1
            case "use":
                move = capacity.use(state, offer, at)
            case "release":
                move = capacity.release(state, offer, at)
            case "decline":
                move = capacity.decline(state, offer, "no_capacity", at, at)
            case _:
                move = capacity.go_unknown(state, at - HOUR)
        if move is not None:
            assert move[1]
            state = move[0]
        assert 0 <= state["available"] <= state["maximum"]
        assert 0 <= capacity.free(state, at) <= state["available"]
        assert not state["reserved"].keys() & state["used"].keys()
        assert not state["ended"].keys() & (state["reserved"].keys() | state["used"].keys())

"""Whatever agencies, clients, clocks and crashes do, an open stream has one owner and one next
action, no unit is promised twice, and no state is illegal.

RUNS says how many lives of the network are played; `make nightly` plays 5,000. Played: programs
that die before a commit and get their messages again, slow and second instances of the scheduler,
clocks that differ, and answers between the ranking of services and the offer.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from services.referrals import doors, offers, plans, progress, reopening
from services.referrals.domain import OrphanedStream
from services.referrals.stream import CASE_MANAGEMENT, stamp
from shared.directory import Capacity
from shared.errors import AnydoorError
from shared.vocabulary import ADMISSION, CAN_COME, CLOSE_REASONS, DECLINE_REASONS, GENDERS, SAFE_NOW
from tests.support.handover_rules import HandoverRules
from tests.support.link_rules import LinkRules
from tests.support.path_rules import PathRules
from tests.support.referral_network import ALL_NEEDS, COORDINATOR, TERMS, Network, card
from tests.support.stay_rules import StayRules
from tests.support.stream_laws import Laws

NEEDS_ASKED = ["safety", "emergency_housing", "legal_assistance", "translation", "case_management"]
HOUSING = ["emergency_housing", "transitional_housing"]
CARDS = [
    card("manage-1", "case_management"),
    card("manage-2", "case_management", languages=["en"]),
    card("house-1", "emergency_housing", "safety", agency="shelter", maximum_stay_days=15),
    card("house-2", *HOUSING, open_24_7=True, maximum_stay_days=90, can_come=["pets"]),
    card("house-3", "emergency_housing", genders=["woman"], maximum_stay_days=3),
    card("law-1", "legal_assistance", agency="shelter"),
    card("law-2", "legal_assistance", areas=["XS-pine"]),
    card("voice-1", "translation"),
]
AGENCIES = sorted({one.organization for one in CARDS} | {COORDINATOR, "stranger"})
STREAMS = ["s1", "s2"]
DAY = "2026-03-05"
MOSTLY_THOSE_WHO_MAY = ["owner", "case_manager", "holder"] * 6
WISHES = st.lists(st.sampled_from(ADMISSION), max_size=2, unique=True)
CALLERS = st.sampled_from([*MOSTLY_THOSE_WHO_MAY, *AGENCIES])


class Streams(HandoverRules, LinkRules, PathRules, StayRules, Laws):
    """Two clients, eight services, and everybody acting in any order."""

    @initialize(
        rooms=st.lists(st.sampled_from([2, 1, 0]), min_size=len(CARDS), max_size=len(CARDS))
    )
    def begin(self, rooms: tuple[int, ...]) -> None:
        self.network, self.agencies = Network(CARDS), AGENCIES
        self.network.rooms = dict(zip([one.id for one in CARDS], rooms, strict=True))
        self.accepted: set[str] = set()

    @rule(
        id=st.sampled_from(STREAMS),
        needs=st.lists(st.sampled_from(NEEDS_ASKED), max_size=4),
        safe_now=st.sampled_from(sorted(SAFE_NOW)),
        gender=st.sampled_from(sorted(GENDERS)),
        language=st.sampled_from(["es", "es", "en", "quc"]),
        wishes=st.lists(st.sampled_from(sorted(CAN_COME)), max_size=3),
        deliver=st.booleans(),
    )
    def a_client_comes_in(self, id: str, needs: list[str], deliver: bool, **who: Any) -> None:
        self.network.open(id, needs, **who)
        if deliver:
            self.network.deliver()

    @rule()
    def events_arrive(self) -> None:
        self.network.deliver()

    @rule(data=st.data())
    def an_event_arrives_again(self, data: st.DataObject) -> None:
        happened = self.network.ledger.events[: self.network.read_to]
        if happened:
            self.network.handle(*data.draw(st.sampled_from(happened)))

    @rule(minutes=st.sampled_from([1, 5, 11, 16, 60, 60 * 25, 60 * 24 * 9]), events=st.booleans())
    def time_passes(self, minutes: int, events: bool) -> None:
        self.network.now += timedelta(minutes=minutes)
        self.network.act_on_deadlines()
        if events:
            self.network.deliver()

    @rule(
        minutes=st.sampled_from([0, 1, 16, 60 * 25]),
        lives_for=st.integers(0, 3),
        again=st.integers(0, 5),
    )
    def a_program_dies_and_is_started_again(self, minutes: int, lives_for: int, again: int) -> None:
        self.network.now += timedelta(minutes=minutes)
        self.network.dies_at_work(lives_for, again)

    @rule(minutes=st.sampled_from([1, 16, 60 * 25]), data=st.data())
    def a_slow_instance_acts_on_what_was_due(self, minutes: int, data: st.DataObject) -> None:
        self.network.now += timedelta(minutes=minutes)
        read = self.network.dues()
        if data.draw(st.booleans()):
            self.network.act_on_deadlines()
        self.network.deliver()
        self.network.now += timedelta(minutes=1)
        self.network.act_on(read)

    @rule(id=st.sampled_from(STREAMS), data=st.data())
    def an_agency_answers_while_another_is_asked(self, id: str, data: st.DataObject) -> None:
        out = self.network.offers_out(id)
        if not out:
            return
        held = data.draw(st.sampled_from(out))
        reason = data.draw(st.sampled_from(["safety_conflict", "no_capacity", "client_declined"]))

        def answers() -> None:
            told = {"offer": held.id, "agency": held.agency, "reason": reason}
            with suppress(AnydoorError):
                self.network.do(offers.decline, stream=id, **told)

        self.network.meanwhile = answers
        self.network.deliver()
        self.network.meanwhile = None

    @rule(back=st.integers(1, 5))
    def another_instance_has_a_slower_clock(self, back: int) -> None:
        self.network.now -= timedelta(minutes=back)
        self.network.act_on_deadlines()
        self.network.now += timedelta(minutes=back)

    @rule(service=st.sampled_from(CARDS), outward=st.sampled_from(["has", "none", "unknown"]))
    def capacity_is_reported(self, service: Any, outward: str) -> None:
        self.network.rooms[service.id] = 2 if outward == "has" else 0
        told = Capacity(outward=outward, updated_at=stamp(self.network.now))
        changed = card(
            service.id,
            *service.needs,
            agency=service.organization,
            languages=service.languages,
            areas=service.areas,
            capacity=told,
            maximum_stay_days=service.maximum_stay_days,
        )
        self.network.roster.put(changed)
        self.network.offering.wake_for([changed])

    @rule(
        id=st.sampled_from(STREAMS),
        answer=st.sampled_from(["accept", "accept", "accept", "decline"]),
        reason=st.sampled_from(sorted(DECLINE_REASONS)),
        by_holder=st.integers(0, 9),
        data=st.data(),
    )
    def an_offer_is_answered(
        self, id: str, answer: str, reason: str, by_holder: int, data: st.DataObject
    ) -> None:
        if id not in self.network.ledger.states:
            return
        self.network.deliver()
        known = self.network.stream(id).referrals.values()
        ever = [one.offer for one in known if one.offer is not None]
        out = self.network.offers_out(id)
        if not ever:
            return
        held = data.draw(st.sampled_from(out * 9 + ever))
        agency = held.agency if by_holder else data.draw(st.sampled_from(AGENCIES))
        with suppress(AnydoorError):
            if answer == "decline":
                self.network.do(
                    offers.decline, stream=id, offer=held.id, agency=agency, reason=reason
                )
                assert held.id not in self.accepted
            else:
                self.network.do(offers.accept, stream=id, offer=held.id, agency=agency)
                assert agency == held.agency
                assert held.id not in self.accepted
                self.accepted.add(held.id)

    @rule(
        id=st.sampled_from(STREAMS),
        move=st.sampled_from(["start", "hold", "resume", "complete", "fail", "cancel", "look"]),
        caller=CALLERS,
        data=st.data(),
    )
    def a_referral_is_worked_on(self, id: str, move: str, caller: str, data: st.DataObject) -> None:
        if id not in self.network.ledger.states:
            return
        stream = self.network.stream(id)
        served = sorted(id for id, one in stream.referrals.items() if one.agency)
        referral = data.draw(st.sampled_from(served * 3 + sorted(stream.referrals)))
        told = {"referral": referral, "agency": self._agency(id, caller, referral)}
        moves: dict[str, tuple[Any, dict[str, str]]] = {
            "complete": (progress.complete, {}),
            "fail": (progress.fail, {"reason": "other"}),
            "cancel": (progress.cancel, {}),
            "look": (reopening.look_again_for, {}),
        }
        made, more = moves.get(move, (progress.advance, {"move": move}))
        with suppress(AnydoorError):
            self.network.do(made, stream=id, **told, **more)

    @rule(
        id=st.sampled_from(STREAMS),
        what=st.sampled_from(
            ["record", "end", "due", "close", "reopen", "door", "write", "plan", "wish"]
        ),
        need_type=st.sampled_from(ALL_NEEDS),
        caller=CALLERS,
        data=st.data(),
    )
    def the_stream_is_worked_on(
        self, id: str, what: str, need_type: str, caller: str, data: st.DataObject
    ) -> None:
        if id not in self.network.ledger.states:
            return
        agency = self._agency(id, caller, "")
        need = data.draw(st.sampled_from(sorted(self.network.stream(id).needs)))
        reason = data.draw(st.sampled_from(sorted(CLOSE_REASONS)))
        moves: dict[str, tuple[Any, dict[str, Any]]] = {
            "record": (doors.record_need, {"need_type": need_type, "agency": agency}),
            "end": (progress.end_need, {"need": need, "agency": agency}),
            "due": (reopening.follow_up, {"agency": agency}),
            "close": (reopening.close, {"agency": agency, "reason": reason}),
            "reopen": (reopening.reopen, {}),
            "door": (doors.continue_stream, {"door": "agency", "agency": agency}),
            "write": (doors.client_wrote, {"claim": need}),
            "wish": (doors.set_wishes, {"wishes": data.draw(WISHES), "agency": agency}),
            "plan": (plans.attach, {"version": DAY, "steps": {need_type: DAY}, "agency": agency}),
        }
        move, told = moves[what]
        with suppress(AnydoorError):
            self.network.do(move, stream=id, **told)

    @precondition(lambda self: len(self.network.ledger.events) > 25)
    @rule(id=st.sampled_from(STREAMS), reason=st.sampled_from(sorted(CLOSE_REASONS)))
    def everything_ends_well(self, id: str, reason: str) -> None:
        if id not in self.network.ledger.states or not self.network.stream(id).is_open:
            return
        stream = self.network.stream(id)
        leader = stream.case_manager or COORDINATOR
        with suppress(AnydoorError):
            for referral, one in stream.referrals.items():
                if one.agency and one.need_type != CASE_MANAGEMENT:
                    self.network.do(
                        progress.complete, stream=id, referral=referral, agency=one.agency
                    )
            for need, asked in self.network.stream(id).needs.items():
                if not asked.is_settled and asked.type != CASE_MANAGEMENT:
                    self.network.do(progress.end_need, stream=id, need=need, agency=leader)
            self.network.do(reopening.close, stream=id, agency=leader, reason=reason)
            assert not self.network.stream(id).is_open

    def _agency(self, id: str, caller: str, referral: str) -> str:
        stream = self.network.stream(id)
        if caller == "owner":
            return stream.owner.agency if stream.owner else ""
        if caller == "case_manager":
            return stream.case_manager
        if caller == "holder":
            one = stream.referrals.get(referral)
            return one.offer.agency if one and one.offer else ""
        return caller


Streams.TestCase.settings = settings(
    max_examples=int(os.environ.get("RUNS", "300")),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestStreams = Streams.TestCase


def test_a_move_that_would_orphan_a_stream_is_refused() -> None:
    network = Network(terms=TERMS.__class__(**{**_fields(), "coordinator": ""}))
    with pytest.raises(OrphanedStream):
        network.open(needs=["safety"])


def _fields() -> dict[str, Any]:
    return {name: getattr(TERMS, name) for name in TERMS.__struct_fields__}

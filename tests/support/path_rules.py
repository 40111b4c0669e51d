"""Pathways: a client who goes by one, and what the machine of streams does with them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.referrals import offers, paths, progress, reopening
from services.referrals.paths import Planned
from shared.errors import AnydoorError
from tests.support.referral_network import COORDINATOR, Network, card

CASEWORK = "casework-agency"
CARDS = [
    card("casework", "case_management"),
    card("house", "emergency_housing", "transitional_housing"),
    card("law", "legal_assistance"),
    card("school", "education"),
]


def planned(need: str, *after: str, services: tuple[str, ...] = ()) -> Planned:
    """A step as the registry keeps it."""
    return Planned(need=need, after=list(after), services=list(services))


#: Housing now, a lawyer after it, a school after both, and case management, which is no step.
HOUSE, LAW, SCHOOL = "emergency_housing", "legal_assistance", "education"
STEPS = [
    planned("case_management"),
    planned(HOUSE, "case_management"),
    planned(LAW, HOUSE),
    planned(SCHOOL, HOUSE, LAW),
]


def managed(*needs: str) -> Network:
    """A client with a case manager who made contact."""
    network = Network(CARDS)
    network.open(needs=list(needs))
    network.deliver()
    _, offer, agency = network.out("case_management")
    network.do(offers.accept, offer=offer, agency=agency)
    network.do(reopening.follow_up, agency=CASEWORK)
    network.deliver()
    return network


def meet(network: Network, need_type: str) -> None:
    """The service that holds the offer for a need takes it on and gives it."""
    referral, offer, agency = network.out(need_type)
    network.do(offers.accept, offer=offer, agency=agency)
    network.do(progress.complete, referral=referral, agency=agency)
    network.deliver()


class PathRules(RuleBasedStateMachine):
    """Pathways are started, decided about and ended at any moment, and no step gets lost."""

    network: Network

    @rule(
        id=st.sampled_from(["s1", "s2"]),
        by=st.sampled_from(["case_manager", "case_manager", "coordinator", "stranger"]),
        left_out=st.sets(st.sampled_from([HOUSE, LAW, SCHOOL]), max_size=2),
        turned=st.booleans(),
        delivers=st.booleans(),
    )
    def a_pathway_is_started(
        self, id: str, by: str, left_out: set[str], turned: bool, delivers: bool
    ) -> None:
        if id not in self.network.ledger.states:
            return
        steps = [planned(LAW), planned(HOUSE, LAW), planned(SCHOOL, HOUSE)] if turned else STEPS
        told: dict[str, Any] = {"pathway": "after-a-raid", "steps": steps, "left_out": left_out}
        with suppress(AnydoorError):
            self.network.do(paths.start, stream=id, **told, agency=self._by(id, by))
            assert by != "stranger"
        if delivers:
            self.network.deliver()

    @rule(
        id=st.sampled_from(["s1", "s2"]),
        by=st.sampled_from(["case_manager", "case_manager", "coordinator", "stranger"]),
        step=st.sampled_from([HOUSE, LAW, SCHOOL]),
        decision=st.sampled_from(["ask", "leave_out", "end"]),
    )
    def a_pathway_is_decided_about(self, id: str, by: str, step: str, decision: str) -> None:
        if id not in self.network.ledger.states:
            return
        agency = self._by(id, by)
        with suppress(AnydoorError):
            if decision == "end":
                self.network.do(paths.end, stream=id, agency=agency)
            else:
                told = {"step": step, "decision": decision}
                self.network.do(paths.decide, stream=id, **told, agency=agency)
            assert by != "stranger"

    @invariant()
    def no_step_waits_for_ever(self) -> None:
        for id in self.network.ledger.states:
            stream = self.network.stream(id)
            if stream.path is None:
                continue
            assert stream.is_open
            assert not stream.path.ready(stream.needs)
            stuck = {one.type for one in stream.path.stuck(stream.needs)}
            owed = {duty.about for duty in stream.duties.values() if duty.code == "decide_path"}
            assert owed == stuck
            goes_on = {one.type for one in stream.path.steps if one.stands(stream.needs) == "asked"}
            for step in stream.path.waiting:
                behind = {one.type for one in stream.path.waiting} | goes_on
                assert step.type in stuck or behind & set(step.after)

    def _by(self, id: str, who: str) -> str:
        stream = self.network.stream(id)
        return {"case_manager": stream.case_manager, "coordinator": COORDINATOR}.get(who, who)

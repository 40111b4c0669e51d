"""Placements that end on a day: clients who live in one, and what the machine of streams does."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.referrals import offers, progress, reopening, stays
from services.referrals.parts import Stay
from shared.directory import ServiceCard
from shared.errors import AnydoorError
from shared.vocabulary import PLACEMENTS
from tests.support.referral_network import COORDINATOR, Network, card

CASEWORK, HOUSE = "casework-agency", "house-agency"
#: A shelter by how long one may stay there.
SHELTERS = {
    name: card("house", "emergency_housing", "legal_assistance", maximum_stay_days=days)
    for name, days in {
        "one": 1,
        "three": 3,
        "fourteen": 14,
        "fifteen": 15,
        "thirty": 30,
        "ninety": 90,
        "open": None,
    }.items()
}
OTHERS = [
    card("other", "emergency_housing", maximum_stay_days=30),
    card("flat", "transitional_housing"),
]


def placed(shelter: ServiceCard, need_type: str = "emergency_housing") -> Network:
    """A client with a case manager, whose service began at the shelter on 1 March, 20:00."""
    network = Network([card("casework", "case_management"), shelter])
    network.open(needs=[need_type])
    network.deliver()
    for asked in ("case_management", need_type):
        _, offer, agency = network.out(asked)
        network.do(offers.accept, offer=offer, agency=agency)
        network.deliver()
    network.do(reopening.follow_up, agency=CASEWORK)
    told = {"move": "start", "referral": network.of(need_type), "agency": HOUSE}
    network.do(progress.advance, **told)
    for one in OTHERS:
        network.roster.put(one)
    return network


def stay_of(network: Network, which: int = -1) -> Stay:
    """The stay of a placement of the client, the newest unless said."""
    found = [one.stay for one in network.stream().referrals.values() if one.stay]
    return found[which]


class StayRules(RuleBasedStateMachine):
    """Stays are corrected and followed, and nobody loses a roof in silence."""

    network: Network

    @rule(id=st.sampled_from(["s1", "s2"]), which=st.integers(0, 3))
    def a_client_moves_in(self, id: str, which: int) -> None:
        self.network.open(id, ["emergency_housing"])
        for _ in range(2):  # the offer may be that of her case manager, who asks for the bed
            self.network.deliver()
            for offer in self.network.offers_out(id)[: which + 1]:
                told = {"offer": offer.id, "agency": offer.agency}
                with suppress(AnydoorError):
                    self.network.do(offers.accept, stream=id, **told)
        for referral, one in self.network.stream(id).referrals.items():
            if one.state == "accepted" and one.need_type in PLACEMENTS:
                told = {"move": "start", "referral": referral, "agency": one.agency}
                self.network.do(progress.advance, stream=id, **told)

    @rule(days=st.sampled_from([1, 2, 11, 27]))
    def days_pass(self, days: int) -> None:
        self.network.pass_time(days=days)

    @rule(
        id=st.sampled_from(["s1", "s2"]),
        days=st.sampled_from([0, 1, 3, 4, 14, 15, 30, 31, 90]),
        by=st.sampled_from(["holder", "case_manager", "coordinator", "stranger"]),
        data=st.data(),
    )
    def a_stay_is_set(self, id: str, days: int, by: str, data: st.DataObject) -> None:
        referral, agency = self._placement(id, by, data)
        if not referral:
            return
        day = (self.network.now + timedelta(days=days)).date().isoformat()
        told = {"referral": referral, "ends_on": day, "agency": agency}
        with suppress(AnydoorError):
            self.network.do(stays.set_end, stream=id, **told)
            stay = self.network.stream(id).referrals[referral].stay
            assert stay is not None
            assert stay.ends_on == day

    @rule(
        id=st.sampled_from(["s1", "s2"]),
        need_type=st.sampled_from(PLACEMENTS),
        by=st.sampled_from(["case_manager", "case_manager", "coordinator", "holder"]),
        data=st.data(),
    )
    def the_next_is_asked_for(self, id: str, need_type: str, by: str, data: st.DataObject) -> None:
        referral, agency = self._placement(id, by, data)
        if not referral:
            return
        told = {"referral": referral, "need_type": need_type, "agency": agency}
        with suppress(AnydoorError):
            self.network.do(stays.ask_next, stream=id, **told)
            stream = self.network.stream(id)
            stay = stream.referrals[referral].stay
            assert stay is not None
            assert stream.is_followed(stay)
            assert stream.referral_of(stay.followed_by) is not None

    def _placement(self, id: str, by: str, data: st.DataObject) -> tuple[str, str]:
        if id not in self.network.ledger.states:
            return "", ""
        stream = self.network.stream(id)
        found = sorted(id for id, one in stream.referrals.items() if one.need_type in PLACEMENTS)
        if not found:
            return "", ""
        referral = data.draw(st.sampled_from(sorted(stream.stays()) * 9 + found))
        held = stream.referrals[referral].offer
        callers = {
            "holder": held.agency if held else "",
            "case_manager": stream.case_manager,
            "coordinator": COORDINATOR,
        }
        return referral, callers.get(by, "stranger")

    @invariant()
    def whoever_must_leave_is_looked_after(self) -> None:
        for id in self.network.ledger.states:
            stream = self.network.stream(id)
            for referral, stay in stream.stays().items():
                assert stream.is_open
                assert stay.ahead or stay.is_ending
                owed = f"next_placement:{referral}" in stream.duties
                assert owed == (stay.is_ending and not stream.is_followed(stay))
                if stream.is_followed(stay):
                    need = stream.needs[stay.followed_by]
                    alive = stream.referral_of(stay.followed_by) is not None
                    assert alive or need.state == "met"

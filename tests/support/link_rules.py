"""What the machine of streams does with links: made and ended from both sides, dying in between."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.referrals.links import live, turn_of
from shared.errors import AnydoorError
from tests.support.referral_network import Crash, Network


class LinkRules(RuleBasedStateMachine):
    """One client has two streams and says so, or says so no more."""

    network: Network

    @rule(
        id=st.sampled_from(["s1", "s2"]),
        other=st.sampled_from(["s1", "s2", "s2", "s1", "nobody"]),
        ends=st.booleans(),
        leader=st.sampled_from(["", "s1", "s2"]),
        caller=st.sampled_from(["", "", "owner", "stranger"]),
        lives_for=st.sampled_from([None, None, 0, 1]),
        delivers=st.booleans(),
    )
    def two_streams_are_linked_or_not_any_more(
        self,
        id: str,
        other: str,
        ends: bool,
        leader: str,
        caller: str,
        lives_for: int | None,
        delivers: bool,
    ) -> None:
        if id not in self.network.ledger.states:
            return
        owner = self.network.stream(id).owner
        agency = owner.agency if caller == "owner" and owner else caller
        linking, command = self.network.linking, self.network.cause()
        self.network.ledger.lives_for = lives_for
        with suppress(AnydoorError, Crash):
            if ends:
                linking.unlink(command, id, other, agency)
                assert other not in live(self.network.stream(id))
            else:
                linking.link(command, id, other, leader, agency)
                assert other in live(self.network.stream(id))
            assert agency != "stranger"
        self.network.ledger.lives_for = None
        if delivers:
            self.network.deliver()

    @invariant()
    def what_everybody_heard_is_the_same_in_both_streams(self) -> None:
        there = self.network.ledger.states
        if len(there) < 2 or self.network.read_to < len(self.network.ledger.events):
            return
        one, two = self.network.stream("s1"), self.network.stream("s2")
        assert turn_of(one, "s2") == turn_of(two, "s1")
        assert (live(one), live(two)) in ((["s2"], ["s1"]), ([], []))
        if live(one):
            assert one.links["s2"].leader == two.links["s1"].leader

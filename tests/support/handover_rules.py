"""What the machine of streams does with handovers: proposed, answered or left alone."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from services.referrals import handovers, offers
from shared.errors import AnydoorError
from shared.vocabulary import DECLINE_REASONS
from tests.support.referral_network import Network


class HandoverRules(RuleBasedStateMachine):
    """Case managers hand clients over to each other."""

    network: Network

    @rule(
        id=st.sampled_from(["s1", "s2"]),
        service=st.sampled_from(["manage-1", "manage-2"]),
        answer=st.sampled_from(["accept", "accept", "decline", "keep", "none"]),
        reason=st.sampled_from(sorted(DECLINE_REASONS)),
    )
    def a_client_is_handed_over(self, id: str, service: str, answer: str, reason: str) -> None:
        if id not in self.network.ledger.states:
            return
        before = self.network.stream(id).case_manager
        with suppress(AnydoorError):
            offer, to = self.network.hand_over(service, before, stream=id)
            assert self.network.stream(id).case_manager == before
            if answer == "accept":
                self.network.do(offers.accept, stream=id, offer=offer, agency=to)
                assert self.network.stream(id).case_manager == to
            elif answer == "decline":
                more = {"offer": offer, "reason": reason}
                self.network.do(offers.decline, stream=id, agency=to, **more)
                assert self.network.stream(id).handover is None
            elif answer == "keep":
                self.network.do(handovers.take_back, stream=id, agency=before)
                assert self.network.stream(id).case_manager == before

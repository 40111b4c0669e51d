"""What the machine of streams does with handovers: proposed, answered or left alone."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from services.referrals import doors, handovers, offers, packets
from services.referrals.packets import Consent
from services.referrals.stream import CASE_MANAGEMENT, stamp
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
        words=st.booleans(),
    )
    def a_client_is_handed_over(
        self, id: str, service: str, answer: str, reason: str, words: bool
    ) -> None:
        if id not in self.network.ledger.states:
            return
        if words:
            self.network.do(doors.client_wrote, stream=id, claim=self.network.cause())
        before = self._manager(id)
        if before == f"{service}-agency":
            service = "manage-1" if service == "manage-2" else "manage-2"
        with suppress(AnydoorError):
            offer, to = self.network.hand_over(service, before, stream=id)
            assert self.network.stream(id).case_manager == before
            if words:
                self._words_are_sent(id, before)
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

    def _manager(self, id: str) -> str:
        """The client's case manager; whoever is asked to be takes her on first."""
        self.network.deliver()
        for one in self.network.stream(id).referrals.values():
            if one.need_type == CASE_MANAGEMENT and one.is_out and one.offer:
                with suppress(AnydoorError):
                    told = {"offer": one.offer.id, "agency": one.offer.agency}
                    self.network.do(offers.accept, stream=id, **told)
        return self.network.stream(id).case_manager

    @rule(id=st.sampled_from(["s1", "s2"]))
    def what_stayed_behind_is_sent_after(self, id: str) -> None:
        if id in self.network.ledger.states:
            left = self.network.stream(id).words_left
            self._words_are_sent(id, left.by if left else "manage-1-agency")

    def _words_are_sent(self, id: str, by: str) -> None:
        now = stamp(self.network.now)
        allowed = [one for one in packets.windows(self.network.stream(id), now) if one.by == by]
        packet = self.network.cause()
        sent: dict[str, Any] = {
            "release": packet,
            "agency": by,
            "consent": Consent(["first_words", "messages"], "es", "on_paper"),
            "carries": list(allowed[0].claims) if allowed else ["none"],
        }
        with suppress(AnydoorError):
            self.network.do(packets.send, stream=id, **sent)
            stream = self.network.stream(id)
            made = stream.releases[packet]
            assert made.recipient == allowed[0].to
            assert (made.state == "passed") == (stream.case_manager == made.recipient)

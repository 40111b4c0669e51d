"""What holds of every stream at every moment, whatever a network lived through."""

from __future__ import annotations

from hypothesis.stateful import RuleBasedStateMachine, invariant

from services.referrals.domain import REFERRAL_MOVES
from services.referrals.stream import ALIVE, CASE_MANAGEMENT
from services.referrals.views import agency_view, client_view
from tests.support.referral_network import TERMS, Network


class Laws(RuleBasedStateMachine):
    """The laws; whoever plays a network keeps it in `network` and its agencies in `agencies`."""

    network: Network
    agencies: list[str]

    @invariant()
    def every_open_stream_has_an_owner_and_a_next_action(self) -> None:
        for id in self.network.ledger.states:
            stream = self.network.stream(id)
            if not stream.is_open:
                assert (stream.owner, stream.next_action, stream.next_due_at) == (None, None, "")
                assert stream.handover is None
                continue
            assert stream.owner is not None
            assert stream.owner.agency in self.agencies
            assert stream.owner.role in ("case_manager", "coordinator", "supervisor")
            assert stream.next_action is not None
            assert stream.next_due_at
            assert stream.next_due_at <= stream.next_action.due_at

    @invariant()
    def no_state_is_illegal(self) -> None:
        for id in self.network.ledger.states:
            stream = self.network.stream(id)
            for need_id, need in stream.needs.items():
                alive = [
                    r for r in stream.referrals.values() if r.need == need_id and r.state in ALIVE
                ]
                assert len(alive) <= 1
                assert not (alive and need.is_settled)
                assert not (alive and not stream.is_open)
                assert need.state in ("open", "unmet", "met", "ended")
            managing = {
                r.agency for r in stream.referrals.values() if r.need_type == CASE_MANAGEMENT
            }
            if stream.is_open:
                assert ({stream.case_manager} if stream.case_manager else set()) == managing - {""}
            assert stream.handover is None or stream.case_manager
            for referral in stream.referrals.values():
                assert referral.state in {after for _, after in REFERRAL_MOVES.values()}
                if referral.is_out and referral.offer:
                    assert referral.offer.agency not in stream.excluded
                if referral.state == "requested" and referral.offer is None:
                    assert referral.look_at

    @invariant()
    def words_wait_only_while_their_handover_does(self) -> None:
        for id in self.network.ledger.states:
            stream = self.network.stream(id)
            held = stream.handover.offer if stream.handover else None
            for one in stream.releases.values():
                waits = bool(one.handover) and one.state == "given"
                assert not waits or (
                    held and (held.id, held.agency) == (one.handover, one.recipient)
                )

    @invariant()
    def no_unit_is_promised_twice(self) -> None:
        network = self.network
        held = [
            (r.offer.id, r.offer.service)
            for id in network.ledger.states
            for r in network.stream(id).referrals.values()
            if r.offer is not None and r.state in ALIVE
        ]
        assert len(held) == len(set(held))
        for offer, service in held:
            assert network.reserved.get(offer) == service

    @invariant()
    def everybody_can_be_shown_their_part(self) -> None:
        network = self.network
        for id in network.ledger.states:
            view = client_view(network.stream(id))
            told = str({**view, "releases": {}})  # to whom, she said herself
            for other in network.stream(id).offered_to:
                if other not in {step.get("agency") for step in view["steps"]}:
                    assert other in (view.get("case_manager"),) or other not in told
            for agency in self.agencies:
                agency_view(network.stream(id), agency, TERMS, [])

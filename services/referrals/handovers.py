"""The warm handover of a client from one case manager's agency to another. No I/O.

The present agency proposes, the other confirms; until then the present one answers for the client
as before. A proposal nobody answers ends by itself, and its end is told like its beginning.
"""

from __future__ import annotations

from services.referrals.domain import must, step
from services.referrals.packets import confirmed, lapsed
from services.referrals.reopening import completed
from services.referrals.stream import (
    CASE_MANAGEMENT,
    SERVING,
    Handover,
    Occasion,
    Offer,
    Referral,
    Stream,
    Tried,
)
from shared.errors import Conflict, IllegalMove, NotAllowed, NotFound
from shared.events import Event
from shared.events.referrals import (
    CaseManagerAssigned,
    HandoverEnded,
    HandoverProposed,
    ReferralAccepted,
)
from shared.ids import derived_id


def managing(stream: Stream, agency: str) -> str:
    """Return the referral by which the agency manages this client and may hand her over.

    Raises IllegalMove when the stream is closed, NotAllowed unless the agency is the case manager,
    Conflict while another agency is asked.
    """
    must(stream, "propose_handover")
    _must_manage(stream, agency)
    if stream.handover is not None:
        raise Conflict("stream", "is proposed to an agency already", "wait, or take it back")
    for id, one in stream.referrals.items():
        if one.need_type == CASE_MANAGEMENT and one.state in SERVING:
            return id
    raise AssertionError("a case manager has the referral she accepted")


def propose(
    stream: Stream, occasion: Occasion, *, service: str, to: str, offer: str, agency: str
) -> list[Event]:
    """Propose a handover to another agency's service; `offer` is what its unit is reserved for.

    Raises like `managing`, Conflict for an agency kept away from this client, IllegalMove for the
    agency itself.
    """
    referral = managing(stream, agency)
    if to == agency:
        raise IllegalMove("service", "is your own agency's", "choose another agency's")
    if to in stream.excluded:
        raise Conflict("service", "cannot take this client on", "choose another")
    until = occasion.after(occasion.terms.lease_for(CASE_MANAGEMENT, stream.is_urgent))
    held = Offer(id=offer, service=service, agency=to, lease_until=until)
    stream.handover = Handover(referral=referral, offer=held)
    return [
        HandoverProposed(
            stream=stream.id,
            referral=referral,
            offer=offer,
            service=service,
            agency=to,
            lease_until=until,
        )
    ]


def take_back(stream: Stream, occasion: Occasion, *, agency: str) -> list[Event]:
    """The case manager's agency keeps the client after all; NotFound when nothing is proposed."""
    must(stream, "end_handover")
    _must_manage(stream, agency)
    if stream.handover is None:
        raise NotFound("stream", "is not proposed to anybody", "look at the stream again")
    return ended(stream, occasion, "taken_back")


def is_about(stream: Stream, offer: str) -> bool:
    """Say whether an offer is a proposed handover."""
    return stream.handover is not None and stream.handover.offer.id == offer


def confirm(stream: Stream, occasion: Occasion, *, agency: str) -> list[Event]:
    """Take the client on: from now on this agency answers for her, and owes the first contact.

    Raises NotFound for another agency, Conflict when the time to answer is over.
    """
    must(stream, "hand_over")
    handover = answered(stream, occasion, agency)
    before = stream.referrals[handover.referral]
    done = completed(stream, handover.referral, before)
    id, held = derived_id(occasion.cause, "referral", before.need), handover.offer
    one = Referral(
        need=before.need,
        need_type=CASE_MANAGEMENT,
        state="requested",
        urgent=before.urgent,
        offer=held,
        tried=[*before.tried, _accepted(held, occasion)],
    )
    step(one, "accept")
    stream.referrals[id], stream.handover = one, None
    words = confirmed(stream, occasion, held, by=stream.case_manager)
    stream.case_manager, stream.is_contacted = agency, False
    accepted = ReferralAccepted(
        stream=stream.id,
        referral=id,
        offer=held.id,
        need_type=CASE_MANAGEMENT,
        service=held.service,
        agency=agency,
    )
    return [done, accepted, CaseManagerAssigned(stream=stream.id, agency=agency), *words]


def answered(stream: Stream, occasion: Occasion, agency: str) -> Handover:
    """Return the handover this agency may answer now; raises like `confirm`."""
    handover = stream.handover
    if handover is None or handover.offer.agency != agency:
        raise NotFound("offer", "is not with your agency", "look at your offers again")
    if handover.offer.lease_until <= occasion.now():
        raise Conflict("offer", "its time is over", "the present case manager goes on")
    return handover


def ended(stream: Stream, occasion: Occasion, reason: str) -> list[Event]:
    """End a proposed handover and tell why: a code of DECLINE_REASONS, expired, taken_back or
    no_case_manager; words that were to go along are over with it. Nothing when none is proposed."""
    handover, stream.handover = stream.handover, None
    if handover is None:
        return []
    held = handover.offer
    return [
        *lapsed(stream, occasion, handover),
        HandoverEnded(
            stream=stream.id,
            referral=handover.referral,
            offer=held.id,
            service=held.service,
            agency=held.agency,
            reason=reason,
        ),
    ]


def _must_manage(stream: Stream, agency: str) -> None:
    if not agency or agency != stream.case_manager:
        raise NotAllowed("agency", "is not this client's case manager", "ask her case manager")


def _accepted(held: Offer, occasion: Occasion) -> Tried:
    return Tried(
        service=held.service,
        agency=held.agency,
        outcome="accepted",
        at=occasion.now(),
        offer=held.id,
    )

"""Offers: made, accepted, declined, expired, and what happens when nobody is left. No I/O.

One agency at a time holds an offer, until its lease ends. Decline and expiry clear the way for the
next in rank; when nobody is left the need is unmet and the coordinator has it.
"""

from __future__ import annotations

from services.referrals import handovers
from services.referrals.asking import looks_for_service, next_look, request_all
from services.referrals.domain import must, step
from services.referrals.ranking import Candidate
from services.referrals.stream import (
    CASE_MANAGEMENT,
    Miss,
    Occasion,
    Offer,
    Referral,
    Stream,
    Tried,
)
from shared.errors import Conflict, NotFound
from shared.events import Event
from shared.events.referrals import (
    CaseManagerAssigned,
    NeedUnmet,
    ReferralAccepted,
    ReferralDeclined,
    ReferralExpired,
    ReferralOffered,
)

MISSES_KEPT = 5


def offer(
    stream: Stream, occasion: Occasion, *, referral: str, to: Candidate, id: str, full: list[Miss]
) -> list[Event]:
    """Give one agency the offer; nothing when the referral does not look for a service any more.

    `full` are services ranked before it that had no unit left. Raises Conflict when the agency was
    excluded in the meantime: then the ranking is out of date.
    """
    if not looks_for_service(stream, referral):
        return []
    if to.agency in stream.excluded:
        raise Conflict("agency", "is not asked for this client any more", "rank again")
    one = stream.referrals[referral]
    until = occasion.after(occasion.terms.lease_for(one.need_type, one.urgent))
    step(one, "offer")
    _note_full(one, full, occasion)
    one.offer = Offer(
        id=id,
        service=to.service,
        agency=to.agency,
        lease_until=until,
        trace=to.trace(),
        stay_days=to.stay_days,
    )
    one.look_at, one.misses = "", []
    stream.needs[one.need].state = "open"
    return [
        ReferralOffered(
            stream=stream.id,
            referral=referral,
            offer=id,
            need_type=one.need_type,
            service=to.service,
            agency=to.agency,
            lease_until=until,
        )
    ]


#: The agency called as the client wished, and could not reach her.
UNREACHED = "could_not_contact"


def nobody_left(
    stream: Stream, occasion: Occasion, *, referral: str, misses: list[Miss], full: list[Miss]
) -> list[Event]:
    """Hand a need no service can answer to the coordinator, with the nearest misses and why.

    Without a case manager in sight the other needs do not wait for one any longer.
    """
    if not looks_for_service(stream, referral):
        return []
    one = stream.referrals[referral]
    need = stream.needs[one.need]
    if need.state == "unmet":
        return []
    _note_full(one, full, occasion)
    one.misses = misses[:MISSES_KEPT]
    need.state = "unmet"
    events: list[Event] = [
        NeedUnmet(
            stream=stream.id,
            need=one.need,
            need_type=one.need_type,
            area=stream.area,
            language=stream.language,
        )
    ]
    if one.need_type == CASE_MANAGEMENT and not stream.case_manager:
        stream.urgent_start_at = ""
        events += request_all(stream, occasion)
    return events


def accept(stream: Stream, occasion: Occasion, *, offer: str, agency: str) -> list[Event]:
    """Take the offer on. Accepting case management makes the agency the client's case manager; a
    proposed handover is answered the same way.

    Raises NotFound when the agency never had it, Conflict when it is over or was answered.
    """
    if handovers.is_about(stream, offer):
        return [*handovers.confirm(stream, occasion, agency=agency)]
    id, referral, held = _held(stream, occasion, offer, agency, "accept")
    step(referral, "accept")
    _try(referral, held, "accepted", occasion)
    accepted = ReferralAccepted(
        stream=stream.id,
        referral=id,
        offer=held.id,
        need_type=referral.need_type,
        service=held.service,
        agency=agency,
    )
    if referral.need_type != CASE_MANAGEMENT:
        return [accepted]
    stream.case_manager, stream.is_contacted, stream.urgent_start_at = agency, False, ""
    assigned = CaseManagerAssigned(stream=stream.id, agency=agency)
    return [accepted, assigned, *request_all(stream, occasion)]


def decline(
    stream: Stream, occasion: Occasion, *, offer: str, agency: str, reason: str
) -> list[Event]:
    """Say no with a code of DECLINE_REASONS; raises like `accept`.

    safety_conflict keeps the agency away from this client from now on, and takes back what else
    it was offered for her; could_not_contact lets the case manager check how to reach her.
    """
    if handovers.is_about(stream, offer):
        handovers.answered(stream, occasion, agency)
        said = handovers.ended(stream, occasion, reason)
        return said + (_keep_away(stream, occasion, agency) if reason == "safety_conflict" else [])
    id, referral, held = _held(stream, occasion, offer, agency, "decline")
    step(referral, "decline")
    _clear(stream, id, reason, occasion)
    stream.is_unreachable = stream.is_unreachable or reason == UNREACHED
    declined = ReferralDeclined(
        stream=stream.id,
        referral=id,
        offer=held.id,
        need_type=referral.need_type,
        service=held.service,
        agency=agency,
        reason=reason,
    )
    if reason != "safety_conflict":
        return [declined]
    return [declined, *_keep_away(stream, occasion, agency)]


def _keep_away(stream: Stream, occasion: Occasion, agency: str) -> list[Event]:
    """Exclude an agency and take back what it was offered for this client."""
    stream.excluded = sorted({*stream.excluded, agency})
    asked = stream.handover is not None and stream.handover.offer.agency == agency
    over = handovers.ended(stream, occasion, "safety_conflict") if asked else []
    out = [
        (id, r.offer.id)
        for id, r in stream.referrals.items()
        if r.is_out and r.offer and r.offer.agency == agency
    ]
    return [*over, *(event for id, held in out for event in _expire(stream, occasion, id, held))]


def expire(stream: Stream, occasion: Occasion, *, referral: str, offer: str) -> list[Event]:
    """End an offer whose lease is over; nothing when it was answered or is not over yet."""
    one = stream.referrals.get(referral)
    if one is None or not one.is_out or one.offer is None or one.offer.id != offer:
        return []
    if one.offer.lease_until > occasion.now():
        return []
    return _expire(stream, occasion, referral, offer)


def _expire(stream: Stream, occasion: Occasion, id: str, offer: str) -> list[Event]:
    referral = stream.referrals[id]
    held = referral.offer
    step(referral, "expire")
    _clear(stream, id, "expired", occasion)
    return [
        ReferralExpired(
            stream=stream.id,
            referral=id,
            offer=offer,
            need_type=referral.need_type,
            service=held.service if held else "",
            agency=held.agency if held else "",
        )
    ]


def _held(
    stream: Stream, occasion: Occasion, offer: str, agency: str, move: str
) -> tuple[str, Referral, Offer]:
    """Return the referral whose offer this agency holds now; says plainly why it does not."""
    for id, referral in stream.referrals.items():
        held = referral.offer
        if held is not None and (held.id, held.agency) == (offer, agency):
            if referral.state != "requested":
                raise Conflict("offer", f"is over: it is {referral.state}", "nothing to do")
            if held.lease_until <= occasion.now():
                raise Conflict("offer", "its time is over", "it goes to the next agency")
            must(stream, "work_on_referral")
            return id, referral, held
        if any((one.offer, one.agency) == (offer, agency) for one in referral.tried):
            raise Conflict("offer", f"is not yours to {move} any more", "it went on without you")
    raise NotFound("offer", "is not with your agency", "look at your offers again")


def _clear(stream: Stream, id: str, outcome: str, occasion: Occasion) -> None:
    """Note how an offer ended and free the referral for the next in rank."""
    referral = stream.referrals[id]
    if referral.offer is not None:
        _try(referral, referral.offer, outcome, occasion)
    referral.offer = None
    referral.look_at = next_look(referral, occasion)


def _try(referral: Referral, held: Offer, outcome: str, occasion: Occasion) -> None:
    _note(referral, held.service, held.agency, outcome, occasion, offer=held.id)


def _note_full(referral: Referral, full: list[Miss], occasion: Occasion) -> None:
    for one in full:
        _note(referral, one.service, one.agency, "full", occasion)


def _note(
    referral: Referral, service: str, agency: str, outcome: str, occasion: Occasion, offer: str = ""
) -> None:
    """Keep the last outcome of a service; the earlier ones are in the timeline."""
    last = Tried(
        service=service,
        agency=agency,
        outcome=outcome,
        at=occasion.now(),
        offer=offer,
        round=referral.round,
    )
    referral.tried = [one for one in referral.tried if one.service != service] + [last]

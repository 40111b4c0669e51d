"""Closing a stream, and opening it again after a set-back with its whole history. No I/O."""

from __future__ import annotations

from services.referrals.asking import look_again, request
from services.referrals.domain import must, step
from services.referrals.duties import discharge
from services.referrals.stream import CASE_MANAGEMENT, SERVING, Occasion, Referral, Stream
from shared.errors import IllegalMove, NotAllowed
from shared.events import Event
from shared.events.paths import PathEnded
from shared.events.referrals import (
    NeedEnded,
    NeedMet,
    ReferralCancelled,
    ReferralCompleted,
    StreamClosed,
    StreamFollowedUp,
    StreamReopened,
)


def close(stream: Stream, occasion: Occasion, *, agency: str, reason: str) -> list[Event]:
    """Close the stream; case management and a pathway end with it.

    Raises IllegalMove naming the needs that are neither met nor ended, NotAllowed when the agency
    neither manages nor owns the stream.
    """
    must(stream, "close")
    must_lead(stream, agency)
    waiting = sorted(
        need.type
        for need in stream.needs.values()
        if need.type != CASE_MANAGEMENT and not need.is_settled
    )
    if waiting:
        raise IllegalMove("stream", f"needs are open: {', '.join(waiting)}", "meet or end them")
    if stream.handover is not None:
        raise IllegalMove("stream", "a handover waits for its answer", "wait, or take it back")
    events = _end_case_management(stream)
    stream.status, stream.closed_at, stream.close_reason = "closed", occasion.now(), reason
    stream.has_unanswered, stream.is_unreachable, stream.urgent_start_at = False, False, ""
    if stream.path:
        events.append(PathEnded(stream=stream.id, agency=agency, pathway=stream.path.pathway))
        stream.path = None
    return [*events, StreamClosed(stream=stream.id, agency=agency, reason=reason)]


def _end_case_management(stream: Stream) -> list[Event]:
    events: list[Event] = []
    for id, need in stream.needs.items():
        if need.type != CASE_MANAGEMENT or need.is_settled:
            continue
        for name, referral in stream.referrals.items():
            if referral.need == id and referral.state in SERVING:
                events.append(completed(stream, name, referral))
                need.state = "met"
                events.append(NeedMet(stream=stream.id, need=id, need_type=need.type))
            elif referral.need == id and referral.state == "requested":
                events.append(cancelled(stream, name, referral))
        if not need.is_settled:
            need.state = "ended"
            events.append(NeedEnded(stream=stream.id, need=id, need_type=need.type))
    return events


def completed(stream: Stream, id: str, referral: Referral) -> Event:
    """Complete a referral; its unit is free again."""
    step(referral, "complete")
    held = referral.offer
    return ReferralCompleted(
        stream=stream.id,
        referral=id,
        offer=held.id if held else "",
        service=held.service if held else "",
        agency=held.agency if held else "",
    )


def cancelled(stream: Stream, id: str, referral: Referral) -> Event:
    """Call a referral off, and take back the offer if one is out."""
    step(referral, "cancel")
    held = referral.offer
    if held is None:
        return ReferralCancelled(stream=stream.id, referral=id)
    return ReferralCancelled(
        stream=stream.id, referral=id, offer=held.id, service=held.service, agency=held.agency
    )


def reopen(stream: Stream, occasion: Occasion) -> list[Event]:
    """Open a closed stream again, owned by the coordinator until the agency that managed it before
    (ranked first) or another one takes it on."""
    must(stream, "reopen")
    stream.status, stream.closed_at, stream.close_reason = "open", "", ""
    stream.case_manager, stream.is_contacted = "", False
    owner = occasion.terms.coordinator
    events: list[Event] = [StreamReopened(stream=stream.id, agency=owner)]
    for id, need in stream.needs.items():
        if need.type == CASE_MANAGEMENT:
            events.append(request(stream, id, occasion))
            break
    return events


def follow_up(stream: Stream, occasion: Occasion, *, agency: str) -> list[Event]:
    """The owner or the case manager did what was due; the next deadline starts now."""
    must(stream, "follow_up")
    must_lead(stream, agency)
    action = stream.next_action.code if stream.next_action else ""
    discharge(stream, agency, occasion.terms)
    return [StreamFollowedUp(stream=stream.id, agency=agency, action=action)]


def look_again_for(
    stream: Stream, occasion: Occasion, *, referral: str, agency: str
) -> list[Event]:
    """Go through a referral's ranking once more because who leads the stream says so."""
    must_lead(stream, agency)
    return look_again(stream, occasion, referral=referral)


def leads(stream: Stream, agency: str) -> bool:
    """Say whether an agency manages or owns the stream."""
    owner = stream.owner.agency if stream.owner else ""
    return bool(agency) and agency in (stream.case_manager, owner)


def must_lead(stream: Stream, agency: str) -> None:
    """Raise NotAllowed unless the agency manages or owns the stream."""
    if not leads(stream, agency):
        raise NotAllowed("agency", "neither manages nor owns this stream", "ask its case manager")

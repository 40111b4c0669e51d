"""What the referral service states: the life of a stream, its needs and referrals."""

from __future__ import annotations

from shared.events.catalogue import Event, event


@event("referrals", "stream.opened", public=True)
class StreamOpened(Event, frozen=True, kw_only=True):
    """A client came in through a door; the stream has an owner and a deadline from now on."""

    stream: str
    door: str
    agency: str
    urgency: str
    area: str = ""
    language: str = "en"


@event("referrals", "stream.continued", public=True)
class StreamContinued(Event, frozen=True, kw_only=True):
    """The client showed the stream code at another door: the same stream goes on."""

    stream: str
    door: str
    agency: str = ""


@event("referrals", "stream.code_changed")
class StreamCodeChanged(Event, frozen=True, kw_only=True):
    """The client has a new code, and the one before opens nothing more."""

    stream: str
    claim: str
    agency: str = ""


@event("referrals", "stream.followed_up", public=True)
class StreamFollowedUp(Event, frozen=True, kw_only=True):
    """The owner or the case manager did what was due; the next deadline starts."""

    stream: str
    agency: str
    action: str


@event("referrals", "stream.overdue", public=True)
class StreamOverdue(Event, frozen=True, kw_only=True):
    """A deadline passed, so the stream moved to the next owner."""

    stream: str
    agency: str
    action: str


@event("referrals", "stream.closed", public=True)
class StreamClosed(Event, frozen=True, kw_only=True):
    """Every need is met or ended and the case manager closed the stream."""

    stream: str
    agency: str
    reason: str


@event("referrals", "stream.reopened", public=True)
class StreamReopened(Event, frozen=True, kw_only=True):
    """A set-back: the stream is open again with its whole history."""

    stream: str
    agency: str


@event("referrals", "need.recorded", public=True)
class NeedRecorded(Event, frozen=True, kw_only=True):
    """A need was recorded in a stream."""

    stream: str
    need: str
    need_type: str


@event("referrals", "need.met", public=True)
class NeedMet(Event, frozen=True, kw_only=True):
    """A need is met."""

    stream: str
    need: str
    need_type: str


@event("referrals", "need.unmet", public=True)
class NeedUnmet(Event, frozen=True, kw_only=True):
    """No service could answer a need; the coordinator's queue has it now."""

    stream: str
    need: str
    need_type: str
    area: str = ""
    language: str = "en"


@event("referrals", "need.ended", public=True)
class NeedEnded(Event, frozen=True, kw_only=True):
    """The client does not ask for this any more."""

    stream: str
    need: str
    need_type: str


@event("referrals", "referral.requested", public=True)
class ReferralRequested(Event, frozen=True, kw_only=True):
    """A need became a referral that looks for a service."""

    stream: str
    referral: str
    need_type: str


@event("referrals", "referral.offered", public=True)
class ReferralOffered(Event, frozen=True, kw_only=True):
    """One agency holds the offer, and one reserved unit, until the lease ends."""

    stream: str
    referral: str
    offer: str
    need_type: str
    service: str
    agency: str
    lease_until: str


@event("referrals", "referral.accepted", public=True)
class ReferralAccepted(Event, frozen=True, kw_only=True):
    """The agency accepted the offer."""

    stream: str
    referral: str
    offer: str
    need_type: str
    service: str
    agency: str


@event("referrals", "referral.declined", public=True)
class ReferralDeclined(Event, frozen=True, kw_only=True):
    """The agency declined the offer with a coded reason; the next in rank is asked."""

    stream: str
    referral: str
    offer: str
    need_type: str
    service: str
    agency: str
    reason: str


@event("referrals", "referral.expired", public=True)
class ReferralExpired(Event, frozen=True, kw_only=True):
    """The offer ended without an answer; the next in rank is asked."""

    stream: str
    referral: str
    offer: str
    need_type: str
    service: str
    agency: str


@event("referrals", "referral.started", public=True)
class ReferralStarted(Event, frozen=True, kw_only=True):
    """The service began."""

    stream: str
    referral: str
    offer: str
    service: str
    agency: str


@event("referrals", "referral.held", public=True)
class ReferralHeld(Event, frozen=True, kw_only=True):
    """The service is on hold."""

    stream: str
    referral: str
    offer: str
    service: str
    agency: str


@event("referrals", "referral.resumed", public=True)
class ReferralResumed(Event, frozen=True, kw_only=True):
    """The service goes on after a hold."""

    stream: str
    referral: str
    offer: str
    service: str
    agency: str


@event("referrals", "referral.completed", public=True)
class ReferralCompleted(Event, frozen=True, kw_only=True):
    """The service was given; its unit is free again."""

    stream: str
    referral: str
    offer: str
    service: str
    agency: str


@event("referrals", "referral.failed", public=True)
class ReferralFailed(Event, frozen=True, kw_only=True):
    """The service could not be given after all; its unit is free again."""

    stream: str
    referral: str
    offer: str
    service: str
    agency: str
    reason: str


@event("referrals", "referral.cancelled", public=True)
class ReferralCancelled(Event, frozen=True, kw_only=True):
    """The referral is called off; a unit it held is free again."""

    stream: str
    referral: str
    offer: str = ""
    service: str = ""
    agency: str = ""


@event("referrals", "case_manager.assigned", public=True)
class CaseManagerAssigned(Event, frozen=True, kw_only=True):
    """An agency became the client's one consistent case manager."""

    stream: str
    agency: str


@event("referrals", "handover.proposed", public=True)
class HandoverProposed(Event, frozen=True, kw_only=True):
    """The case manager's agency asked another to take the client on, which changes nothing yet."""

    stream: str
    referral: str
    offer: str
    service: str
    agency: str
    lease_until: str


@event("referrals", "handover.ended", public=True)
class HandoverEnded(Event, frozen=True, kw_only=True):
    """A proposed handover came to nothing: the present case manager goes on."""

    stream: str
    referral: str
    offer: str
    service: str
    agency: str
    reason: str


@event("referrals", "client.message_received", public=True)
class ClientMessageReceived(Event, frozen=True, kw_only=True):
    """The client left a sealed message; whoever has the stream owes an answer by a deadline."""

    stream: str


@event("referrals", "plan.attached", public=True)
class PlanAttached(Event, frozen=True, kw_only=True):
    """The case manager made a plan of steps of the road map; `days` are theirs, in order."""

    stream: str
    agency: str
    version: str
    steps: list[str]
    days: list[str]


@event("referrals", "plan.step_marked", public=True)
class PlanStepMarked(Event, frozen=True, kw_only=True):
    """A step of the plan was marked as done, or as not done after all."""

    stream: str
    agency: str
    step: str
    is_done: bool

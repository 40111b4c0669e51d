"""What the referral service states of placements that end on a day."""

from __future__ import annotations

from shared.events.catalogue import Event, event


@event("referrals", "stay.set", public=True)
class StaySet(Event, frozen=True, kw_only=True):
    """A placement has a last day, or another one than before, "YYYY-MM-DD"."""

    stream: str
    referral: str
    service: str
    agency: str
    ends_on: str


@event("referrals", "stay.ending", public=True)
class StayEnding(Event, frozen=True, kw_only=True):
    """A placement ends in so many days, and the need may not: the next one is looked for now."""

    stream: str
    referral: str
    service: str
    agency: str
    ends_on: str
    days_left: int


@event("referrals", "stay.next_asked", public=True)
class NextPlacementAsked(Event, frozen=True, kw_only=True):
    """The case manager asked for the placement after this one, which goes on meanwhile."""

    stream: str
    referral: str
    agency: str
    need: str
    need_type: str

"""What the referral service states of what a client wishes of the places that help her."""

from __future__ import annotations

from shared.events.catalogue import Event, event


@event("referrals", "stream.wishes_set", public=True)
class WishesSet(Event, frozen=True, kw_only=True):
    """Who leads a stream noted what the client wishes of places now."""

    stream: str
    agency: str

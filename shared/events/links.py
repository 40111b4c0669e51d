"""What the referral service states of two streams of one client: linked, or not any more."""

from __future__ import annotations

from shared.events.catalogue import Event, event


@event("referrals", "stream.linked")
class StreamsLinked(Event, frozen=True, kw_only=True):
    """The client showed the codes of two streams: each shows that the other is there."""

    # Both streams tell it. `leader` is which of the two leads; `turn` counts the changes of this
    # pair; `agency` noted it, "" for the client herself and for the half that follows.
    stream: str
    other: str
    leader: str
    turn: int
    agency: str = ""


@event("referrals", "stream.unlinked")
class StreamsUnlinked(Event, frozen=True, kw_only=True):
    """Two streams have nothing to do with each other any more; both tell it, as above."""

    stream: str
    other: str
    turn: int
    agency: str = ""

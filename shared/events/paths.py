"""What the referral service states of pathways that streams go by."""

from __future__ import annotations

from shared.events.catalogue import Event, event


@event("referrals", "path.started", public=True)
class PathStarted(Event, frozen=True, kw_only=True):
    """The case manager's agency started a pathway on a stream, its steps in order by their need."""

    stream: str
    agency: str
    pathway: str
    steps: list[str]
    left_out: list[str] = []


@event("referrals", "path.decided", public=True)
class PathDecided(Event, frozen=True, kw_only=True):
    """A step that waited is asked for whatever is before it, or left out: "ask" or "leave_out"."""

    stream: str
    agency: str
    need_type: str
    decision: str


@event("referrals", "path.ended", public=True)
class PathEnded(Event, frozen=True, kw_only=True):
    """A stream goes by its pathway no longer; what waited there is not asked for."""

    stream: str
    agency: str
    pathway: str

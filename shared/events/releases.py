"""What the referral service states of releases: what a client allows to be shown, to whom."""

from __future__ import annotations

from shared.events.catalogue import Event, event


@event("referrals", "release.given", public=True)
class ReleaseGiven(Event, frozen=True, kw_only=True):
    """The client allowed one agency to be shown some fields until a moment."""

    stream: str
    release: str
    agency: str
    by: str
    fields: list[str]
    purpose: str
    until: str
    language: str
    wording: str
    signed: str


@event("referrals", "release.used", public=True)
class ReleaseUsed(Event, frozen=True, kw_only=True):
    """The recipient of a release was shown fields it covers."""

    stream: str
    release: str
    agency: str
    fields: list[str]


@event("referrals", "release.passed", public=True)
class ReleasePassed(Event, frozen=True, kw_only=True):
    """What the client wrote went with her to the next case manager's agency, sealed to it."""

    stream: str
    release: str
    agency: str
    fields: list[str]


@event("referrals", "release.withdrawn", public=True)
class ReleaseWithdrawn(Event, frozen=True, kw_only=True):
    """The client took a release back; its key is destroyed."""

    stream: str
    release: str
    agency: str


@event("referrals", "release.expired", public=True)
class ReleaseExpired(Event, frozen=True, kw_only=True):
    """The time of a release is over; its key is destroyed."""

    stream: str
    release: str
    agency: str


@event("referrals", "release.refused", public=True)
class ReleaseRefused(Event, frozen=True, kw_only=True):
    """An agency asked for what a release does not cover, and was shown nothing."""

    stream: str
    release: str
    agency: str
    code: str

"""What the resource library states."""

from __future__ import annotations

from shared.events.catalogue import Event, event


@event("library", "guide.published", public=True)
class GuidePublished(Event, frozen=True, kw_only=True):
    """A guide was published in one language."""

    guide: str
    lang: str


@event("library", "guide.changed", public=True)
class GuideChanged(Event, frozen=True, kw_only=True):
    """A published guide changed in one language."""

    guide: str
    lang: str


@event("library", "guide.withdrawn", public=True)
class GuideWithdrawn(Event, frozen=True, kw_only=True):
    """A guide is no longer published in one language."""

    guide: str
    lang: str


@event("library", "guide.drafted")
class GuideDrafted(Event, frozen=True, kw_only=True):
    """Somebody wrote a draft of a guide in one language."""

    guide: str
    lang: str


@event("library", "guide.sent_for_review")
class GuideSentForReview(Event, frozen=True, kw_only=True):
    """A draft waits for a second person."""

    guide: str
    lang: str


@event("library", "guide.sent_back")
class GuideSentBack(Event, frozen=True, kw_only=True):
    """A draft went back to those who wrote it, with the code of a reason."""

    guide: str
    lang: str
    reason: str


@event("library", "guide.review_due", public=True)
class GuideReviewDue(Event, frozen=True, kw_only=True):
    """A published guide has to be checked again within 30 days, or should have been."""

    guide: str
    lang: str
    is_overdue: bool


@event("library", "guide.source_broken", public=True)
class GuideSourceBroken(Event, frozen=True, kw_only=True):
    """A source of a published guide is gone, or was not to be reached on several days."""

    guide: str
    lang: str
    #: Its place among the guide's sources, from 1; 0 is the address of the form.
    source: int
    is_gone: bool

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

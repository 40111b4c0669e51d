"""What the probe's sender states; in the catalogue of the probe's processes only."""

from __future__ import annotations

from shared.events import Event, event


@event("sender", "probe.said")
class Said(Event, frozen=True, kw_only=True):
    """Something was said; `mood` tells the listener how to take it."""

    stream: str
    mood: str = "fine"


@event("sender", "probe.shouted")
class Shouted(Event, frozen=True, kw_only=True):
    """Something was said loudly; only the crowd listens."""

    stream: str
    mood: str = "fine"


@event("sender", "probe.whispered")
class Whispered(Event, frozen=True, kw_only=True):
    """Something was said that nobody listens to."""

    stream: str

"""The two events of the measured path; they are in the catalogue of bench processes only."""

from __future__ import annotations

from shared.events import Event, event


@event("portal", "bench.asked")
class Asked(Event, frozen=True, kw_only=True):
    """Something was asked at the door."""

    stream: str
    needs: list[str]
    area: str
    asked_at: float


@event("alpha", "bench.recorded")
class Recorded(Event, frozen=True, kw_only=True):
    """The first service recorded it."""

    stream: str
    cause: str
    asked_at: float

"""What the tip service states. No event holds a word of a tip.

Public means here: for the agency that coordinates; no other agency is sent them.
"""

from __future__ import annotations

from shared.events.catalogue import Event, event


@event("tips", "tip.received", public=True)
class TipReceived(Event, frozen=True, kw_only=True):
    """A tip reached triage, sealed, with a receipt and a deadline."""

    tip: str
    wants_door: bool = False
    area: str = ""


@event("tips", "tip.opened", public=True)
class TipOpened(Event, frozen=True, kw_only=True):
    """A triage worker opened a tip."""

    tip: str


@event("tips", "tip.answered", public=True)
class TipAnswered(Event, frozen=True, kw_only=True):
    """A message went between triage and the reporter."""

    tip: str
    by: str


@event("tips", "tip.passed_on", public=True)
class TipPassedOn(Event, frozen=True, kw_only=True):
    """Triage passed a tip on; with the reporter's wish this opens a door into a stream."""

    tip: str
    to: str
    stream: str = ""
    needs: list[str] = []
    area: str = ""
    language: str = "en"


@event("tips", "tip.closed", public=True)
class TipClosed(Event, frozen=True, kw_only=True):
    """Triage closed a tip with a coded reason."""

    tip: str
    reason: str


@event("tips", "tip.withdrawn", public=True)
class TipWithdrawn(Event, frozen=True, kw_only=True):
    """The reporter took the tip back."""

    tip: str


@event("tips", "tip.overdue", public=True)
class TipOverdue(Event, frozen=True, kw_only=True):
    """A tip was not opened in time and moved up to the supervisor."""

    tip: str

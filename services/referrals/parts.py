"""Pieces of a stream's state that stand by themselves. No I/O."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import msgspec


class Part(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A piece of a stream's state. A field at its default is left out of what is stored, so what
    is searched for has none."""


class Showing(Part):
    """Fields a release's recipient was shown, and when."""

    at: str
    fields: list[str]


class Release(Part):
    """The client's consent: one recipient, some fields, until a moment. `state` is given,
    withdrawn or expired; `claim` holds the envelope, whose key is kept apart."""

    recipient: str
    by: str
    fields: list[str]
    purpose: str
    given_at: str
    until: str
    language: str
    wording: str
    signed: str
    claim: str
    state: str = "given"
    ended_at: str = ""
    shown: list[Showing] = []


class Link(Part):
    """That the client showed the code of another stream too, and which of the two `leader` is.

    Each change of a pair has the next `turn`, from 1: linked on odd ones, not linked on even ones,
    so whoever hears of a later turn knows how things stand without what was between.
    """

    turn: int
    leader: str
    at: str

    @property
    def is_live(self) -> bool:
        return self.turn % 2 == 1


class Stay(Part):
    """How long a placement lasts. `ends_on` is its last day, "2026-03-31", in UTC like all times.

    `ahead` are the warnings still to come, in days before it; `is_ending` says that the next
    placement is owed, `followed_by` is the need that asks for it. `times_set` tells a warning from
    an earlier one of the same day.
    """

    ends_on: str
    ahead: list[int] = []
    is_ending: bool = False
    followed_by: str = ""
    times_set: int = 1

    def before(self, days: int) -> datetime:
        """Return the moment at which the day so many days before the last one begins."""
        day = date.fromisoformat(self.ends_on) - timedelta(days=days)
        return datetime.combine(day, time(), UTC)

    def days_left(self, at: datetime) -> int:
        """Return how many days are left, 0 on the last one and after."""
        return max((date.fromisoformat(self.ends_on) - at.astimezone(UTC).date()).days, 0)

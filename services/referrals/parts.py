"""Pieces of a stream's state that stand by themselves. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

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
    withdrawn, expired or passed; `claim` holds the envelope, whose key is kept apart.

    One that goes with a handover names its offer, and the claims whose boxes it `carries`.
    """

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
    handover: str = ""
    carries: list[str] = []


class Left(Part):
    """What the client wrote that did not go with a handover: claims still sealed `by` the agency
    that had her, which may send them `to` the next until a moment."""

    by: str
    to: str
    offer: str
    until: str
    claims: list[str]


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


class PlannedStep(Part):
    """A step of the road map with the day it is meant to be done by, "YYYY-MM-DD"."""

    due_on: str
    is_done: bool = False


class Plan(Part):
    """What the client and her case manager mean to do, by the step's id in the road map.

    `version` is the road map's, "YYYY-MM-DD".
    """

    version: str
    steps: dict[str, PlannedStep] = {}


class Asked(Protocol):
    """A need as a pathway looks at it."""

    @property
    def type(self) -> str: ...

    @property
    def state(self) -> str: ...


class PathStep(Part):
    """A step of a pathway: its type of need, the steps it waits for, services to ask first, and
    once it is asked the need that stands for it. Who leads the stream may leave it out."""

    type: str
    after: list[str] = []
    services: list[str] = []
    need: str = ""
    is_left_out: bool = False

    @property
    def waits(self) -> bool:
        """Whether it is not asked yet, and may be."""
        return not (self.need or self.is_left_out)

    def stands(self, needs: Mapping[str, Asked]) -> str:
        """Return how it stands: waiting, asked, met, ended, left_out.

        A need of the same type that was recorded later goes on for one that ended.
        """
        if not self.need:
            return "left_out" if self.is_left_out else "waiting"
        names = list(needs)
        since = names[names.index(self.need) :]
        states = {needs[id].state for id in since if needs[id].type == self.type}
        if "met" in states:
            return "met"
        return "asked" if states - {"ended"} else "ended"


class Path(Part):
    """A pathway as it was when it was started, its steps in order."""

    pathway: str
    steps: list[PathStep]

    def step(self, type: str) -> PathStep | None:
        """Return the step of a type of need, None when there is none."""
        return next((one for one in self.steps if one.type == type), None)

    @property
    def waiting(self) -> list[PathStep]:
        """The steps that are not asked yet."""
        return [one for one in self.steps if one.waits]

    def ready(self, needs: Mapping[str, Asked]) -> list[PathStep]:
        """Return the steps whose turn it is: all before them are met or left out."""
        over = self._that_stand(needs, "met", "left_out")
        return [one for one in self.waiting if over.issuperset(one.after)]

    def stuck(self, needs: Mapping[str, Asked]) -> list[PathStep]:
        """Return the steps that wait for one that ended without being met: they wait for ever
        unless somebody decides."""
        ended = self._that_stand(needs, "ended")
        return [one for one in self.waiting if not ended.isdisjoint(one.after)]

    def asked_first(self, need: str) -> list[str]:
        """Return the services that are to be asked first for a need."""
        return next((one.services for one in self.steps if one.need == need), [])

    def _that_stand(self, needs: Mapping[str, Asked], *how: str) -> set[str]:
        return {one.type for one in self.steps if one.stands(needs) in how}

"""A referral network in memory: the service's own rules and processes, without bus or database.

`Network` keeps what the store would keep and carries each event to the process that reads it, in
the order the test asks for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from services.referrals import doors, handovers
from services.referrals.deadlines import cause_of, deadline_passed, passed
from services.referrals.desk import Desk
from services.referrals.domain import Move, carry_out
from services.referrals.doors import Arrival
from services.referrals.duties import Due
from services.referrals.linking import Linking
from services.referrals.offering import Offering
from services.referrals.roster import Roster
from services.referrals.stream import Occasion, Offer, Stream, Terms, read, stamp
from shared.directory import Capacity, ServiceCard
from shared.errors import NotFound
from shared.events import Event
from shared.events.links import StreamsLinked, StreamsUnlinked
from shared.events.referrals import ReferralDeclined, ReferralExpired, ReferralRequested
from shared.storage import patch
from shared.vocabulary import NEEDS

Json = dict[str, Any]
COORDINATOR = "harbor-light"
TERMS = Terms(
    coordinator=COORDINATOR,
    lease_urgent_s=900,
    lease_s=86_400,
    case_manager_lease_urgent_s=600,
    case_manager_lease_s=43_200,
)


def card(id: str, *needs: str, agency: str = "", **fields: Any) -> ServiceCard:
    """A member's service for adults in Spanish and English in one county, with room."""
    given: Json = {
        "organization": agency or f"{id}-agency",
        "organization_name": id,
        "name": id,
        "needs": list(needs),
        "languages": ["en", "es"],
        "areas": ["XS-lakeshore"],
        "member": True,
        "capacity": Capacity(outward="has", updated_at="2026-03-01T00:00:00.000+00:00"),
        "version": 1,
    }
    return ServiceCard(id=id, **{**given, **fields})


class Crash(BaseException):
    """A program dies; only who starts it again may catch this."""


class MemoryLedger:
    """What the store does, in a dict; states pass through merge patches as they do there."""

    def __init__(self, clock: Any, terms: Terms = TERMS) -> None:
        self.clock, self.terms = clock, terms
        self.states: dict[str, Json] = {}
        self.causes: set[str] = set()
        self.events: list[tuple[str, Event]] = []
        #: Commits that are still made before the program dies at the next; None for never.
        self.lives_for: int | None = None

    def knows(self, cause: str) -> bool:
        return cause in self.causes

    def get(self, stream: str) -> Stream | None:
        return read(self.states[stream]) if stream in self.states else None

    def occasion(self, cause: str) -> Occasion:
        return Occasion(at=self.clock(), cause=cause, terms=self.terms)

    def open(self, stream: str, arrival: Arrival, *, cause: str) -> Stream:
        if stream not in self.states:
            state, events = doors.open_stream(stream, arrival, self.occasion(cause))
            self._keep(stream, state, events, cause)
        return read(self.states[stream])

    def apply(
        self, stream: str, move: Move, *, cause: str, actor: str = "", correlation: str = ""
    ) -> Stream:
        if cause in self.causes:
            return read(self.states[stream])
        if stream not in self.states:
            raise NotFound("stream", "is not known", "")
        outcome = carry_out(self.states[stream], move, self.occasion(cause))
        if outcome is not None:
            self._keep(stream, outcome.state, outcome.events, cause)
        return read(self.states[stream])

    def _keep(self, stream: str, state: Json, events: list[Event], cause: str) -> None:
        if self.lives_for is not None:
            if not self.lives_for:
                raise Crash
            self.lives_for -= 1
        before = self.states.get(stream, {})
        after = patch.apply(before, patch.difference(before, state))
        assert after == state
        self.states[stream] = after
        self.causes.add(cause)
        self.events += [(f"{cause}/{at}", event) for at, event in enumerate(events)]

    def get_many(self, streams: Iterable[str]) -> dict[str, Stream]:
        return {id: read(self.states[id]) for id in streams if id in self.states}

    def unmet(self, needs: Iterable[str]) -> list[Stream]:
        wanted = set(needs)
        found = (read(state) for state in self.states.values())
        return [one for one in found if wanted & set(one.unmet)]


class Network:
    """Streams, services with units, and time that passes when the test says so."""

    def __init__(self, cards: Iterable[ServiceCard] = (), terms: Terms = TERMS) -> None:
        self.now = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
        self.ledger = MemoryLedger(lambda: self.now, terms)
        self.roster = Roster()
        self.rooms: dict[str, int] = {}
        self.reserved: dict[str, str] = {}
        self.reserved_until: dict[str, datetime] = {}
        #: What happens once, between the ranking of services and the offer that comes of it.
        self.meanwhile: Callable[[], None] | None = None
        self.offering = Offering(self.ledger, self.roster, self._reserve, lambda: self.now, terms)
        self.read_to = 0
        self.count = 0
        #: Who else reads what happened here.
        self.readers: dict[type[Event], Callable[[Any], Any]] = {}
        for one in cards:
            self.roster.put(one)

    @property
    def linking(self) -> Linking:
        """Makes links on what is kept here."""
        none: Any = None
        ledger: Any = self.ledger
        return Linking(ledger, Desk(ledger, none, none, ledger.terms))

    def _reserve(self, service: str, offer: str, until: datetime) -> bool:
        if offer in self.reserved:
            return True
        if service in self.rooms and self._used(service) >= self.rooms[service]:
            return False
        self.reserved[offer] = service
        self.reserved_until[offer] = until
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        return True

    def _let_lapse(self) -> None:
        """Free what was reserved for an offer that was never given, when its time is over."""
        states = (self.stream(id) for id in self.ledger.states)
        given = {one.offer.id for now in states for one in now.referrals.values() if one.offer}
        for offer, until in self.reserved_until.items():
            if until <= self.now and offer not in given:
                self.reserved.pop(offer, None)

    def _used(self, service: str) -> int:
        return sum(1 for held in self.reserved.values() if held == service)

    def cause(self) -> str:
        self.count += 1
        return f"cause-{self.count}"

    def open(self, id: str = "s1", needs: Iterable[str] = (), **fields: Any) -> Stream:
        """A Spanish-speaking client in the county asks for help at the portal."""
        told: Json = {"door": "portal_self", "language": "es", "area": "XS-lakeshore"}
        arrival = Arrival(needs=list(needs), **{**told, **fields})
        return self.ledger.open(id, arrival, cause=self.cause())

    def do(self, move: Any, /, *, stream: str = "s1", cause: str = "", **arguments: Any) -> Stream:
        """Make a move of the domain."""
        made = functools.partial(move, **arguments)
        return self.ledger.apply(stream, made, cause=cause or self.cause())

    def hand_over(self, service: str, agency: str, stream: str = "s1") -> tuple[str, str]:
        """Propose a handover as its command does: hold a unit, then propose; (offer, to)."""
        command = self.cause()
        offer, to = self.offering.hold_for_handover(command, stream, service, agency)
        told = {"service": service, "to": to, "offer": offer, "agency": agency}
        self.do(handovers.propose, stream=stream, cause=command, **told)
        return offer, to

    def deliver(self, rounds: int = 50) -> None:
        """Carry every event to its reader, until nothing happens any more."""
        for _ in range(rounds):
            waiting = self.ledger.events[self.read_to :]
            self.read_to += len(waiting)
            if not waiting:
                return
            for id, event in waiting:
                self.handle(id, event)
        raise AssertionError("events cause events without end")

    def dies_at_work(self, lives_for: int, again: int) -> None:
        """A program acts on what is due and what happened, dies before a commit and is started
        again: what it had not acknowledged comes once more, and `again` events before that."""
        at, self.ledger.lives_for = self.read_to, lives_for
        try:
            self.act_on_deadlines()
            self.deliver()
        except Crash:
            self.read_to = max(0, at - again)
        self.ledger.lives_for = None

    def handle(self, id: str, event: Event) -> None:
        """What the service's handlers, and the registry's, do with one event."""
        if isinstance(event, ReferralRequested | ReferralDeclined | ReferralExpired):
            self.offering.offer_next(event.stream, event.referral, cause=id)
        if isinstance(event, StreamsLinked | StreamsUnlinked):
            self.linking.settle(event.stream, event.other)
        if type(event) in self.readers:
            self.readers[type(event)](event)
        ended = getattr(event, "offer", "") if type(event).__name__ in FREEING else ""
        self.reserved.pop(ended, None)

    def pass_time(self, **delta: float) -> None:
        """Let time pass, the scheduler run, and its events arrive."""
        self.now += timedelta(**delta)
        self.act_on_deadlines()
        self.deliver()

    def act_on_deadlines(self) -> None:
        """What one run of the scheduler does, and the registry's with what was reserved."""
        self._let_lapse()
        self.act_on(self.dues())
        assert not self.dues(), "what is due is acted on, and nothing is due for ever"

    def dues(self) -> list[tuple[str, Due]]:
        """What is due now, as an instance of the scheduler reads it before it acts."""
        now = stamp(self.now)
        return [(id, due) for id in self.ledger.states for due in passed(self.stream(id), now)]

    def act_on(self, dues: Iterable[tuple[str, Due]]) -> None:
        """Act on what was due when it was read."""
        for id, due in dues:
            move = functools.partial(deadline_passed, due=due)
            self.ledger.apply(id, move, cause=cause_of(id, due))

    def stream(self, id: str = "s1") -> Stream:
        found = self.ledger.get(id)
        assert found is not None
        return found

    def names(self, stream: str = "s1") -> list[str]:
        """The class names of what happened in a stream, in order."""
        return [
            type(event).__name__
            for _, event in self.ledger.events
            if getattr(event, "stream", "") == stream
        ]

    def offers_out(self, stream: str) -> list[Offer]:
        """The offers of a stream that agencies hold now."""
        now = self.ledger.get(stream)
        found = now.referrals.values() if now else ()
        return [one.offer for one in found if one.is_out and one.offer is not None]

    def out(self, need_type: str, stream: str = "s1") -> tuple[str, str, str]:
        """The referral, offer and agency that holds it, of a need that is offered now."""
        for id, one in self.stream(stream).referrals.items():
            if one.need_type == need_type and one.is_out and one.offer is not None:
                return id, one.offer.id, one.offer.agency
        raise AssertionError(f"no offer is out for {need_type}")

    def of(self, need_type: str, stream: str = "s1") -> str:
        """The newest referral of a need type."""
        found = self.stream(stream).referrals.items()
        return [id for id, one in found if one.need_type == need_type][-1]


FREEING = {
    *("ReferralDeclined", "ReferralExpired", "ReferralCompleted"),
    *("ReferralFailed", "ReferralCancelled", "HandoverEnded"),
}
ALL_NEEDS = sorted(NEEDS)

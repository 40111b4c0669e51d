"""The process of asking agencies: rank, reserve a unit, give the offer; until one holds it.

Works on a store, a directory and a way to reserve, all handed in. Every step has a cause derived
from the event that asked for it, so an event that comes twice reserves and offers once. A unit
reserved for an offer that was not given after all is free again when its time runs out.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from services.referrals import handovers
from services.referrals.asking import ask_of, freed_by, is_unmet, looks_for_service, wake
from services.referrals.domain import Move
from services.referrals.matching import Ask
from services.referrals.offers import MISSES_KEPT, nobody_left, offer
from services.referrals.ranking import Candidate, Ranking
from services.referrals.stream import Miss, Occasion, Stream, Terms, stamp
from services.referrals.waiting_lists import by_waiting_list
from shared.clock import Clock
from shared.directory import ServiceCard
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import derived_id

#: A reservation outlives its offer by this much, because clocks differ and answers travel.
GRACE_S = 300
#: Who is written down as acting when nobody but this program did.
ACTOR = "referrals"

Reserve = Callable[[str, str, datetime], bool]


class Ledger(Protocol):
    """What the process needs of the store."""

    def knows(self, cause: str) -> bool: ...

    def get(self, stream: str) -> Stream | None: ...

    def apply(
        self, stream: str, move: Move, *, cause: str, actor: str = "", correlation: str = ""
    ) -> Stream: ...

    def unmet(self, needs: Iterable[str]) -> list[Stream]: ...


class Services(Protocol):
    """What the process needs of the directory."""

    def rank(self, ask: Ask) -> Ranking: ...

    def fits(self, service: str, ask: Ask) -> bool: ...

    def asked(self, service: str, at: str) -> None: ...


class Offering:
    """Gives each referral that looks for a service to the best agency that has room."""

    def __init__(
        self, ledger: Ledger, services: Services, reserve: Reserve, clock: Clock, terms: Terms
    ) -> None:
        self._ledger, self._services, self._reserve = ledger, services, reserve
        self._clock, self._terms = clock, terms

    def offer_next(self, stream: str, referral: str, *, cause: str, correlation: str = "") -> None:
        """Give the referral to the next in rank, or its need to the coordinator.

        Nothing when it does not look for a service any more, or this cause was acted on. Raises
        NotFound when the stream is not known yet.
        """
        cause = derived_id("offer_next", cause, referral)
        now = self._ledger.get(stream)
        if now is None:
            raise NotFound("stream", "is not known yet", "try again later")
        if not looks_for_service(now, referral) or self._ledger.knows(cause):
            return
        ranking = self._rank(now, referral)
        move, full = self._take_room(now, referral, ranking, cause)
        after = self._ledger.apply(stream, move, cause=cause, actor=ACTOR, correlation=correlation)
        if is_unmet(after, referral):
            self._ask_newcomer(after, referral, {one.service for one in full}, cause)

    def _ask_newcomer(self, stream: Stream, referral: str, full: set[str], cause: str) -> None:
        """Look again when a service became able while the need was being given up: the news of it
        found nothing unmet yet."""
        ranking = self._rank(stream, referral)
        able = [one.service for one in ranking.candidates if one.service not in full]
        if able:
            move = functools.partial(wake, referral=referral, service=able[0])
            newcomer = derived_id(cause, "newcomer")
            self._ledger.apply(stream.id, move, cause=newcomer, actor=ACTOR)

    def _take_room(
        self, stream: Stream, referral: str, ranking: Ranking, cause: str
    ) -> tuple[Move, list[Miss]]:
        """Reserve at the first candidate that has a unit; return the move this leads to, and the
        candidates that had none."""
        full: list[Miss] = []
        for candidate in ranking.candidates:
            id = derived_id(cause, "offer", candidate.service)
            if self._has_room(stream, referral, candidate, id):
                self._services.asked(candidate.service, stamp(self._clock()))
                given = functools.partial(offer, referral=referral, to=candidate, id=id, full=full)
                return given, full
            full.append(Miss(service=candidate.service, agency=candidate.agency, rule="full"))
        misses = [*full, *ranking.misses(MISSES_KEPT)]
        return functools.partial(nobody_left, referral=referral, misses=misses, full=full), full

    def hold_for_handover(
        self, command_id: str, stream: str, service: str, agency: str
    ) -> tuple[str, str]:
        """Reserve a unit for a client this agency wants to hand over; (offer, agency asked).

        The same command holds the same unit. Raises NotFound for a stream that is not there for
        the agency, Invalid when the service cannot take the client, Conflict when it is full, and
        what `handovers.managing` raises.
        """
        now, offer = self._ledger.get(stream), derived_id("handover", command_id, stream, service)
        if now is None or agency not in now.involved:
            raise NotFound("stream", "is not known", "check the code or the address")
        if now.handover is not None and now.handover.offer.id == offer:
            return offer, now.handover.offer.agency
        referral = handovers.managing(now, agency)
        ranked = self._rank(now, referral).candidates
        fits = [one for one in ranked if one.service == service and one.agency != agency]
        if not fits:
            raise Invalid("service", "cannot take this client on", "choose one that is shown")
        if not self._has_room(now, referral, fits[0], offer):
            raise Conflict("service", "has no free unit", "choose another")
        return offer, fits[0].agency

    def _rank(self, stream: Stream, referral: str) -> Ranking:
        at = Occasion(at=self._clock(), cause="", terms=self._terms)
        return self._services.rank(ask_of(stream, stream.referrals[referral], at))

    def _has_room(self, stream: Stream, referral: str, to: Candidate, id: str) -> bool:
        one = stream.referrals[referral]
        lease = self._terms.lease_for(one.need_type, one.urgent)
        return self._reserve(to.service, id, self._clock() + timedelta(seconds=lease + GRACE_S))

    def wake_for(self, cards: Iterable[ServiceCard]) -> int:
        """Look again for unmet needs these services could answer now; return for how many.

        Who is on a service's waiting list comes first. The same record of a service wakes a need
        once.
        """
        able = [
            card
            for card in cards
            if card.member and card.status == "active" and not card.out_of_date
        ]
        needs = {need for card in able for need in card.needs}
        waiting = self._ledger.unmet(needs) if needs else []
        return sum(
            self._wake(stream, card)
            for card in able
            for stream in by_waiting_list(waiting, card.id)
        )

    def _wake(self, stream: Stream, card: ServiceCard) -> int:
        woken = 0
        for id, referral in stream.referrals.items():
            if referral.need_type not in card.needs or not is_unmet(stream, id):
                continue
            ask = freed_by(stream, id, card.id)
            if ask is None or not self._services.fits(card.id, ask):
                continue
            record = f"{card.version}/{card.capacity.outward}/{card.capacity.updated_at}"
            cause = derived_id("wake", stream.id, id, card.id, record, str(referral.round))
            move = functools.partial(wake, referral=id, service=card.id)
            self._ledger.apply(stream.id, move, cause=cause, actor=ACTOR)
            woken += 1
        return woken

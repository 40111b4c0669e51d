"""The clockwork: finds what is due in any stream and lets it happen, once among all instances."""

from __future__ import annotations

import functools
import logging

from services.referrals.deadlines import cause_of, deadline_passed, passed
from services.referrals.offering import ACTOR
from services.referrals.store import Ledger
from services.referrals.stream import Stream, stamp
from shared.clock import Clock
from shared.errors import AnydoorError

log = logging.getLogger(__name__)


class Scheduler:
    """Works from the stored deadlines alone, so a restart or a long pause loses none of them."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def run(self) -> int:
        """Act on what is due now and return how many moments were acted on."""
        at = self._clock()
        return sum(self._act(stream, stamp(at)) for stream in self._ledger.due(at))

    def _act(self, stream: Stream, now: str) -> int:
        due = passed(stream, now)
        try:
            for one in due:
                move = functools.partial(deadline_passed, due=one)
                self._ledger.apply(stream.id, move, cause=cause_of(stream.id, one), actor=ACTOR)
        except (AnydoorError, AssertionError):  # one stream in trouble must not hold up the others
            log.exception("a deadline was not acted on", extra={"stream": stream.id})
            return 0
        return len(due)

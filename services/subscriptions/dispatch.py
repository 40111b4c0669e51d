"""From events to deliveries: what was read is logged, then each stream is followed in order."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from services.subscriptions.involvement import Progress, plan
from services.subscriptions.store import Deliveries, Journal, Lanes, StandingOrders
from shared.clock import Clock
from shared.events import Event
from shared.messaging.envelope import Received

log = logging.getLogger(__name__)
Json = dict[str, Any]

#: What still waits after this was left by an instance that died, or by a hole before it.
LEFT_BEHIND = timedelta(seconds=5)
#: A hole nobody filled in this time is stepped over: the backbone parked that event by then.
HOLE_PATIENCE = timedelta(minutes=30)


class Dispatcher:
    """Turns events into deliveries, each once, and puts their lanes on."""

    def __init__(
        self,
        journal: Journal,
        orders: StandingOrders,
        deliveries: Deliveries,
        lanes: Lanes,
        *,
        coordinator: str,
        clock: Clock,
    ) -> None:
        self._journal, self._orders = journal, orders
        self._deliveries, self._lanes = deliveries, lanes
        self._coordinator, self._clock = coordinator, clock

    def take(self, happened: Sequence[Received[Event]]) -> None:
        """Log events and dispatch what they complete."""
        self._dispatch(self._journal.append(happened, self._clock()), step_over=False)

    def pick_up(self) -> None:
        """Dispatch what was left behind, and step over holes nobody fills."""
        at = self._clock()
        stale = set(self._journal.waiting_since(at - HOLE_PATIENCE))
        left = set(self._journal.waiting_since(at - LEFT_BEHIND)) - stale
        self._dispatch(sorted(left), step_over=False)
        self._dispatch(sorted(stale), step_over=True)

    def _dispatch(self, keys: list[str], *, step_over: bool) -> None:
        waiting = self._journal.waiting(keys) if keys else {}
        if not waiting:
            return
        known, orders = self._journal.progress(list(waiting)), self._orders.active()
        steps: dict[str, tuple[Progress | None, Progress]] = {}
        made: list[Json] = []
        over: list[str] = []
        for key, rows in waiting.items():
            before = known.get(key)
            start = before or Progress()
            if step_over and rows[0]["version"] > start.next:
                log.error("a hole in a stream is stepped over", extra={"version": start.next})
                start = start.stepped_over(rows[0]["version"])
            after, deliveries = plan(start, rows, orders, self._coordinator)
            steps[key] = (before, after)
            made += deliveries
            over += [row["_id"] for row in rows if row["version"] < after.next]
        self._save(made, steps, over)

    def _save(
        self,
        made: list[Json],
        steps: dict[str, tuple[Progress | None, Progress]],
        over: list[str],
    ) -> None:
        """In this order, so that a crash between two steps only leads to the same again."""
        at = self._clock()
        self._deliveries.add(made, at)
        self._lanes.arm([(one["lane"], one["subscription"]) for one in made], at)
        self._journal.advance(steps)
        self._journal.done(over)

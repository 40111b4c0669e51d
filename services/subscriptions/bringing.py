"""Bringing what is due: many lanes at once, each in the order of its stream.

A failing lane waits longer and longer by itself; no other stream and no other agency waits for it,
and one subscription never has more than a few of the workers.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import defaultdict
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
from eventlet import spawn_n
from eventlet.greenpool import GreenPool

from services.subscriptions.domain import as_cloud_event, delay_s, queue_of
from services.subscriptions.queues import TAKEN, AgencyQueues
from services.subscriptions.store import Deliveries, Feeds, Journal, Lane, Lanes, StandingOrders
from services.subscriptions.webhooks import Outcome, Webhooks
from shared.clock import Clock
from shared.storage.claims import Claims

log = logging.getLogger(__name__)
Json = dict[str, Any]
WORKERS_EACH = 8
LANES_AT_ONCE = 32
AT_ONCE = 20
PLACING_TRIES = 20


class Carrier:
    """Brings one delivery of any kind."""

    def __init__(
        self, claims: Claims, webhooks: Webhooks, queues: AgencyQueues, feeds: Feeds, clock: Clock
    ) -> None:
        self._claims, self._webhooks, self._queues = claims, webhooks, queues
        self._feeds, self._clock = feeds, clock

    def bring(self, order: Json, delivery: Json, event: Json) -> Outcome:
        """Return what became of it."""
        if order["kind"] == "feed":
            is_placed = any(self._feeds.place(delivery) for _ in range(PLACING_TRIES))
            return Outcome(is_placed, "placed" if is_placed else "crowded")
        body = msgspec.json.encode(as_cloud_event(event))
        if order["kind"] == "queue":
            code = self._queues.put(queue_of(order["agency"]), delivery["_id"], body)
            return Outcome(code == TAKEN, code)
        claim = self._claims.get(order["claim"])
        if claim is None:
            return Outcome(False, "claim_refused")
        secret = str(claim.private.get("secret", ""))
        return self._webhooks.post(order["url"], secret, event["_id"], body, self._clock())


class Bringing:
    """Works on the lanes that are due until told to stop."""

    def __init__(
        self,
        orders: StandingOrders,
        journal: Journal,
        deliveries: Deliveries,
        lanes: Lanes,
        carrier: Carrier,
        *,
        clock: Clock,
        first_delay_s: float,
        longest_try_s: float,
        look_every_s: float,
    ) -> None:
        self._orders, self._journal = orders, journal
        self._deliveries, self._lanes, self._carrier = deliveries, lanes, carrier
        self._clock = clock
        self._first_delay_s, self._look_every_s = first_delay_s, look_every_s
        self._longest_try = timedelta(seconds=longest_try_s)
        self._lease = 2 * self._longest_try + timedelta(seconds=10)
        self._crews: defaultdict[str, GreenPool] = defaultdict(partial(GreenPool, WORKERS_EACH))
        self._asked: set[str] = set()
        self._served: set[str] = set()
        self._wake = threading.Event()

    def wake(self) -> None:
        """Look at once: something was put on a lane."""
        self._wake.set()

    def run(self) -> None:
        """Look for lanes for ever; trouble with the database is waited out."""
        while True:
            self._wake.clear()
            try:
                self.start_due()
            except Exception:
                log.exception("deliveries wait")
                time.sleep(self._look_every_s)
            self._wake.wait(self._look_every_s)

    def start_due(self) -> None:
        """See to each subscription that has something on its lanes."""
        for subscription in self._lanes.subscriptions():
            self._asked.add(subscription)
            if subscription not in self._served:
                self._served.add(subscription)
                spawn_n(self._serve, subscription)

    def _serve(self, subscription: str) -> None:
        """Give the lanes that are due to the subscription's crew, until there are none."""
        try:
            order = self._orders.get(subscription)
            if order is None or order["state"] != "active":
                self._deliveries.cancel(subscription)
                self._lanes.drop(subscription)
                return
            while subscription in self._asked:
                self._asked.discard(subscription)
                while lanes := self._take(subscription):
                    for lane in lanes:  # this waits while all of the crew are busy
                        self._crews[subscription].spawn_n(self._work, order, lane)
        except Exception:
            log.exception("deliveries wait")
        finally:
            self._served.discard(subscription)

    def _take(self, subscription: str) -> list[Lane]:
        at = self._clock()
        return self._lanes.take(subscription, at, at + self._lease, LANES_AT_ONCE)

    def _work(self, order: Json, lane: Lane) -> None:
        try:
            self._empty(order, lane)
        except Exception:
            log.exception("a lane waits for its lease to end")

    def _empty(self, order: Json, lane: Lane) -> None:
        failures = lane.failures
        now: Lane | None = lane
        while now is not None and self._has_time(now):
            pending = self._deliveries.pending(lane.id, AT_ONCE)
            if not self._bring_all(order, now, pending, failures):
                return
            if len(pending) < AT_ONCE and self._lanes.finish(now):
                return
            failures = 0 if pending else failures
            now = self._lanes.keep(now, self._clock() + self._lease)

    def _has_time(self, lane: Lane) -> bool:
        return self._clock() + self._longest_try < lane.until

    def _bring_all(self, order: Json, lane: Lane, pending: list[Json], failures: int) -> bool:
        """Bring these in order; False when one failed, or the lane may not be ours any more."""
        events = self._journal.events([one["event"] for one in pending])
        now: Lane | None = lane
        for one in pending:
            if now is not None and not self._has_time(now):
                now = self._lanes.keep(now, self._clock() + self._lease)
            if now is None:
                return False
            outcome = self._carrier.bring(order, one, events[one["event"]])
            at = self._clock()
            if not outcome.is_brought:
                self._deliveries.not_brought(one["_id"], lane.id, at, outcome.code)
                wait = delay_s(order["kind"], failures + 1, self._first_delay_s, random.random())
                self._lanes.later(lane, failures + 1, at + timedelta(seconds=wait))
                return False
            failures = 0
            self._deliveries.brought(one["_id"], at, outcome.code)
        return True

"""What a service class gets: settings, clock, its database, its streams, claims and calls."""

from __future__ import annotations

import logging
import time
from typing import Any

from nameko.extensions import DependencyProvider

from shared.clock import now
from shared.errors import AnydoorError
from shared.ids import new_id
from shared.messaging.calls import Calls
from shared.messaging.handlers import Handler
from shared.messaging.mailroom import Mailroom
from shared.messaging.topology import Subscription, waiting_in
from shared.settings import Settings
from shared.storage.claims import Claims
from shared.storage.commits import Streams
from shared.storage.lease import Lease
from shared.storage.mongo import Db, connect

log = logging.getLogger(__name__)


class Backbone(DependencyProvider):
    """The one dependency of every service. Made after monkey_patch, when the container starts."""

    settings: Settings
    db: Db
    streams: Streams
    claims: Claims
    calls: Calls
    mailroom: Mailroom

    def setup(self) -> None:
        self.settings = self.container.config["anydoor"]
        self.clock = now
        self.db = connect(self.settings, self.container.service_name)
        self.streams = Streams(self.db, now)
        self.claims = Claims(self.settings)
        self.calls = Calls(self.settings)
        self.mailroom = self.container.config["mailroom"]
        self.streams.prepare()

    def start(self) -> None:
        self.container.spawn_managed_thread(self._reconcile, identifier="reconcile")

    def stop(self) -> None:
        self.calls.close()

    def get_dependency(self, worker_ctx: Any) -> Backbone:
        return self

    def _handlers(self) -> list[Handler]:
        return [one for one in self.container.entrypoints if isinstance(one, Handler)]

    def _reconcile(self) -> None:
        """Find what was published but never handled here, and ask its source for it again."""
        every_s, me = self.settings.reconcile_every_s, self.settings.instance or new_id()
        lease = Lease(self.db, "reconcile", new_id(), every_s * 3, self.clock)
        sweep = Sweep(self.mailroom, self.settings)
        while True:
            time.sleep(every_s)
            try:
                for handler in self._handlers():
                    if (held_s := handler.held_s()) > every_s:
                        self.mailroom.hold(handler.queue.name, me, held_s)
                if lease.hold():
                    name = self.container.service_name
                    subs = [handler.subscription(name) for handler in self._handlers()]
                    sweep.run(subs, time.monotonic())
            except (AnydoorError, Exception) as error:  # noqa: BLE001 (the next sweep is near)
                log.warning("sweep put off", extra={"error": type(error).__name__})


class Sweep:
    """Looks for events that were published and that nobody has.

    Asking for one that is only late would double the work of a reader that is behind already, so
    the broker and the readers are heard first. An event is missing when its number has been a hole
    for long enough, and since then its queue was empty, no reader had an older message in hand, and
    it is not in the retry cycle.
    """

    def __init__(self, mailroom: Mailroom, settings: Settings) -> None:
        self._mailroom = mailroom
        self._uri = settings.amqp_uri
        self._every_s = settings.reconcile_every_s
        self._after_s = max(settings.reconcile_after_s, 3 * self._every_s)
        self._since: dict[str, dict[int, float]] = {}

    def run(self, subscriptions: list[Subscription], at: float) -> int:
        """Look once over all queues and return how many events were asked for. `at` in seconds."""
        waiting = waiting_in(self._uri, [sub.queue for sub in subscriptions])
        asked = 0
        for sub in subscriptions:
            self._mailroom.mark(sub.queue, self._mailroom.take_voids(sub.queue))
            holes = self._mailroom.missing(sub.queue, self._mailroom.last(sub.source, sub.event))
            is_empty = waiting[sub.queue] == 0
            before = self._since.get(sub.queue, {}) if is_empty else {}
            self._since[sub.queue] = {n: before.get(n, at) for n in holes}
            ripe = [n for n, seen in self._since[sub.queue].items() if at - seen >= self._after_s]
            missing = self._nobody_has(sub.queue, ripe, at) if ripe else []
            if missing:
                log.warning("holes found", extra={"queue": sub.queue, "count": len(missing)})
                self._mailroom.ask_again(sub.source, sub.queue, sub.event, missing)
                asked += len(missing)
        return asked

    def _nobody_has(self, queue: str, numbers: list[int], at: float) -> list[int]:
        """Leave out what may be in a reader's hands or in the retry cycle."""
        held_s = self._mailroom.held_s(queue, 3 * self._every_s)
        since = self._since[queue]
        # a reader tells at each look, and a message may have left the queue one look after a hole
        in_hand = held_s + 4 * self._every_s if held_s else 0.0
        coming = self._mailroom.coming_back(queue, self._after_s)
        return [n for n in numbers if at - since[n] > in_hand and n not in coming]

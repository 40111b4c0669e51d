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
from shared.messaging.topology import Subscription
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

    def subscriptions(self) -> list[Subscription]:
        """Return what this service reads."""
        name = self.container.service_name
        return [e.subscription(name) for e in self.container.entrypoints if isinstance(e, Handler)]

    def _reconcile(self) -> None:
        """Find what was published but never handled here, and ask its source for it again."""
        lease = Lease(
            self.db, "reconcile", new_id(), self.settings.reconcile_every_s * 3, self.clock
        )
        sweep = Sweep(self.mailroom, self.settings.reconcile_after_s)
        while True:
            time.sleep(self.settings.reconcile_every_s)
            try:
                if lease.hold():
                    sweep.run(self.subscriptions(), time.monotonic())
            except (AnydoorError, Exception) as error:  # noqa: BLE001 (the next sweep is near)
                log.warning("sweep put off", extra={"error": type(error).__name__})


class Sweep:
    """Holes must be `after_s` old before they are asked for: what is young is on its way."""

    def __init__(self, mailroom: Mailroom, after_s: float) -> None:
        self._mailroom = mailroom
        self._after_s = after_s
        self._since: dict[str, dict[int, float]] = {}

    def run(self, subscriptions: list[Subscription], at: float) -> int:
        """Look once over all queues and return how many events were asked for. `at` in seconds."""
        asked = 0
        for sub in subscriptions:
            self._mailroom.mark(sub.queue, self._mailroom.take_voids(sub.queue))
            holes = self._mailroom.missing(sub.queue, self._mailroom.last(sub.source, sub.event))
            before = self._since.get(sub.queue, {})
            self._since[sub.queue] = {n: before.get(n, at) for n in holes}
            ripe = [n for n, seen in self._since[sub.queue].items() if at - seen >= self._after_s]
            if ripe:
                log.warning("holes found", extra={"queue": sub.queue, "count": len(ripe)})
                self._mailroom.ask_again(sub.source, sub.queue, sub.event, ripe)
                asked += len(ripe)
        return asked

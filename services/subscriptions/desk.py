"""Everything the subscriptions service does, put together: one place for its parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import amqp

from services.subscriptions import domain, signing, views
from services.subscriptions.bringing import Bringing, Carrier
from services.subscriptions.dispatch import Dispatcher
from services.subscriptions.queues import AgencyQueues
from services.subscriptions.store import Deliveries, Feeds, Journal, Lanes, StandingOrders
from services.subscriptions.webhooks import Webhooks
from shared.clock import Clock
from shared.errors import Conflict, Invalid, Unavailable
from shared.events import Event
from shared.ids import new_id
from shared.messaging.envelope import Received
from shared.settings import Settings
from shared.storage.claims import Claims
from shared.storage.mongo import Db

Json = dict[str, Any]


class Desk:
    """Takes orders and events, and answers what became of them."""

    def __init__(self, settings: Settings, db: Db, claims: Claims, clock: Clock) -> None:
        self._claims, self._clock = claims, clock
        self.orders, self.journal = StandingOrders(db), Journal(db)
        self.rows, self.feeds = Deliveries(db), Feeds(db)
        self.lanes = Lanes(db, new_id())
        self.queues = AgencyQueues(settings.amqp_uri)
        self.webhooks = Webhooks(
            timeout_s=settings.webhook_timeout_s, allow_loopback=settings.webhook_allow_loopback
        )
        self.dispatcher = Dispatcher(
            self.journal,
            self.orders,
            self.rows,
            self.lanes,
            coordinator=settings.coordinator_agency,
            clock=clock,
        )
        self.bringing = Bringing(
            self.orders,
            self.journal,
            self.rows,
            self.lanes,
            Carrier(claims, self.webhooks, self.queues, self.feeds, clock),
            clock=clock,
            first_delay_s=settings.retry_delay_ms / 1_000,
            longest_try_s=settings.webhook_timeout_s,
            look_every_s=settings.scheduler_every_s,
        )

    def prepare(self) -> None:
        """Make the indexes; safe to call at every start."""
        for part in (self.orders, self.journal, self.rows, self.feeds, self.lanes):
            part.prepare()

    def take(self, happened: Sequence[Received[Event]]) -> None:
        """Turn events into deliveries, which begin at once."""
        self.dispatcher.take(happened)
        self.bringing.wake()

    def pick_up(self) -> None:
        """Go on with what was left behind."""
        self.dispatcher.pick_up()
        self.bringing.wake()

    def subscribe(self, wanted: Json) -> Json:
        """Keep an order whose address, secret or queue is in order."""
        if wanted["kind"] == "webhook":
            self.webhooks.check(wanted["url"])
            claim = self._claims.get(wanted["claim"])
            if claim is None or claim.kind != "webhook":
                raise Invalid("claim", "is not a webhook's secret", "keep the secret first")
            signing.key_of(str(claim.private.get("secret", "")))
        if wanted["kind"] == "queue":
            self._declare(domain.queue_of(wanted["agency"]))
        return self._shown(self.orders.add(wanted))

    def _declare(self, queue: str) -> None:
        try:
            self.queues.declare(queue)
        except amqp.PreconditionFailed:
            raise Conflict("kind", "your queue exists with other arguments", "delete it") from None
        except (OSError, amqp.AMQPError) as error:
            raise Unavailable("rabbitmq", "did not answer", "try again later") from error

    def subscriptions(self, agency: str) -> list[Json]:
        """Return an agency's orders."""
        return [self._shown(one) for one in self.orders.of(agency)]

    def _shown(self, order: Json) -> Json:
        waiting, failing = self.lanes.failing(order["_id"])
        return views.of_subscription(order, waiting, failing)

    def end(self, command_id: str, id: str, agency: str) -> Json:
        """End an order and forget its secret."""
        order = domain.visible_to(self.orders.get(id), agency)
        domain.check_may_end(order, command_id)
        self.orders.end(id, command_id)
        self.rows.cancel(id)
        self.lanes.drop(id)
        if order["claim"]:
            self._claims.erase(order["claim"])
        return self._shown({**order, "state": "ended"})

    def feed(self, agency: str, position: int, limit: int) -> Json:
        """Return a page of an agency's feed."""
        found = self.feeds.after(agency, position, limit)
        events = self.journal.events([one["event"] for one in found])
        return views.of_feed(found, events, position)

    def deliveries(self, agency: str, id: str) -> list[Json]:
        """Return the latest deliveries of an order."""
        domain.visible_to(self.orders.get(id), agency)
        return [views.of_delivery(one) for one in self.rows.of(id)]

    def replay(self, command_id: str, id: str, after: datetime, agency: str) -> Json:
        """Make deliveries pending again, from a time on."""
        order = domain.visible_to(self.orders.get(id), agency)
        domain.check_may_replay(order, after)
        at = self._clock()
        lanes = self.rows.again(id, after, command_id, at)
        self.lanes.arm(lanes, at, now=True)
        self.bringing.wake()
        return self._shown(order)

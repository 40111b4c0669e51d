"""A program's commits with its relay, and what its readers find in their queues."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from shared.clock import now
from shared.events import Event
from shared.messaging.envelope import Received, decode
from shared.messaging.mailroom import Mailroom
from shared.messaging.relay import Relay
from shared.messaging.topology import Subscription, close_socket, declare, open_connection
from shared.settings import Settings
from shared.storage import Change, Streams, connect

RECEIVED = Subscription("reader", "tips", "tip.received")
OPENED = Subscription("reader", "tips", "tip.opened")
causes = (f"cause-{n:06d}" for n in itertools.count())


class Desk:
    """The tip service's commits, its relay, and a reader's queues."""

    def __init__(self, settings: Settings, subscriptions: Sequence[Subscription]) -> None:
        self.settings = settings
        self.db = connect(settings, "tips")
        self.streams = Streams(self.db, now)
        self.streams.prepare()
        self.mailroom = Mailroom(settings)
        declare(settings.amqp_uri, ["tips"], list(subscriptions), 100)
        self.relays: list[Relay] = []
        self.relay = self.another_relay()

    def another_relay(self) -> Relay:
        relay = Relay(self.settings, "tips")
        relay.prepare()
        relay.publisher._deadline_s = 3.0
        self.relays.append(relay)
        return relay

    def close(self) -> None:
        for relay in self.relays:
            relay.publisher.close()
            relay.commits.database.client.close()
            relay.mailroom.db.client.close()
        self.db.client.close()
        self.mailroom.db.client.close()

    def happen(self, stream: str, *events: Event) -> str:
        cause = next(causes)
        self.streams.change(stream, lambda _: Change({"last": cause}, events), cause=cause)
        return cause

    def waiting(self) -> int:
        return self.db["commits"].count_documents({"published": False})

    def events(self) -> list[str]:
        rows = self.db["commits"].find().sort("order", 1)
        return [one["id"] for row in rows for one in row["events"]]

    def arrived(self, sub: Subscription) -> list[Received[Event]]:
        """What is in a queue; it is taken out."""
        connection = open_connection(self.settings.amqp_uri)
        found: list[Received[Event]] = []
        try:
            channel = connection.channel()
            while message := channel.basic_get(sub.queue, no_ack=True):
                found += decode(message.body)
        finally:
            close_socket(connection)
        return found

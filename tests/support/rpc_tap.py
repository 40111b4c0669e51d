"""Everything that is said over the RPC exchange while a test looks on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import amqp

from shared.ids import new_id
from shared.messaging.calls import RPC_EXCHANGE
from shared.messaging.topology import close_socket, open_connection


class Tap:
    """A queue of its own that hears every request and every reply."""

    def __init__(self, channel: amqp.Channel) -> None:
        self._channel = channel
        self._queue = f"tap-{new_id()}"
        channel.queue_declare(self._queue, exclusive=True, auto_delete=True)
        channel.queue_bind(self._queue, RPC_EXCHANGE, "#")

    def heard(self) -> list[tuple[str, bytes]]:
        """Return (routing key, headers and body) of every message since the last time."""
        end = f"tap.{new_id()}"
        self._channel.basic_publish(amqp.Message(b""), RPC_EXCHANGE, end)
        found: list[tuple[str, bytes]] = []
        while True:
            message = self._channel.basic_get(self._queue, no_ack=True)
            if message is None:
                continue
            key = message.delivery_info["routing_key"]
            if key == end:
                return found
            body = message.body if isinstance(message.body, bytes) else message.body.encode()
            found.append((key, repr(message.properties).encode() + body))


@contextmanager
def tapped(amqp_uri: str) -> Iterator[Tap]:
    """Listen to the RPC exchange of a virtual host."""
    connection = open_connection(amqp_uri)
    try:
        yield Tap(connection.channel())
    finally:
        close_socket(connection)

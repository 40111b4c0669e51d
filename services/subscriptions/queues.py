"""Agencies' own queues on the broker: declared on purpose, filled with confirms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import amqp

from shared.messaging.publisher import Outgoing, Publisher, Refused
from shared.messaging.topology import close_socket, event_queue_arguments, open_connection
from shared.storage.group import Grouped

#: What an agency that does not read may pile up; then its deliveries are refused and tried again.
LONGEST_QUEUE = 100_000
TAKEN = "confirmed"


def agency_queue_arguments(name: str) -> dict[str, Any]:
    """Return the arguments of an agency's queue: safe as every event queue, and bounded."""
    return {**event_queue_arguments(name), "x-max-length": LONGEST_QUEUE}


class AgencyQueues:
    """Puts deliveries into queues; safe to share, many at once cost one round trip."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._publisher = Publisher(uri, deadline_s=5.0)
        self._declared: set[str] = set()
        self._grouped: Grouped[Outgoing, str] = Grouped(self._publish_group)

    def declare(self, name: str) -> None:
        """Declare a queue. Raises OSError or amqp.AMQPError when the broker will not."""
        connection = open_connection(self._uri)
        try:
            arguments = agency_queue_arguments(name)
            channel = connection.channel()
            channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
        finally:
            close_socket(connection)
        self._declared.add(name)

    def put(self, queue: str, id: str, body: bytes) -> str:
        """Return TAKEN once the broker has it on disk, or the code of what went wrong."""
        return self._grouped.put(Outgoing(id=id, exchange="", routing_key=queue, body=body))

    def close(self) -> None:
        """Drop the connection."""
        self._publisher.close()

    def _publish_group(self, messages: Sequence[Outgoing]) -> list[str]:
        try:
            differs = self._declare_new({one.routing_key for one in messages})
            taken = self._publish([one for one in messages if one.routing_key not in differs])
        except Refused:
            return ["no_broker"] * len(messages)
        codes = [_code(one, taken, differs) for one in messages]
        # Not taken is full, or the queue is gone with its broker: the next try declares it.
        lost = {one.routing_key for one, code in zip(messages, codes, strict=True) if code != TAKEN}
        self._declared -= lost
        return codes

    def _declare_new(self, names: set[str]) -> set[str]:
        """Declare what was not yet; return the queues that exist with other arguments."""
        differs: set[str] = set()
        for name in names - self._declared:
            try:
                self.declare(name)
            except amqp.PreconditionFailed:
                differs.add(name)
        return differs

    def _publish(self, messages: Sequence[Outgoing]) -> set[str]:
        """A connection that was idle for long may be dead: then once more on a fresh one."""
        if not messages:
            return set()
        try:
            return self._publisher.publish(messages)
        except Refused:
            return self._publisher.publish(messages)


def _code(message: Outgoing, taken: set[str], differs: set[str]) -> str:
    if message.id in taken:
        return TAKEN
    return "queue_differs" if message.routing_key in differs else "not_taken"

"""Exchanges and queues, all declared on purpose and written once for RabbitMQ 3.10 and 4.x.

Identity and safety are queue arguments, because a broker without our policies must still be safe.
An argument is never changed: a queue that needs other arguments gets another name. A rejected
message goes to the retry exchange, waits in the delay queue and comes back by its queue's name;
only the broker moves it, so 4.x's distrust of x-death headers sent by clients does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import amqp
import kombu

RETRY_EXCHANGE = "anydoor.retry"
#: Never reached. What a queue gives up at its limit was not rejected, so RabbitMQ takes its way
#: back for a loop and keeps it in the delay queue, where 32 of them stop everybody's retries.
DELIVERY_LIMIT = 1_000_000


def exchange_name(source: str) -> str:
    """Return the exchange a program states its events on."""
    return f"{source}.events"


def queue_name(consumer: str, event: str) -> str:
    """Return the queue that brings one kind of event to one program."""
    return f"{consumer}.{event}"


def delay_queue_name(delay_ms: int) -> str:
    """Return the queue in which rejected messages wait that long."""
    return f"{RETRY_EXCHANGE}.{delay_ms}ms"


def event_queue_arguments(name: str) -> dict[str, Any]:
    """Return the arguments of an event queue: replicated, safe to reject from, never dropping."""
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": RETRY_EXCHANGE,
        "x-dead-letter-routing-key": name,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def delay_queue_arguments(delay_ms: int) -> dict[str, Any]:
    """Return the arguments of the queue in which rejected messages wait.

    At most once: a message whose queue was deleted must not stand in the way of the others. What
    a crash of the broker loses here is found by the sweep.
    """
    return {"x-queue-type": "quorum", "x-message-ttl": delay_ms, "x-dead-letter-exchange": ""}


@dataclass(frozen=True)
class Subscription:
    """One kind of event on its way to one program."""

    consumer: str
    source: str
    event: str

    @property
    def queue(self) -> str:
        return queue_name(self.consumer, self.event)

    def as_kombu(self) -> kombu.Queue:
        """Return the queue as nameko's consumer declares it after each reconnection."""
        return kombu.Queue(
            self.queue,
            exchange=kombu.Exchange(exchange_name(self.source), type="topic", durable=True),
            routing_key=self.event,
            durable=True,
            queue_arguments=event_queue_arguments(self.queue),
        )


class TopologyRefused(SystemExit):
    """The broker has another idea of a queue than we do; ends the process with one line."""


def open_connection(
    uri: str, heartbeat: int = 0, *, watch_blocked: bool = True, patience_s: float = 30.0
) -> amqp.Connection:
    """Return a connected py-amqp connection on which no read or write waits beyond `patience_s`.

    `watch_blocked=False` spares a look at the socket before each publish; for those who wait for
    confirms with a deadline anyway.
    """
    at = kombu.Connection(uri)
    connection = amqp.Connection(
        host=f"{at.hostname}:{at.port or 5672}",
        userid=at.userid or "guest",
        password=at.password or "guest",
        virtual_host=at.virtual_host or "/",
        ssl=uri.startswith("amqps://"),
        heartbeat=heartbeat,
        connect_timeout=min(5.0, patience_s),
        client_properties={
            "capabilities": {"consumer_cancel_notify": True, "connection.blocked": watch_blocked}
        },
    )
    try:
        connection.connect()
        # py-amqp's own timeouts are options of the kernel's, which green sockets do not heed
        connection.transport.sock.settimeout(patience_s)
    except BaseException:
        close_socket(connection)
        raise
    return connection


def close_socket(connection: amqp.Connection | None) -> None:
    """End a connection that is in doubt: a polite close waits for a broker that may be frozen."""
    transport = getattr(connection, "_transport", None)  # asking for .transport would reconnect
    try:
        if transport is not None:
            transport.close()
    except OSError:
        return


def waiting_in(uri: str, queues: Sequence[str]) -> dict[str, int | None]:
    """Return how many messages wait in each queue for a reader; None where there is no queue.

    Raises OSError or amqp.AMQPError when the broker cannot be reached.
    """
    found: dict[str, int | None] = {}
    connection = open_connection(uri)
    try:
        for name in queues:
            channel = connection.channel()
            try:
                found[name] = channel.queue_declare(name, passive=True).message_count
            except amqp.NotFound:
                found[name] = None  # the broker has closed the channel
            else:
                channel.close()
    finally:
        close_socket(connection)
    return found


def declare(
    uri: str,
    sources: list[str],
    subs: list[Subscription],
    delay_ms: int,
    old_delays: Sequence[str] = (),
) -> None:
    """Declare everything, each queue on a channel of its own.

    Delay queues of earlier settings (`old_delays`) get no more messages: with two at the exchange
    each rejected message would come back twice. Raises TopologyRefused with one line when an
    existing queue has other arguments, OSError or amqp.AMQPError when the broker cannot be reached.
    """
    connection = open_connection(uri)
    try:
        channel = connection.channel()
        for source in sources:
            channel.exchange_declare(
                exchange_name(source), "topic", durable=True, auto_delete=False
            )
        delay = delay_queue_name(delay_ms)
        _declare_queue(connection, delay, delay_queue_arguments(delay_ms))
        declare_retry(channel, delay_ms)
        for name in old_delays:
            channel.queue_unbind(name, RETRY_EXCHANGE, "#")
        for sub in subs:
            _declare_queue(connection, sub.queue, event_queue_arguments(sub.queue))
            channel.queue_bind(sub.queue, exchange_name(sub.source), sub.event)
    finally:
        close_socket(connection)


def declare_retry(channel: Any, delay_ms: int) -> None:
    """Declare the way by which what was rejected comes back; also after a broker was wiped."""
    delay = delay_queue_name(delay_ms)
    arguments = delay_queue_arguments(delay_ms)
    channel.exchange_declare(RETRY_EXCHANGE, "topic", durable=True, auto_delete=False)
    channel.queue_declare(delay, durable=True, auto_delete=False, arguments=arguments)
    channel.queue_bind(delay, RETRY_EXCHANGE, "#")


def _declare_queue(connection: amqp.Connection, name: str, arguments: dict[str, Any]) -> None:
    channel = connection.channel()
    try:
        channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
    except amqp.PreconditionFailed as error:
        raise TopologyRefused(
            f"queue {name!r} exists with other arguments ({error.reply_text}); "
            "drain and delete it, or give the new one another name"
        ) from None
    channel.close()

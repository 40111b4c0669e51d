"""nameko's queue consumer, made to lose nothing.

Plain nameko acknowledges a body it cannot read, dies when an acknowledgement meets a reset
connection, and shares one channel among all consumers so that acknowledgements cannot be merged.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import amqp
from kombu import Consumer
from nameko.messaging import QueueConsumer

from shared.messaging.topology import declare_retry

log = logging.getLogger(__name__)


class ReliableConsumer(QueueConsumer):
    """Gives each event handler a channel of its own and never acknowledges what was not read."""

    is_connected = False

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **more: Any) -> None:
        self.is_connected = True
        super().on_consume_ready(connection, channel, consumers, **more)

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        self.is_connected = False
        super().on_connection_error(exc, interval)

    @contextmanager
    def establish_connection(self) -> Iterator[Any]:
        """Look for a lost broker every two seconds; kombu would wait up to half a minute."""
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error,
                self.connect_max_retries,
                interval_start=0.5,
                interval_step=0.5,
                interval_max=2,
            )
            yield connection

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        from shared.messaging.handlers import Handler

        declare_retry(channel, self.container.config["anydoor"].retry_delay_ms)
        consumers = []
        for provider in self._providers:
            if isinstance(provider, Handler):
                consumers.append(self._of_handler(provider, channel))
            else:
                queue = consumer_cls(
                    queues=[provider.queue],
                    callbacks=[self._callback(provider)],
                    accept=self.accept,
                )
                queue.qos(prefetch_count=self.prefetch_count)
                self._consumers[provider] = queue
                consumers.append(queue)
        return consumers

    def _of_handler(self, handler: Any, channel: Any) -> Consumer:
        own = channel.connection.channel()
        handler.forget_unsettled()
        consumer = Consumer(
            own,
            queues=[handler.queue],
            on_message=handler.on_message,
            on_decode_error=lambda message, _: handler.on_message(message),  # it will be parked
        )
        consumer.qos(prefetch_count=handler.prefetch)
        self._consumers[handler] = consumer
        return consumer

    def _callback(self, provider: Any) -> Any:
        return lambda body, message: self.handle_message(provider, body, message)

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """A call nobody can read is dropped: its caller has a deadline. Events are read by us."""
        log.error("unreadable call", extra={"error": type(exc).__name__})
        settle(message.reject, requeue=False)

    def ack_message(self, message: Any) -> None:
        settle(message.ack)

    def requeue_message(self, message: Any) -> None:
        settle(message.requeue)


def settle(action: Any, **options: Any) -> bool:
    """Acknowledge or reject; on a dead connection the broker delivers again, so that is fine."""
    try:
        action(**options)
    except (OSError, amqp.AMQPError, AttributeError) as error:
        log.warning("a message could not be settled", extra={"error": type(error).__name__})
        return False
    return True

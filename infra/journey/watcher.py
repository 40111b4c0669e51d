"""Listens to the whole bus for the length of the journey, on a queue that goes away with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import amqp
import msgspec

from shared.events import Event, all_types
from shared.messaging.envelope import Received, decode
from shared.messaging.topology import close_socket, exchange_name, open_connection


class Watcher:
    """Every event since the start, in the order of arrival, once each."""

    def __init__(self, amqp_uri: str) -> None:
        self.seen: list[Received[Any]] = []
        self._ids: set[str] = set()
        self._told = 0
        self._changed = threading.Condition()
        self._connection = open_connection(amqp_uri)
        channel = self._connection.channel()
        queue = channel.queue_declare("", exclusive=True, auto_delete=True).queue
        for source in {kind.source for kind in all_types()}:
            channel.exchange_declare(
                exchange_name(source), "topic", durable=True, auto_delete=False
            )
            channel.queue_bind(queue, exchange_name(source), "#")
        channel.basic_consume(queue, no_ack=True, callback=self._on_message)
        self._running = True
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while self._running:
            try:
                self._connection.drain_events(timeout=1)
            except TimeoutError:
                continue
            except (OSError, amqp.AMQPError):
                return

    def _on_message(self, message: Any) -> None:
        try:
            events = decode(message.body)
        except (msgspec.MsgspecError, KeyError):
            return
        with self._changed:
            for one in events:
                if one.id not in self._ids:
                    self._ids.add(one.id)
                    self.seen.append(one)
            self._changed.notify_all()

    def wait_for(
        self, wanted: Callable[[Received[Event]], bool], seconds: float, what: str
    ) -> Received[Any]:
        """Return the first event that fits, waiting for it; TimeoutError names `what`."""
        until = time.monotonic() + seconds
        with self._changed:
            while True:
                for one in self.seen:
                    if wanted(one):
                        return one
                if not self._changed.wait(max(0.0, until - time.monotonic())):
                    raise TimeoutError(f"no {what} within {seconds:.0f} s")

    def new(self) -> list[Received[Any]]:
        """Return what came since the last time this was asked."""
        with self._changed:
            fresh, self._told = self.seen[self._told :], len(self.seen)
        return fresh

    def close(self) -> None:
        """Stop listening; the broker deletes the queue."""
        self._running = False
        close_socket(self._connection)

"""Remote calls that always end: nameko's wire format, a deadline on each, no shared publisher.

nameko's own proxies publish through kombu's pool, which hangs for ever on a blocked broker; here a
call has its connection to itself, and a connection in doubt is dropped by closing its socket.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import amqp
import msgspec

from shared.answers import open_answer
from shared.errors import Unavailable
from shared.ids import new_id
from shared.messaging.topology import close_socket, open_connection
from shared.settings import Settings

RPC_EXCHANGE = "nameko-rpc"


class _Line:
    """One connection with a reply queue of its own."""

    def __init__(self, uri: str, patience_s: float) -> None:
        self.connection = open_connection(uri, patience_s=patience_s)
        try:
            self._listen()
        except BaseException:
            close_socket(self.connection)
            raise

    def _listen(self) -> None:
        self.channel = self.connection.channel()
        self.reply_to = new_id()
        self.replies: dict[str, bytes] = {}
        self.unrouted = False
        self.channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        queue = f"rpc.reply-calls-{self.reply_to}"
        self.channel.queue_declare(queue, exclusive=True, auto_delete=True)
        self.channel.queue_bind(queue, RPC_EXCHANGE, self.reply_to)
        self.channel.basic_consume(queue, no_ack=True, callback=self._on_reply)
        self.channel.events["basic_return"].add(self._on_return)

    def is_alive(self) -> bool:
        """Say whether the broker has not hung up since the last call, without waiting for it."""
        try:
            while True:
                self.connection.drain_events(timeout=0)
        except TimeoutError:
            return True
        except (OSError, amqp.AMQPError):
            return False

    def _on_reply(self, message: Any) -> None:
        body = message.body
        self.replies[message.properties["correlation_id"]] = (
            body if isinstance(body, bytes) else body.encode()
        )

    def _on_return(self, *_: Any) -> None:
        self.unrouted = True

    def ask(self, target: str, body: bytes, deadline_s: float) -> bytes:
        until = time.monotonic() + deadline_s
        correlation = new_id()
        self.unrouted = False
        self.connection.transport.sock.settimeout(deadline_s)
        message = amqp.Message(
            body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            expiration=str(int(deadline_s * 1_000)),
            reply_to=self.reply_to,
            correlation_id=correlation,
        )
        self.channel.basic_publish(message, RPC_EXCHANGE, target, mandatory=True)
        while correlation not in self.replies:
            if self.unrouted:
                raise Unavailable(target.split(".")[0], "is not running", "try again later")
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.connection.drain_events(timeout=left)
        answer = self.replies.pop(correlation)
        self.replies.clear()
        return answer


class Calls:
    """Calls services by name; safe to share among greenlets or threads."""

    def __init__(self, settings: Settings) -> None:
        self._uri = settings.amqp_uri
        self._deadline_s = settings.call_deadline_s
        self._free: deque[_Line] = deque()

    @classmethod
    @contextmanager
    def connect(cls, settings: Settings) -> Iterator[Calls]:
        """Give calls for the length of a with-block."""
        calls = cls(settings)
        try:
            yield calls
        finally:
            calls.close()

    def call(
        self, service: str, method: str, /, *, deadline_s: float | None = None, **arguments: Any
    ) -> Any:
        """Return what the service answers.

        Raises the refusal of shared.errors the service raised, or Unavailable when no answer came
        within `deadline_s` seconds (the call may still have been carried out: repeat it with the
        same command_id).
        """
        body = msgspec.json.encode({"args": [], "kwargs": arguments})
        until = time.monotonic() + (deadline_s or self._deadline_s)
        line: _Line | None = None
        try:
            line = self._line(until - time.monotonic())
            left = max(0.001, until - time.monotonic())
            answer = line.ask(f"{service}.{method}", body, left)
        except Unavailable:
            if line is not None:
                self._free.append(line)
            raise
        except (OSError, amqp.AMQPError) as error:
            close_socket(line.connection if line else None)
            raise Unavailable(service, "did not answer in time", "try again later") from error
        except BaseException:
            close_socket(line.connection if line else None)
            raise
        self._free.append(line)
        return open_answer(service, answer)

    def _line(self, patience_s: float) -> _Line:
        with suppress(IndexError):
            while True:
                line = self._free.pop()
                if line.is_alive():
                    return line
                close_socket(line.connection)
        return _Line(self._uri, patience_s)

    def close(self) -> None:
        """Drop the connections."""
        with suppress(IndexError):
            while True:
                close_socket(self._free.pop().connection)

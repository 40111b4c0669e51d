"""Calls to the services from asyncio: nameko's wire format over one connection, always ending.

Half the broker work of nameko's own proxy: requests are transient, replies unconfirmed, and no
thread is needed. Requests are confirmed, because aiormq tells of a returned one in no other way.
A call that ran out of time may have been carried out: repeat it with the same command_id.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiormq
import msgspec
from aiormq.abc import AbstractChannel, AbstractConnection, DeliveredMessage
from pamqp.commands import Basic
from yarl import URL

from shared.answers import open_answer
from shared.errors import Unavailable
from shared.ids import new_id
from shared.settings import Settings

log = logging.getLogger(__name__)
RPC_EXCHANGE = "nameko-rpc"
SERVICES = ("registry", "library", "tips", "referrals", "search", "subscriptions", "accounts")
TIMEOUTS_BEFORE_RECONNECT = 3


class _Line:
    """A connection with its reply queue."""

    def __init__(self, connection: AbstractConnection, channel: AbstractChannel) -> None:
        self.connection = connection
        self.channel = channel
        self.reply_to = new_id()
        self.waiting: dict[str, asyncio.Future[bytes]] = {}

    @property
    def is_open(self) -> bool:
        return not self.connection.is_closed and not self.channel.is_closed

    async def listen(self) -> None:
        queue = f"rpc.reply-portal-{self.reply_to}"
        await self.channel.exchange_declare(RPC_EXCHANGE, exchange_type="topic", durable=True)
        await self.channel.queue_declare(queue, exclusive=True, auto_delete=True)
        await self.channel.queue_bind(queue, RPC_EXCHANGE, self.reply_to)
        await self.channel.basic_consume(queue, self._on_reply, no_ack=True)

    async def _on_reply(self, message: DeliveredMessage) -> None:
        correlation = message.header.properties.correlation_id
        future = self.waiting.pop(correlation or "", None)
        if future is not None and not future.done():
            future.set_result(message.body)


class Backend:
    """The services as the portal sees them."""

    def __init__(self, settings: Settings) -> None:
        self._url = str(URL(settings.amqp_uri).update_query(heartbeat="15"))
        self._deadline_s = settings.call_deadline_s
        self._line: _Line | None = None
        self._opening = asyncio.Lock()
        self._timeouts = 0

    async def _open(self) -> _Line:
        if self._line is not None and self._line.is_open:
            return self._line
        async with self._opening:
            if self._line is None or not self._line.is_open:
                connection = await aiormq.connect(self._url)
                line = _Line(connection, await connection.channel())
                await line.listen()
                self._line, self._timeouts = line, 0
            return self._line

    async def call(
        self, service: str, method: str, /, *, deadline_s: float | None = None, **arguments: Any
    ) -> Any:
        """Return what the service answers.

        Raises the refusal the service raised, or Unavailable when there is no answer in time.
        """
        body = msgspec.json.encode({"args": [], "kwargs": arguments})
        deadline = deadline_s or self._deadline_s
        try:
            async with asyncio.timeout(deadline):
                answer = await self._ask(f"{service}.{method}", body, deadline)
        except TimeoutError:
            await self._note_timeout()
            raise Unavailable(service, "did not answer in time", "try again later") from None
        except aiormq.exceptions.PublishError:  # the broker gave it back: there is no such queue
            raise Unavailable(service, "is not running", "try again later") from None
        except (OSError, aiormq.exceptions.AMQPError, RuntimeError) as error:
            log.warning("call failed", extra={"error": type(error).__name__, "method": method})
            raise Unavailable(service, "cannot be reached", "try again later") from None
        self._timeouts = 0
        return open_answer(service, answer)

    async def _ask(self, target: str, body: bytes, deadline: float) -> bytes:
        line = await self._open()
        correlation = new_id()
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        line.waiting[correlation] = future
        properties = Basic.Properties(
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            expiration=str(int(deadline * 1_000)),
            reply_to=line.reply_to,
            correlation_id=correlation,
        )
        try:
            await line.channel.basic_publish(
                body,
                exchange=RPC_EXCHANGE,
                routing_key=target,
                mandatory=True,
                properties=properties,
            )
            return await future
        finally:
            line.waiting.pop(correlation, None)

    async def _note_timeout(self) -> None:
        """A frozen broker keeps its sockets open: after a few silences in a row, dial again."""
        self._timeouts += 1
        if self._timeouts >= TIMEOUTS_BEFORE_RECONNECT:
            await self.close()

    async def health(self) -> dict[str, bool]:
        """Say, for the broker and each service, whether something answers there now."""
        found = dict.fromkeys(("rabbitmq", *SERVICES), False)
        try:
            async with asyncio.timeout(1.5):
                line = await self._open()
                found["rabbitmq"] = True
                for service in SERVICES:
                    found[service] = await _has_consumer(line.connection, f"rpc-{service}")
        except (OSError, TimeoutError, aiormq.exceptions.AMQPError, RuntimeError):
            return found
        return found

    async def close(self) -> None:
        """Drop the connection; the next call opens another."""
        line, self._line = self._line, None
        self._timeouts = 0
        if line is None:
            return
        for future in line.waiting.values():
            if not future.done():
                future.set_exception(ConnectionError("dropped"))
        try:
            async with asyncio.timeout(0.5):
                await line.connection.close()
        except (OSError, TimeoutError, aiormq.exceptions.AMQPError, RuntimeError):
            return


async def _has_consumer(connection: AbstractConnection, queue: str) -> bool:
    channel = await connection.channel()
    try:
        found = await channel.queue_declare(queue, passive=True)
    except aiormq.exceptions.ChannelNotFoundEntity:
        return False
    await channel.close()
    return bool(found.consumer_count)

"""Event handlers: one event a call, group commit and merged acknowledgements underneath.

A pump takes what has arrived (up to `limit`) and runs it as one nameko worker; inside, events of
different streams run side by side, those of one stream in order. What raises goes through the
retry cycle at doubling distances and is parked when its tries are used up.
"""

from __future__ import annotations

import functools
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec
from eventlet.event import Event as Signal
from eventlet.greenpool import GreenPool
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from shared.errors import Invalid
from shared.events import Event, type_of
from shared.messaging.consumer import ReliableConsumer, settle
from shared.messaging.envelope import Received, decode
from shared.messaging.mailroom import Mailroom
from shared.messaging.topology import Subscription

log = logging.getLogger(__name__)
Outcomes = list[Exception | None]
SIDE_BY_SIDE = 100


class Batch(list[Received[Event]]):
    """What one worker gets; the decorated method itself sees events, or a plain list of them."""


class Handler(Entrypoint):
    """Brings one kind of event to one method."""

    queue_consumer = ReliableConsumer()

    def __init__(self, cls: type[Event], limit: int = 200, **kwargs: Any) -> None:
        self.event = type_of(cls)
        self.limit = limit
        self.prefetch = limit * 3
        super().__init__(**kwargs)

    def subscription(self, consumer: str) -> Subscription:
        """Return what this handler needs declared on the broker."""
        return Subscription(consumer, self.event.source, self.event.name)

    def setup(self) -> None:
        settings = self.container.config["anydoor"]
        self.tries_before_parking: int = settings.tries_before_parking
        self.mailroom: Mailroom = self.container.config["mailroom"]
        self.queue = self.subscription(self.container.service_name).as_kombu()
        self._arrived: deque[Any] = deque()
        self._wake = Signal()
        self.queue_consumer.register_provider(self)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._pump, identifier=f"pump {self.queue.name}")

    def stop(self) -> None:
        self.queue_consumer.unregister_provider(self)

    def forget_unsettled(self) -> None:
        """After a reconnection: what came over the old channel will be delivered again."""
        self._arrived.clear()

    def on_message(self, message: Any) -> None:
        """Take a raw message from the consumer's loop; never blocks it."""
        self._arrived.append(message)
        if not self._wake.ready():
            self._wake.send(None)

    def _pump(self) -> None:
        while True:
            if not self._arrived:
                self._wake.wait()
            self._wake = Signal()
            count = min(self.limit, len(self._arrived))
            messages = [self._arrived.popleft() for _ in range(count)]
            if messages:
                self._settle_all(messages, self._work_through(messages))

    def _work_through(self, messages: list[Any]) -> Outcomes:
        """Return, for each message, None or what went wrong with it."""
        outcomes: Outcomes = [None] * len(messages)
        batch, places = Batch(), []
        for at, message in enumerate(messages):
            try:
                if not _is_due(message, self.queue.name):
                    raise _NotYetError
                batch.append(decode(message.body))
                places.append(at)
            except (msgspec.MsgspecError, KeyError, UnicodeDecodeError) as error:
                outcomes[at] = Invalid("body", "is not an event of ours", type(error).__name__)
            except _NotYetError as error:
                outcomes[at] = error
        if batch:
            for at, outcome in zip(places, self._run(batch), strict=True):
                outcomes[at] = outcome
            self._mark(batch, [outcomes[at] for at in places])
        return outcomes

    def _run(self, batch: Batch) -> Outcomes:
        done = Signal()

        def finish(context: Any, result: Any = None, exc_info: Any = None) -> Any:
            done.send((result, exc_info))
            return result, exc_info

        try:
            self.container.spawn_worker(self, (batch,), {}, handle_result=finish)
        except ContainerBeingKilled as error:
            return [error] * len(batch)
        result, exc_info = done.wait()
        if exc_info is not None:
            return [exc_info[1]] * len(batch)
        return result if isinstance(result, list) else [None] * len(batch)

    def _mark(self, batch: Batch, outcomes: Outcomes) -> None:
        handled = [one.sequence for one, bad in zip(batch, outcomes, strict=True) if bad is None]
        try:
            self.mailroom.mark(self.queue.name, handled)
        except Exception as error:  # noqa: BLE001 (a lost mark costs one duplicate, no more)
            log.warning("marks not kept", extra={"error": type(error).__name__})

    def _settle_all(self, messages: list[Any], outcomes: Outcomes) -> None:
        last = None
        for message, outcome in zip(messages, outcomes, strict=True):
            if outcome is None or self._parks(message, outcome):
                last = message
            else:
                settle(message.reject, requeue=False)
        if last is not None:
            settle(last.ack, multiple=True)

    def _parks(self, message: Any, error: Exception) -> bool:
        if isinstance(error, _NotYetError):
            return False
        tries = _tries(message, self.queue.name)
        final = isinstance(error, Invalid) or tries >= self.tries_before_parking
        log.error(
            "parked" if final else "will be tried again",
            extra={"queue": self.queue.name, "tries": tries},
            exc_info=(type(error), error, error.__traceback__),
        )
        if not final:
            return False
        try:
            self._park(message, error, tries)
        except Exception:  # noqa: BLE001 (then it stays in the cycle and is parked later)
            return False
        return True

    def _park(self, message: Any, error: Exception, tries: int) -> None:
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        name = str(message.properties.get("message_id") or hash(body))
        said = str(error) if isinstance(error, Invalid) else ""
        self.mailroom.park(
            self.queue.name, body, f"{type(error).__name__} {said}".strip(), tries, name
        )
        try:
            self.mailroom.mark(self.queue.name, [decode(body).sequence])
        except (msgspec.MsgspecError, KeyError, UnicodeDecodeError):
            return


class _NotYetError(Exception):
    """It came back from the delay queue before its next try."""


def _rejections(message: Any, queue: str) -> tuple[int, bool]:
    """How often the broker took it back from this queue, and whether it once hit the limit."""
    count, limited = 0, False
    for death in (message.headers or {}).get("x-death", []):
        if death.get("queue") == queue:
            count += int(death.get("count", 0)) if death.get("reason") == "rejected" else 0
            limited = limited or death.get("reason") == "delivery_limit"
    return count, limited


def _is_due(message: Any, queue: str) -> bool:
    """Each return takes one delay; a try is made at returns 0, 1, 2, 4, 8 and so on."""
    count, _ = _rejections(message, queue)
    return count & (count - 1) == 0


def _tries(message: Any, queue: str) -> int:
    """Which try this was; one that ended its process too often has had all its tries."""
    count, limited = _rejections(message, queue)
    return 1_000 if limited else count.bit_length() + 1


def handles(*events: type[Event]) -> Callable[[Callable[..., None]], Callable[..., Any]]:
    """Run the method for each event of these classes, at least once, those of a stream in order."""

    def decorate(method: Callable[..., None]) -> Callable[..., Any]:
        @functools.wraps(method)
        def run(self: Any, happened: Batch | Received[Event]) -> Outcomes | None:
            if isinstance(happened, Batch):
                return _one_by_one(functools.partial(method, self), happened)
            method(self, happened)
            return None

        return _entrypoints(run, events)

    return decorate


def handles_many(
    *events: type[Event], limit: int = 200
) -> Callable[[Callable[..., None]], Callable[..., Any]]:
    """Run the method for lists of up to `limit` events; when it raises, all of them come again."""

    def decorate(method: Callable[..., None]) -> Callable[..., Any]:
        return _entrypoints(method, events, limit=limit)

    return decorate


def _entrypoints(
    method: Callable[..., Any], events: tuple[type[Event], ...], **options: Any
) -> Callable[..., Any]:
    for cls in events:
        Handler.decorator(cls, **options)(method)
    return method


def _one_by_one(call: Callable[[Received[Event]], None], batch: Batch) -> Outcomes:
    outcomes: Outcomes = [None] * len(batch)
    by_stream: dict[str, list[int]] = {}
    for at, happened in enumerate(batch):
        by_stream.setdefault(happened.stream, []).append(at)

    def run(places: list[int]) -> None:
        for at in places:
            try:
                call(batch[at])
            except Exception as error:  # noqa: BLE001 (each is retried, parked and logged)
                outcomes[at] = error

    pool = GreenPool(SIDE_BY_SIDE)
    for places in by_stream.values():
        pool.spawn_n(run, places)
    pool.waitall()
    return outcomes


class _Every(Entrypoint):
    def __init__(self, setting: str, **kwargs: Any) -> None:
        self.setting = setting
        super().__init__(**kwargs)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._beat, identifier=f"every {self.setting}")

    def _beat(self) -> None:
        seconds = float(getattr(self.container.config["anydoor"], self.setting))
        while True:
            time.sleep(seconds)
            done = Signal()

            def finish(context: Any, result: Any, exc_info: Any, done: Any = done) -> Any:
                if exc_info is not None:
                    log.error("a timed job failed", exc_info=exc_info)
                done.send(None)
                return result, exc_info

            try:
                self.container.spawn_worker(self, (), {}, handle_result=finish)
            except ContainerBeingKilled:
                return
            done.wait()


def every(setting: str) -> Callable[[Callable[..., None]], Callable[..., Any]]:
    """Run the method again and again, as many seconds apart as the named setting says."""
    decorator: Callable[..., Any] = _Every.decorator(setting)
    return decorator

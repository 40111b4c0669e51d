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

from eventlet.event import Event as Signal
from eventlet.greenpool import GreenPool
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from pymongo.errors import ConnectionFailure, PyMongoError

from shared.errors import Invalid, Unavailable
from shared.events import Event, type_of
from shared.messaging.consumer import ReliableConsumer
from shared.messaging.delivery import Delivery, Unfinished, settle_all
from shared.messaging.envelope import Received
from shared.messaging.mailroom import Mailroom
from shared.messaging.topology import Subscription

log = logging.getLogger(__name__)
Outcomes = list[Exception | None]
SIDE_BY_SIDE = 100
#: Messages on their way to us; each may carry up to fifty events.
PREFETCH = 60
#: How often an event may end the process that tries it alone before it is parked.
TRIES_ALONE = 3
#: Errors of the surroundings: none of a list of events is to blame.
NOBODY_S_FAULT = (ContainerBeingKilled, ConnectionFailure, Unavailable)


class Batch(list[Received[Event]]):
    """What one worker gets; the decorated method itself sees events, or a plain list of them."""

    is_over: Callable[[], bool] = bool


class Handler(Entrypoint):
    """Brings one kind of event to one method."""

    queue_consumer = ReliableConsumer()

    def __init__(self, cls: type[Event], limit: int = 200, **kwargs: Any) -> None:
        self.event = type_of(cls)
        self.limit = limit
        self.prefetch = PREFETCH
        super().__init__(**kwargs)

    def subscription(self, consumer: str) -> Subscription:
        """Return what this handler needs declared on the broker."""
        return Subscription(consumer, self.event.source, self.event.name)

    def setup(self) -> None:
        settings = self.container.config["anydoor"]
        self.tries_before_parking: int = settings.tries_before_parking
        self._delay_s: float = settings.retry_delay_ms / 1_000
        self.mailroom: Mailroom = self.container.config["mailroom"]
        self.queue = self.subscription(self.container.service_name).as_kombu()
        self._arrived: deque[tuple[float, Any]] = deque()
        self._at_work_since: float | None = None
        self._wake = Signal()
        self._is_pumping = self._is_stopping = False
        self._stopped = Signal()
        self.queue_consumer.register_provider(self)

    def start(self) -> None:
        self._is_pumping = True
        self.container.spawn_managed_thread(self._pump, identifier=f"pump {self.queue.name}")

    def stop(self) -> None:
        """Finish the calls at hand and settle them; what else has come goes to another."""
        self._is_stopping = True
        if not self._wake.ready():
            self._wake.send(None)
        if self._is_pumping:
            self._stopped.wait()
        self.queue_consumer.unregister_provider(self)

    def forget_unsettled(self) -> None:
        """After a reconnection: what came over the old channel will be delivered again."""
        self._arrived.clear()

    def on_message(self, message: Any) -> None:
        """Take a raw message from the consumer's loop; never blocks it."""
        self._arrived.append((time.monotonic(), message))
        if not self._wake.ready():
            self._wake.send(None)

    def held_s(self) -> float:
        """Return for how many seconds the oldest message that is not settled has been here."""
        since = self._at_work_since
        if since is None and self._arrived:
            since = self._arrived[0][0]
        return 0.0 if since is None else time.monotonic() - since

    def _pump(self) -> None:
        while not self._is_stopping:
            if not self._arrived:
                self._wake.wait()
            self._wake = Signal()
            self._at_work_since = self._arrived[0][0] if self._arrived else None
            deliveries = self._take()
            if deliveries:
                self._work_through(deliveries)
            self._at_work_since = None
        self._stopped.send(None)

    def _take(self) -> list[Delivery]:
        """Take what has come, up to a batch; what may have ended a process is taken alone."""
        deliveries: list[Delivery] = []
        while self._arrived and sum(len(one.events) for one in deliveries) < self.limit:
            one = Delivery(self._arrived[0][1], self.queue.name)
            if one.is_suspect and deliveries:
                break
            deliveries.append(one)
            self._arrived.popleft()
            if one.is_suspect:
                break
        return deliveries

    def _work_through(self, deliveries: list[Delivery]) -> None:
        if deliveries[0].is_suspect:
            deliveries[0].outcomes = [self._alone(event) for event in deliveries[0].events]
        else:
            readable = [one for one in deliveries if one.events]
            batch = Batch(event for one in readable for event in one.events)
            outcomes = iter(self._run(batch) if batch else ())
            for one in readable:
                one.outcomes = [next(outcomes) for _ in one.events]
        for one in deliveries:
            one.decide(self.tries_before_parking, self.mailroom)
        self._note(deliveries)
        settle_all(deliveries)

    def _alone(self, event: Received[Event]) -> Exception | None:
        """Run one event that was there when a process ended, again and again; it may be why."""
        if self._is_stopping:
            return Unfinished()
        try:
            if self.mailroom.try_alone(self.queue.name, event.id) > TRIES_ALONE:
                return Invalid("event", "ended its process at each try", "mend the handler first")
            (outcome,) = self._run(Batch([event]))
            self.mailroom.survived(self.queue.name, event.id)
        except PyMongoError as error:
            return error
        return outcome

    def _run(self, batch: Batch) -> Outcomes:
        batch.is_over = lambda: self._is_stopping
        result, error = self._worker(batch)
        if error is None:
            return result if isinstance(result, list) else [None] * len(batch)
        if len(batch) == 1 or isinstance(error, NOBODY_S_FAULT):
            return [error] * len(batch)
        # a list failed as a whole: find out which of its events it was
        return [
            Unfinished() if self._is_stopping else self._worker(Batch([one]))[1] for one in batch
        ]

    def _worker(self, batch: Batch) -> tuple[Any, Exception | None]:
        done = Signal()

        def finish(context: Any, result: Any = None, exc_info: Any = None) -> Any:
            done.send((result, exc_info[1] if exc_info else None))
            return result, exc_info

        try:
            self.container.spawn_worker(self, (batch,), {}, handle_result=finish)
        except ContainerBeingKilled as killed:
            return None, killed
        result, error = done.wait()
        return result, error

    def _note(self, deliveries: list[Delivery]) -> None:
        """Write down what is done with and what comes again, and when at the latest."""
        put_off = {n: one.back_after * self._delay_s for one in deliveries for n in one.put_off()}
        try:
            self.mailroom.mark(self.queue.name, [n for one in deliveries for n in one.handled()])
            if put_off:
                self.mailroom.put_off(self.queue.name, put_off)
        except Exception as error:  # noqa: BLE001 (a lost mark costs one duplicate, no more)
            log.warning("marks not kept", extra={"error": type(error).__name__})


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
    """Run the method for lists of about `limit` events of one kind.

    When it raises, each event of the list is tried alone, so that one bad event does not take the
    others with it; the method must therefore be harmless to repeat.
    """

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
    outcomes: Outcomes = [Unfinished() for _ in batch]
    by_stream: dict[str, list[int]] = {}
    for at, happened in enumerate(batch):
        by_stream.setdefault(happened.stream, []).append(at)

    def run(places: list[int]) -> None:
        for at in places:
            if batch.is_over():
                return
            try:
                call(batch[at])
                outcomes[at] = None
            except Exception as error:  # noqa: BLE001 (each is retried, parked and logged)
                outcomes[at] = error

    pool = GreenPool(SIDE_BY_SIDE)
    for places in by_stream.values():
        pool.spawn_n(run, places)
    pool.waitall()
    return outcomes


class _Every(Entrypoint):
    _is_stopping = False

    def __init__(self, setting: str, **kwargs: Any) -> None:
        self.setting = setting
        super().__init__(**kwargs)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._beat, identifier=f"every {self.setting}")

    def stop(self) -> None:
        self._is_stopping = True

    def _beat(self) -> None:
        seconds = float(getattr(self.container.config["anydoor"], self.setting))
        while not self._is_stopping:
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

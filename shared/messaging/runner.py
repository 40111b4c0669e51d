"""Runs service classes in this process until SIGTERM.

Not `nameko run`: that needs pkg_resources, which Python 3.12 no longer brings, and never ends when
the topology is wrong. eventlet's monkey_patch must have come first (services/run.py).
"""

from __future__ import annotations

import inspect
import logging
import signal
import time
from typing import Any

import amqp
import eventlet
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from nameko.runners import ServiceRunner
from pymongo.errors import PyMongoError

from shared.events import all_types
from shared.logging import set_up
from shared.messaging.consumer import ReliableConsumer
from shared.messaging.handlers import Handler
from shared.messaging.health import serve_health
from shared.messaging.mailroom import Mailroom
from shared.messaging.topology import Subscription, declare, delay_queue_name
from shared.settings import Settings, WrongSettings

log = logging.getLogger(__name__)
WAIT_FOR_COMPONENTS_S = 60.0


def subscriptions_of(service: Any) -> list[Subscription]:
    """Return what a service class reads, from its own handlers: there is no second list."""
    return [
        entrypoint.subscription(service.name)
        for _, method in inspect.getmembers(service, inspect.isfunction)
        for entrypoint in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ())
        if isinstance(entrypoint, Handler)
    ]


def declare_topology(
    settings: Settings, subscriptions: list[Subscription], mailroom: Mailroom | None = None
) -> None:
    """Declare every exchange of the catalogue and these queues."""
    mailroom = mailroom or Mailroom(settings)
    sources = sorted({kind.source for kind in all_types()})
    delay_ms = settings.retry_delay_ms
    old_delays = mailroom.other_delays(delay_queue_name(delay_ms))
    declare(settings.amqp_uri, sources, subscriptions, delay_ms, old_delays)
    mailroom.remember_queues(sub.queue for sub in subscriptions)


def run(classes: list[Any], settings: Settings) -> None:
    """Run until SIGTERM; ends non-zero when topology or settings are wrong or a container dies."""
    names = [cls.name for cls in classes]
    for cls in classes:
        _check_required(cls, settings)
    set_up("+".join(names), settings.log_level)
    mailroom = Mailroom(settings)
    _wait_for_components(settings, mailroom, [s for c in classes for s in subscriptions_of(c)])
    runner = ServiceRunner(
        {
            "AMQP_URI": settings.amqp_uri,
            "HEARTBEAT": 20,
            "max_workers": 100,
            "anydoor": settings,
            "mailroom": mailroom,
        }
    )
    for cls in classes:
        runner.add_service(cls)
    for how in (signal.SIGTERM, signal.SIGINT):
        signal.signal(how, lambda *_: eventlet.spawn_n(runner.stop))
    runner.start()
    serve_health(settings, "+".join(names), lambda: _health(runner, mailroom))
    log.info("ready")
    waiter = eventlet.spawn(runner.wait)
    while True:
        try:
            waiter.wait()
        except InterruptedError:
            continue
        return


def _check_required(service: Any, settings: Settings) -> None:
    """A service class may say, in `requires`, which settings it cannot do without, and why."""
    for name, meaning in getattr(service, "requires", {}).items():
        if not getattr(settings, name):
            raise WrongSettings(f"{name.upper()} must be {meaning}")


def _wait_for_components(
    settings: Settings, mailroom: Mailroom, subscriptions: list[Subscription]
) -> None:
    """Declare the topology; the broker and the database may come up a little after us."""
    until = time.monotonic() + WAIT_FOR_COMPONENTS_S
    while True:
        try:
            declare_topology(settings, subscriptions, mailroom)
            mailroom.prepare()
        except (OSError, amqp.AMQPError, PyMongoError) as error:
            if time.monotonic() > until:
                raise SystemExit(
                    f"no connection to RabbitMQ or MongoDB: {type(error).__name__}; "
                    "check AMQP_URI and MONGO_URI"
                ) from None
            time.sleep(0.5)
        else:
            return


def _health(runner: ServiceRunner, mailroom: Mailroom) -> dict[str, Any]:
    """Well means: every consumer is connected. What is parked is told, an operator decides."""
    consumers = [
        extension
        for container in runner.containers
        for extension in container.subextensions
        if isinstance(extension, ReliableConsumer)
    ]
    connected = all(consumer.is_connected for consumer in consumers)
    prefixes = "|".join(container.service_name for container in runner.containers)
    parked = mailroom.parked.count_documents({"queue": {"$regex": f"^({prefixes})\\."}})
    return {"ok": connected, "connected": connected, "parked": parked}

"""`python -m services.topology`: declare every exchange and queue; `--check` lists the orphans.

The queues are those the services' own handlers ask for, so there is no second list to forget.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from typing import Any

import amqp

from shared.events import all_types
from shared.messaging.mailroom import Mailroom
from shared.messaging.runner import declare_topology, subscriptions_of
from shared.messaging.topology import Subscription, waiting_in
from shared.settings import Settings, load

SERVICES = ("registry", "library", "tips", "referrals", "search", "subscriptions", "accounts")


def service_class(name: str) -> Any:
    """Return the service class of a name; SystemExit says which names there are."""
    if name not in SERVICES:
        raise SystemExit(f"no service {name!r}; there are {', '.join(SERVICES)}")
    module = importlib.import_module(f"services.{name}.entrypoints")
    for _, cls in inspect.getmembers(module, inspect.isclass):
        if cls.__module__ == module.__name__ and getattr(cls, "name", None) == name:
            return cls
    raise SystemExit(f"{module.__name__} has no class with name = {name!r}")


def all_subscriptions() -> list[Subscription]:
    """Return what all services read."""
    return [sub for name in SERVICES for sub in subscriptions_of(service_class(name))]


def unread() -> list[str]:
    """Return the events that no service reads."""
    read = {sub.event for sub in all_subscriptions()}
    return [kind.name for kind in all_types() if kind.name not in read]


def orphans(settings: Settings) -> list[tuple[str, int]]:
    """Return queues an older version left behind that still exist, with what waits in them."""
    mailroom = Mailroom(settings)
    wanted = {sub.queue for sub in all_subscriptions()}
    old = [name for name in mailroom.known_queues() if name not in wanted]
    left = waiting_in(settings.amqp_uri, old)
    for name in [name for name in old if left[name] is None]:
        mailroom.forget_queue(name)
    return [(name, count) for name, count in left.items() if count is not None]


def main(arguments: list[str]) -> None:
    """Declare, or with --check report: exits 1 when an event has no reader or a queue no owner."""
    settings = load()
    try:
        declare_topology(settings, all_subscriptions())
    except (OSError, amqp.AMQPError) as error:
        raise SystemExit(f"no connection to RabbitMQ: {type(error).__name__}") from None
    if arguments != ["--check"]:
        print(f"topology: {len(all_subscriptions())} queues declared")
        return
    wrong = [f"event {name} has no reader" for name in unread()]
    wrong += [f"queue {name} has no owner; {n} messages wait" for name, n in orphans(settings)]
    print("\n".join(wrong) or f"topology: {len(all_subscriptions())} queues, no orphans")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1:])

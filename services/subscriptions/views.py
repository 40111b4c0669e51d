"""What an agency is shown of its subscriptions, deliveries and feed."""

from __future__ import annotations

from typing import Any

import msgspec

from services.subscriptions.domain import as_cloud_event, queue_of

Json = dict[str, Any]


def of_subscription(order: Json, waiting: int, failing: int) -> Json:
    """Return a subscription; `waiting` and `failing` count streams with something to bring."""
    return {
        "subscription": order["_id"],
        "kind": order["kind"],
        "events": order["events"],
        "url": order["url"],
        "queue": queue_of(order["agency"]) if order["kind"] == "queue" else "",
        "state": order["state"],
        "since": order["at"],
        "waiting": waiting,
        "failing": failing,
    }


def of_delivery(delivery: Json) -> Json:
    """Return a delivery with its latest attempts: when, and the status or code of each."""
    shown = ("event", "type", "time", "state", "attempts", "tried")
    _subscription, _source, stream = delivery["lane"].split(":", 2)
    return {**{name: delivery[name] for name in shown}, "stream": stream}


def of_feed(deliveries: list[Json], events: dict[str, Json], position: int) -> Json:
    """Return a page of a feed; `next` is what to ask after, the same when nothing is new."""
    return {
        "events": [msgspec.to_builtins(as_cloud_event(events[one["event"]])) for one in deliveries],
        "next": str(deliveries[-1]["position"] if deliveries else position),
    }

"""The subscriptions service in memory: its own checks and views, no broker, no webhooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from services.subscriptions import domain, views
from shared import addresses
from shared.errors import Invalid

Json = dict[str, Any]


class FakeSubscriptions:
    """Orders in a dict; `events` is what the feed of every agency holds."""

    def __init__(self, claims: Any, coordinator: str) -> None:
        self.claims, self.coordinator = claims, coordinator
        self.orders: dict[str, Json] = {}
        self.events: list[Json] = []
        self.replayed: list[Json] = []
        self.tried: list[Json] = []

    def answers(self) -> dict[str, Callable[..., Any]]:
        """Return what stands behind each call."""
        names = ("subscribe", "subscriptions", "end", "feed", "deliveries", "replay")
        return {f"subscriptions.{name}": getattr(self, name) for name in names}

    def subscribe(self, **told: Any) -> Json:
        at = datetime.now(UTC)
        order = domain.new_subscription(**told, at=at, coordinator=self.coordinator)
        if order["kind"] == "webhook":
            addresses.parse(order["url"], allow_loopback=True)
            claim = self.claims.get(order["claim"])
            if claim is None or claim.kind != "webhook":
                raise Invalid("claim", "is not a webhook's secret", "keep the secret first")
        self.orders.setdefault(order["_id"], order)
        return _shown(order)

    def subscriptions(self, agency: str) -> list[Json]:
        return [_shown(one) for one in self.orders.values() if one["agency"] == agency]

    def end(self, command_id: str, subscription: str, agency: str, actor: str) -> Json:
        order = domain.visible_to(self.orders.get(subscription), agency)
        domain.check_may_end(order, command_id)
        self.orders[subscription] = order = {**order, "state": "ended", "ended_by": command_id}
        return _shown(order)

    def feed(self, agency: str, after: str = "", limit: int = 100) -> Json:
        begin, size = domain.position_of(after), domain.page(limit)
        found = self.events[begin : begin + size]
        return {"events": found, "next": str(begin + len(found))}

    def deliveries(self, agency: str, subscription: str) -> list[Json]:
        domain.visible_to(self.orders.get(subscription), agency)
        return self.tried

    def replay(
        self, command_id: str, subscription: str, after: str, agency: str, actor: str
    ) -> Json:
        order = domain.visible_to(self.orders.get(subscription), agency)
        domain.check_may_replay(order, datetime.fromisoformat(after))
        self.replayed.append({"subscription": subscription, "after": after})
        return _shown(order)


def _shown(order: Json) -> Json:
    shown = views.of_subscription(order, 0, 0)
    return {**shown, "since": shown["since"].isoformat()}

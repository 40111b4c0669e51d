"""The subscriptions themselves."""

from __future__ import annotations

from typing import Any

from services.subscriptions import domain
from shared.errors import Conflict
from shared.storage.mongo import Db

Json = dict[str, Any]


class StandingOrders:
    """What agencies have ordered."""

    def __init__(self, db: Db) -> None:
        self._rows = db["subscriptions"]

    def prepare(self) -> None:
        """Make the indexes."""
        self._rows.create_index([("agency", 1), ("at", 1)])
        self._rows.create_index("state")

    def add(self, wanted: Json) -> Json:
        """Keep a subscription and return it; Conflict when its command was used for another."""
        active = {"agency": wanted["agency"], "state": "active", "_id": {"$ne": wanted["_id"]}}
        if self._rows.count_documents(active) >= domain.MOST_SUBSCRIPTIONS:
            raise Conflict("agency", "has too many subscriptions", "end one first")
        self._rows.update_one({"_id": wanted["_id"]}, {"$setOnInsert": wanted}, upsert=True)
        known = self._rows.find_one({"_id": wanted["_id"]}) or wanted
        domain.check_same(known, wanted)
        return known

    def get(self, id: str) -> Json | None:
        """Return a subscription, or None."""
        return self._rows.find_one({"_id": id})

    def of(self, agency: str) -> list[Json]:
        """Return an agency's subscriptions, oldest first."""
        return list(self._rows.find({"agency": agency}).sort("at", 1))

    def active(self) -> list[Json]:
        """Return every subscription that is not ended."""
        return list(self._rows.find({"state": "active"}))

    def end(self, id: str, command_id: str) -> None:
        """Mark it ended, by the first command that says so."""
        ended = {"$set": {"state": "ended", "ended_by": command_id}}
        self._rows.update_one({"_id": id, "state": "active"}, ended)

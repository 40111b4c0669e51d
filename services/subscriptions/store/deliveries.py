"""The deliveries: one document for each event and subscription, whatever became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from services.subscriptions.domain import GIVE_UP_AFTER
from shared.storage.group import Grouped
from shared.storage.mongo import Db, duplicates

Json = dict[str, Any]
TRIES_SHOWN = 20
SHOWN = 200


class Deliveries:
    """What is to be brought, was brought, or could not be."""

    def __init__(self, db: Db) -> None:
        self.rows = db["deliveries"]
        self._marks: Grouped[UpdateOne, None] = Grouped(self._mark_group)

    def prepare(self) -> None:
        """Make the indexes."""
        self.rows.create_index(
            [("lane", 1), ("version", 1)],
            name="pending",
            partialFilterExpression={"state": "pending"},
        )
        self.rows.create_index([("subscription", 1), ("time", -1)])

    def add(self, deliveries: Sequence[Json], at: datetime) -> None:
        """Keep deliveries, each once."""
        if not deliveries:
            return
        try:
            self.rows.insert_many([{**one, "since": at} for one in deliveries], ordered=False)
        except BulkWriteError as error:
            duplicates(error)

    def pending(self, lane: str, limit: int = 20) -> list[Json]:
        """Return what is next on a lane, in the stream's order."""
        where = {"lane": lane, "state": "pending"}
        return list(self.rows.find(where).sort("version", 1).limit(limit))

    def brought(self, id: str, at: datetime, code: str) -> None:
        """Mark a delivery as acknowledged by its receiver."""
        done = {"state": "delivered", "delivered_at": at}
        self._marks.put(UpdateOne({"_id": id}, {"$set": done, **_tried(at, code)}))

    def not_brought(self, id: str, lane: str, at: datetime, code: str) -> None:
        """Note a failed attempt; what has waited on this lane for three days is given up."""
        self.rows.update_one({"_id": id}, _tried(at, code))
        too_old = {"lane": lane, "state": "pending", "since": {"$lte": at - GIVE_UP_AFTER}}
        self.rows.update_many(too_old, {"$set": {"state": "failed"}})

    def _mark_group(self, writes: Sequence[UpdateOne]) -> list[None]:
        self.rows.bulk_write(list(writes), ordered=False)
        return [None] * len(writes)

    def of(self, subscription: str) -> list[Json]:
        """Return a subscription's deliveries, newest first."""
        found = self.rows.find({"subscription": subscription})
        return list(found.sort([("time", -1), ("version", -1)]).limit(SHOWN))

    def again(
        self, subscription: str, after: datetime, command_id: str, at: datetime
    ) -> list[tuple[str, str]]:
        """Make what happened since `after` pending again, once per command; return the lanes."""
        where = {
            "subscription": subscription,
            "time": {"$gte": after},
            "state": {"$in": ["delivered", "failed"]},
            "replayed_by": {"$ne": command_id},
        }
        fresh = {"state": "pending", "since": at, "replayed_by": command_id}
        self.rows.update_many(where, {"$set": fresh})
        waiting = {"subscription": subscription, "state": "pending"}
        return [(lane, subscription) for lane in self.rows.distinct("lane", waiting)]

    def cancel(self, subscription: str) -> None:
        """Give up everything of a subscription that is still to be brought."""
        mine = {"subscription": subscription, "state": "pending"}
        self.rows.update_many(mine, {"$set": {"state": "cancelled"}})


def _tried(at: datetime, code: str) -> Json:
    tried = {"$each": [{"at": at, "code": code}], "$slice": -TRIES_SHOWN}
    return {"$inc": {"attempts": 1}, "$push": {"tried": tried}}

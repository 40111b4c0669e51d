"""Lanes: one stream on its way to one subscription, worked on by one instance at a time.

A lane is there while something is to be sent on it. Its lease keeps a second instance from
sending the same; when its holder dies, the lease ends and another goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument, UpdateOne

from shared.storage.mongo import CHEAP, Db, upsert_each

Json = dict[str, Any]
BEFORE_ALL_TIME = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Lane:
    """A lane as its holder has it. `turn` grows with each arming, so no arming is missed."""

    id: str
    subscription: str
    turn: int
    failures: int
    until: datetime


class Lanes:
    """The lanes on which something is to be sent. `holder` is this instance's name."""

    def __init__(self, db: Db, holder: str) -> None:
        self._rows = db["lanes"]
        # A lease, or what becomes of it, may be lost: that is a second look, or a second sending.
        self._cheap = db.get_collection("lanes", write_concern=CHEAP)
        self._holder = holder

    def prepare(self) -> None:
        """Make the indexes."""
        self._rows.create_index([("subscription", 1), ("due_at", 1)])

    def arm(self, lanes: Iterable[tuple[str, str]], at: datetime, *, now: bool = False) -> None:
        """Put lanes (id, subscription) on; one that waits after a failure goes on waiting.

        With `now` it does not wait any longer.
        """
        fresh = {"due_at": at, "lease_until": BEFORE_ALL_TIME, "failures": 0}
        at_once = {"due_at": at} if now else {}
        first = {name: value for name, value in fresh.items() if name not in at_once}
        writes = [
            UpdateOne(
                {"_id": id},
                {
                    "$set": {"subscription": subscription, **at_once},
                    "$setOnInsert": first,
                    "$inc": {"turn": 1},
                },
                upsert=True,
            )
            for id, subscription in sorted(set(lanes))
        ]
        upsert_each(self._rows, writes)

    def subscriptions(self) -> list[str]:
        """Return the subscriptions with something on a lane, due or not."""
        found: list[str] = self._rows.distinct("subscription")
        return found

    def take(self, subscription: str, at: datetime, until: datetime, limit: int) -> list[Lane]:
        """Lease lanes of a subscription, those due longest first, and return them."""
        free = {"due_at": {"$lte": at}, "lease_until": {"$lte": at}}
        due = self._rows.find({"subscription": subscription, **free}, {"_id": 1})
        ids = [row["_id"] for row in due.sort("due_at", 1).limit(limit)]
        if not ids:
            return []
        ours = {"holder": self._holder, "lease_until": until}
        self._cheap.update_many({"_id": {"$in": ids}, **free}, {"$set": ours})
        return [_lane(row) for row in self._rows.find({"_id": {"$in": ids}, **ours})]

    def keep(self, lane: Lane, until: datetime) -> Lane | None:
        """Renew the lease and return the lane as it is now, None when it is not ours any more."""
        row = self._cheap.find_one_and_update(
            {"_id": lane.id, "holder": self._holder},
            {"$set": {"lease_until": until}},
            return_document=ReturnDocument.AFTER,
        )
        return None if row is None else _lane(row)

    def finish(self, lane: Lane) -> bool:
        """Take the lane off; False when something was put on it meanwhile, or it is not ours."""
        same = {"_id": lane.id, "holder": self._holder, "turn": lane.turn}
        return self._cheap.delete_one(same).deleted_count == 1

    def later(self, lane: Lane, failures: int, due_at: datetime) -> None:
        """Give the lane back, to be tried again at `due_at`."""
        self._cheap.update_one(
            {"_id": lane.id, "holder": self._holder},
            {
                "$set": {"due_at": due_at, "failures": failures, "lease_until": BEFORE_ALL_TIME},
                "$unset": {"holder": ""},
            },
        )

    def failing(self, subscription: str) -> tuple[int, int]:
        """Return how many lanes of a subscription have work, and how many of them fail."""
        mine = {"subscription": subscription}
        failing = self._rows.count_documents({**mine, "failures": {"$gt": 0}})
        return self._rows.count_documents(mine), failing

    def drop(self, subscription: str) -> None:
        """Take all lanes of a subscription off."""
        self._rows.delete_many({"subscription": subscription})


def _lane(row: Json) -> Lane:
    return Lane(row["_id"], row["subscription"], row["turn"], row["failures"], row["lease_until"])

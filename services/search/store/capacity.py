"""What the outside may know of each service's capacity: a code and when an agency told it.

Kept apart from the documents, because it changes many times a day and is laid over a page when the
page is made; the index never holds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from services.search.store.revisions import Revision
from shared.storage.mongo import Db, upsert_each

Json = dict[str, Any]


@dataclass(frozen=True)
class CapacityNews:
    """What one event says. `version` counts the events of its stream; `is_report` means a person
    of the agency looked: a reservation changes the code, not the time it was checked."""

    service: str
    outward: str
    version: int
    at: datetime
    is_report: bool


class Capacities:
    """The newest news of each service."""

    def __init__(self, db: Db) -> None:
        self.rows = db["capacity"]

    def prepare(self) -> None:
        """Make the index."""
        self.rows.create_index("revision")

    def put(self, revision: Revision, news: Iterable[CapacityNews]) -> None:
        """Write news, each only over older ones."""
        writes = []
        for one in sorted(news, key=lambda one: one.version):
            told: Json = {"outward": one.outward, "version": one.version}
            changes: Json = {"$set": {**told, "revision": revision.number}}
            moment = {"updated_at": one.at.isoformat(timespec="milliseconds")}
            changes["$max" if one.is_report else "$setOnInsert"] = moment
            guard = {"_id": one.service, "version": {"$lt": one.version}}
            writes.append(UpdateOne(guard, changes, upsert=True))
        upsert_each(self.rows, writes)

    def put_first(self, revision: Revision, told: dict[str, Json]) -> None:
        """Take what cards say about services of which no event was read yet."""
        upsert_each(
            self.rows,
            [
                UpdateOne(
                    {"_id": service},
                    {
                        "$setOnInsert": {
                            "outward": capacity.get("outward", "unknown"),
                            "updated_at": capacity.get("updated_at", ""),
                            "version": 0,
                            "revision": revision.number,
                        }
                    },
                    upsert=True,
                )
                for service, capacity in told.items()
            ],
        )

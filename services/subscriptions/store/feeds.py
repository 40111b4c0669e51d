"""Feeds: an agency's events in one line, read page by page.

A position is given only when all before it are on disk (a unique index says so), so a reader who
has seen position 7 will never miss a 6 that comes later.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from shared.storage.group import Grouped
from shared.storage.mongo import Db, duplicates

Json = dict[str, Any]


class Feeds:
    """Positions in agencies' feeds."""

    def __init__(self, db: Db) -> None:
        self._rows = db["deliveries"]
        self._places: Grouped[Json, bool] = Grouped(self._place_group)

    def prepare(self) -> None:
        """Make the indexes."""
        self._rows.create_index(
            [("agency", 1), ("position", 1)],
            unique=True,
            partialFilterExpression={"position": {"$exists": True}},
        )

    def place(self, delivery: Json) -> bool:
        """Put a delivery at the end of its agency's feed; False when another came in between."""
        return self._places.put(delivery)

    def after(self, agency: str, position: int, limit: int) -> list[Json]:
        """Return the deliveries after a position, in order."""
        where = {"agency": agency, "position": {"$gt": position}}
        return list(self._rows.find(where).sort("position", 1).limit(limit))

    def _place_group(self, deliveries: Sequence[Json]) -> list[bool]:
        """Say, for each delivery, whether it has its place.

        The last place is read before who has none yet: so whoever is given one meanwhile, by
        another instance, has a later place, and no number is ever left out.
        """
        last = {agency: self._last(agency) for agency in {one["agency"] for one in deliveries}}
        agencies = {one["_id"]: one["agency"] for one in deliveries}
        placed = {"_id": {"$in": list(agencies)}, "position": {"$exists": True}}
        has_place = {row["_id"] for row in self._rows.find(placed, {"_id": 1})}
        waiting = [id for id in agencies if id not in has_place]
        writes = []
        for id in waiting:
            last[agencies[id]] += 1
            unplaced = {"_id": id, "position": {"$exists": False}}
            writes.append(UpdateOne(unplaced, {"$set": {"position": last[agencies[id]]}}))
        try:
            if writes:
                self._rows.bulk_write(writes, ordered=True)
        except BulkWriteError as error:
            waiting = waiting[: duplicates(error)[0]["index"]]
        has_place.update(waiting)
        return [one["_id"] in has_place for one in deliveries]

    def _last(self, agency: str) -> int:
        where = {"agency": agency, "position": {"$exists": True}}
        row = self._rows.find_one(where, {"position": 1}, sort=[("position", -1)])
        return int(row["position"]) if row else 0

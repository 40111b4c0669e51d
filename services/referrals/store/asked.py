"""What was asked for, a row a need: codes and a month, and not which client."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from services.referrals.gaps import Count, Filters
from shared.storage.mongo import Db, duplicates

Json = dict[str, Any]
#: The one row that is no need: it has no month, so no report finds it.
WHOLE = "whole"


class Asked:
    """The needs that were asked for. A need has one row, so an event counts once however often
    and in whatever order it comes."""

    def __init__(self, db: Db) -> None:
        self._asked = db["asked"]

    def prepare(self) -> None:
        """Make the index; safe to call at every start."""
        self._asked.create_index("month")

    def keep(self, rows: Iterable[tuple[str, Json, bool]]) -> None:
        """Keep needs: id, codes with the month it was first heard of, whether it is now unmet."""
        writes = [
            UpdateOne(
                {"_id": need},
                {"$min": {"month": codes["month"]}, "$max": {"unmet": unmet}}
                | {"$setOnInsert": {key: codes[key] for key in codes if key != "month"}},
                upsert=True,
            )
            for need, codes, unmet in rows
        ]
        if not writes:
            return
        try:
            self._asked.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            duplicates(error)
            self._asked.bulk_write(writes, ordered=False)  # another instance made the row

    def is_whole(self) -> bool:
        """Say whether everything that happened before was counted."""
        return self._asked.find_one({"_id": WHOLE}) is not None

    def told_whole(self) -> None:
        """Remember that it is; the mark goes when the collection goes."""
        self._asked.update_one({"_id": WHOLE}, {"$set": {"is_whole": True}}, upsert=True)

    def count(self, filters: Filters) -> list[Count]:
        """Return how often each need was asked for, by the groups of the split."""
        months = {"$gte": filters.first, **({"$lte": filters.last} if filters.last else {})}
        where: Json = {"month": months}
        where |= {"area": filters.area} if filters.area else {}
        where |= {"need_type": filters.need} if filters.need else {}
        group = f"${filters.split}" if filters.split else ""
        found = self._asked.aggregate(
            [
                {"$match": where},
                {
                    "$group": {
                        "_id": {"need": "$need_type", "group": group},
                        "asked": {"$sum": 1},
                        "unmet": {"$sum": {"$cond": ["$unmet", 1, 0]}},
                    }
                },
            ]
        )
        return [
            Count(row["_id"]["need"], row["_id"]["group"], row["asked"], row["unmet"])
            for row in found
        ]

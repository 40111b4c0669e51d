"""Numbers for changes that a reader can follow without ever missing one.

A writer opens a number, fetches, writes with it and closes it. Whoever opened later also fetched
later, so of two writes the higher number is the newer truth. A reader is only shown numbers below
every one that is still open, so nothing appears behind its back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument

from shared.clock import Clock
from shared.errors import Conflict
from shared.ids import new_id
from shared.storage.mongo import Db

#: A number open for longer belongs to a writer that is gone; one older than this must not write.
GIVEN_UP_AFTER = timedelta(seconds=60)
WRITE_WITHIN = timedelta(seconds=40)


@dataclass(frozen=True)
class Revision:
    """An open number."""

    number: int
    opened_at: datetime


class Revisions:
    """The numbers of one database. `epoch` changes when the database was made anew."""

    def __init__(self, db: Db, clock: Clock) -> None:
        self._rows = db["revisions"]
        self._clock = clock

    @contextmanager
    def open(self) -> Iterator[Revision]:
        """Give a number for the length of a with-block."""
        at = self._clock()
        still_open = {
            "$filter": {"input": "$open", "cond": {"$gt": ["$$this.at", at - GIVEN_UP_AFTER]}}
        }
        row: Any = self._rows.find_one_and_update(
            {"_id": "last"},
            [
                {"$set": {"last": {"$add": [{"$ifNull": ["$last", 0]}, 1]}}},
                {"$set": {"epoch": {"$ifNull": ["$epoch", new_id()]}}},
                {"$set": {"open": {"$ifNull": [still_open, []]}}},
                {"$set": {"open": {"$concatArrays": ["$open", [{"n": "$last", "at": at}]]}}},
            ],
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        try:
            yield Revision(row["last"], at)
        finally:
            self._rows.update_one({"_id": "last"}, {"$pull": {"open": {"n": row["last"]}}})

    def check(self, revision: Revision) -> None:
        """Raise Conflict when a number is too old to write with: readers may have passed it."""
        if self._clock() - revision.opened_at > WRITE_WITHIN:
            raise Conflict("revision", "took too long", "do it again")

    def visible(self) -> tuple[str, int]:
        """Return the epoch and the highest number a reader may go to; ("", 0) when all is new."""
        row = self._rows.find_one({"_id": "last"})
        if row is None:
            return "", 0
        oldest = self._clock() - GIVEN_UP_AFTER
        numbers = [one["n"] for one in row["open"] if one["at"] > oldest]
        return row["epoch"], min(numbers) - 1 if numbers else row["last"]

"""A lease in MongoDB, so that of several instances one does a job at a time."""

from __future__ import annotations

from datetime import timedelta

from pymongo.errors import DuplicateKeyError

from shared.clock import Clock
from shared.storage.mongo import Db


class Lease:
    """Held by one `holder` for `seconds` after each successful `hold()`.

    Two holders at once (clocks that differ, a long pause) must be harmless to what it guards: it
    spares work, it does not guarantee correctness.
    """

    def __init__(self, db: Db, name: str, holder: str, seconds: float, clock: Clock) -> None:
        self._leases = db["leases"]
        self._name = name
        self._holder = holder
        self._for = timedelta(seconds=seconds)
        self._clock = clock

    def hold(self) -> bool:
        """Take or renew the lease and say whether it is ours now."""
        at = self._clock()
        free = {"$or": [{"holder": self._holder}, {"until": {"$lt": at}}]}
        ours = {"$set": {"holder": self._holder, "until": at + self._for}}
        try:
            self._leases.update_one({"_id": self._name, **free}, ours, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    def drop(self) -> None:
        """Give the lease back at once, as a clean stop does."""
        self._leases.delete_one({"_id": self._name, "holder": self._holder})

"""A lease in MongoDB, so that of several instances one does a job at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from shared.clock import Clock
from shared.errors import Conflict
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
        self._held_at: datetime | None = None

    def hold(self) -> bool:
        """Take or renew the lease and say whether it is ours now."""
        at = self._clock()
        free = {"$or": [{"holder": self._holder}, {"until": {"$lt": at}}]}
        ours = {"$set": {"holder": self._holder, "until": at + self._for}}
        try:
            self._leases.update_one({"_id": self._name, **free}, ours, upsert=True)
        except DuplicateKeyError:
            self._held_at = None
            return False
        self._held_at = at
        return True

    def keep(self) -> None:
        """Renew the lease at a third of its time; Conflict when another holds it by now."""
        at = self._held_at
        if (at is None or self._clock() - at > self._for / 3) and not self.hold():
            raise Conflict(self._name, "was taken over by another", "try again in a minute")

    def drop(self) -> None:
        """Give the lease back at once, as a clean stop does."""
        self._leases.delete_one({"_id": self._name, "holder": self._holder})

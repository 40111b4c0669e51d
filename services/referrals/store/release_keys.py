"""The data keys of releases, one a release, in a database of their own.

An envelope without its key is noise, so what ends a release is deleting one small document here.
That holds only while no copy of this database is kept: it is left out of every backup
(docs/decisions/0010-releases.md).
"""

from __future__ import annotations

from datetime import datetime

from shared.crypto.sealing import new_identity
from shared.storage.mongo import Db


class ReleaseKeys:
    """Keys that nobody but this service reads, each gone at its moment."""

    def __init__(self, db: Db) -> None:
        self._keys = db["keys"]

    def prepare(self) -> None:
        """Make the index; with this service down, MongoDB itself deletes keys within a minute."""
        self._keys.create_index("until", expireAfterSeconds=0)

    def make(self, release: str, until: datetime) -> str:
        """Make a release's key and return what is sealed to it; the same release, the same key."""
        identity, recipient = new_identity()
        fresh = {"identity": identity, "recipient": recipient, "until": until, "is_given": False}
        self._keys.update_one({"_id": release}, {"$setOnInsert": fresh}, upsert=True)
        row = self._keys.find_one({"_id": release})
        return str(row["recipient"]) if row else ""

    def keep(self, release: str, until: datetime) -> None:
        """Keep a key until the release ends; one that is kept already stays as it is."""
        told = {"$set": {"until": until, "is_given": True}}
        self._keys.update_one({"_id": release, "is_given": False}, told)

    def identity(self, release: str, at: datetime) -> str:
        """Return the key, "" when it is destroyed or its time is over."""
        row = self._keys.find_one({"_id": release, "until": {"$gt": at}})
        return str(row["identity"]) if row else ""

    def destroy(self, release: str) -> None:
        """Delete a key; once more is nothing."""
        self._keys.delete_one({"_id": release})

    def destroy_over(self, at: datetime) -> None:
        """Delete every key whose time is over, those of releases never given too."""
        self._keys.delete_many({"until": {"$lte": at}})

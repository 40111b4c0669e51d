"""The verifiers of stream codes: what shows that a code is a client's, and never the code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from shared.errors import NotFound
from shared.storage.claims import Claim
from shared.storage.group import Grouped
from shared.storage.mongo import Db, duplicates

Json = dict[str, Any]
FIELDS = ("locator", "salt", "verifier")


class Codes:
    """One code a stream, found by its keyed locator."""

    def __init__(self, db: Db) -> None:
        self._codes = db["codes"]
        self._keeps: Grouped[tuple[str, Json], None] = Grouped(self._keep_group)

    def prepare(self) -> None:
        """Make the index; safe to call at every start."""
        self._codes.create_index("locator")

    def keep(self, stream: str, claim: Claim | None) -> None:
        """Keep what a claim says of the stream's code; the same again changes nothing.

        Raises NotFound when the claim is not there (yet).
        """
        if claim is None:
            raise NotFound("claim", "is not here yet", "try again later")
        private = claim.private
        if "verifier" in private:  # else she has another code by now
            self._keeps.put((stream, {field: str(private[field]) for field in FIELDS}))

    def replace(self, stream: str, claim: Claim) -> None:
        """Keep what a claim says of the stream's code in place of the one before."""
        private = {field: str(claim.private[field]) for field in FIELDS}
        self._codes.update_one({"_id": stream}, {"$set": private}, upsert=True)

    def verifiers(self, locator: str) -> list[Json]:
        """Return the codes that may be the one a client holds: stream, salt and verifier."""
        found = self._codes.find({"locator": locator}, limit=20)
        return [
            {"stream": row["_id"], "salt": row["salt"], "verifier": row["verifier"]}
            for row in found
        ]

    def _keep_group(self, items: Sequence[tuple[str, Json]]) -> list[None]:
        writes = [
            UpdateOne({"_id": stream}, {"$setOnInsert": private}, upsert=True)
            for stream, private in items
        ]
        try:
            self._codes.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            duplicates(error)  # another instance kept it at the same moment
        return [None] * len(items)

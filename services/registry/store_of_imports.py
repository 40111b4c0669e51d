"""What became of the last imports, in MongoDB.

Only the agency that coordinates the network reads it. It can be lost: the files tell it again.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from pymongo import ReplaceOne

from services.registry.domain import Json, written
from services.registry.import_log import (
    MOST_IMPORTS,
    MOST_REMARKS,
    FileSums,
    Kinds,
    Remark,
    told,
)
from shared.clock import Clock
from shared.errors import NotAllowed, NotFound
from shared.storage.mongo import Db


class ImportLog:
    """The last MOST_IMPORTS imports, each with its first MOST_REMARKS remarks."""

    def __init__(self, db: Db, coordinator: str, clock: Clock) -> None:
        self._imports = db["imports"]
        self._remarks = db["import_remarks"]
        self._coordinator = coordinator
        self._clock = clock

    def prepare(self) -> None:
        """Make the index; safe to call at every start."""
        self._remarks.create_index([("import", 1), ("number", 1)])

    def begin(
        self,
        id: str,
        source: str,
        files: Sequence[FileSums],
        kinds: Kinds,
        remarks: int,
    ) -> None:
        """Keep the sums of an import, once; the oldest one goes when there are too many."""
        row = {
            "source": source,
            "at": written(self._clock()),
            "files": msgspec.to_builtins(files),
            "kinds": msgspec.to_builtins(kinds),
            "remarks": remarks,
        }
        self._imports.update_one({"_id": id}, {"$setOnInsert": row}, upsert=True)
        newest = self._imports.find({}, {"_id": 1}).sort([("at", -1), ("_id", -1)])
        kept = [one["_id"] for one in newest.limit(MOST_IMPORTS)]
        self._imports.delete_many({"_id": {"$nin": kept}})
        self._remarks.delete_many({"import": {"$nin": kept}})

    def add(self, id: str, first: int, remarks: Sequence[Remark]) -> int:
        """Keep remarks of an import by their numbers from `first`; return how many were kept."""
        self._must_be_known(id)
        rows = [
            {"_id": f"{id}:{number}", "import": id, "number": number, **told(one)}
            for number, one in enumerate(remarks, first)
            if number < MOST_REMARKS
        ]
        if rows:
            self._remarks.bulk_write([ReplaceOne({"_id": r["_id"]}, r, upsert=True) for r in rows])
        return len(rows)

    def all(self, agency: str) -> list[Json]:
        """Return the imports, the newest first."""
        self._must_coordinate(agency)
        found = self._imports.find().sort([("at", -1), ("_id", -1)]).limit(MOST_IMPORTS)
        return [_named(row) for row in found]

    def one(self, agency: str, id: str, first: int, size: int) -> Json:
        """Return an import with `size` of its remarks from number `first`, and how many it has."""
        self._must_coordinate(agency)
        row = self._must_be_known(id)
        where = {"import": id, "number": {"$gte": first, "$lt": first + size}}
        found = self._remarks.find(where, {"_id": 0, "import": 0}).sort("number", 1)
        kept = self._remarks.count_documents({"import": id})
        return {**_named(row), "kept": kept, "page": list(found)}

    def _must_be_known(self, id: str) -> Json:
        row = self._imports.find_one({"_id": id})
        if row is None:
            raise NotFound("import_id", "is none of the last imports", "import the files again")
        return row

    def _must_coordinate(self, agency: str) -> None:
        if not agency or agency != self._coordinator:
            raise NotAllowed("agency", "does not coordinate the network", "ask the one that does")


def _named(row: Json) -> Json:
    return {"import_id": row["_id"], **{name: row[name] for name in row if name != "_id"}}

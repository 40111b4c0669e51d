"""Connections to MongoDB: every write is acknowledged by a majority and on disk unless it says so.

A client must be made after eventlet's monkey_patch and never before a fork.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from msgspec.structs import replace
from pymongo import AsyncMongoClient, MongoClient, UpdateOne, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from shared.settings import Settings

Document = dict[str, Any]
Db = Database[Document]
AsyncDb = AsyncDatabase[Document]

#: What a person is told about is on disk at a majority of the replica set first.
DURABLE = WriteConcern(w="majority", j=True)
#: For what can be worked out again (marks, projections): losing it costs a repeat, never a fact.
CHEAP = WriteConcern(w=1)

DUPLICATE_KEY = 11_000

_OPTIONS: dict[str, Any] = {
    "tz_aware": True,
    "maxPoolSize": 120,
    "waitQueueTimeoutMS": 10_000,
    "serverSelectionTimeoutMS": 8_000,
    "connectTimeoutMS": 5_000,
    "socketTimeoutMS": 30_000,
    "retryWrites": True,
}


def connect(settings: Settings, program: str) -> Db:
    """Return the database of one program; nothing is sent until the first use."""
    client: MongoClient[Document] = MongoClient(
        settings.mongo_uri, appname=f"anydoor-{program}", **_OPTIONS
    )
    return client.get_database(f"{settings.mongo_prefix}_{program}", write_concern=DURABLE)


def connect_release_keys(settings: Settings) -> Db:
    """Return the database of the releases' keys, on a server of its own where one is named."""
    uri = settings.release_keys_uri or settings.mongo_uri
    return connect(replace(settings, mongo_uri=uri), "release_keys")


def connect_async(settings: Settings, program: str, **options: Any) -> AsyncDb:
    """Return the same for asyncio code. `options` are those of AsyncMongoClient."""
    client: AsyncMongoClient[Document] = AsyncMongoClient(
        settings.mongo_uri, appname=f"anydoor-{program}", **{**_OPTIONS, **options}
    )
    return client.get_database(f"{settings.mongo_prefix}_{program}", write_concern=DURABLE)


def duplicates(error: BulkWriteError) -> list[Document]:
    """Return the rows that were there already, each with its `index` in the batch.

    Raises the error when it is about anything else, be it only that the majority did not confirm.
    """
    details = cast(Any, error.details)
    rows: list[Document] = details["writeErrors"]
    if details["writeConcernErrors"] or any(row["code"] != DUPLICATE_KEY for row in rows):
        raise error
    return rows


def upsert_each(rows: Collection[Document], writes: Sequence[UpdateOne]) -> None:
    """Write each of these upserts, be it under a guard: `{"_id": id, "version": {"$lt": 7}}`.

    A guard that matches nothing inserts, so a duplicate key says that something newer is there and
    stays, or that another instance inserted in the same moment, maybe something older. Hence those
    are tried once more, on the row there is now.
    """
    again = list(writes)
    for _ in range(2):
        if not again:
            return
        try:
            rows.bulk_write(again, ordered=False)
            return
        except BulkWriteError as error:
            again = [again[row["index"]] for row in duplicates(error)]

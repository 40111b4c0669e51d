"""The journal: every event that was read, and how far each stream was dispatched.

An event waits until all before it in its stream are there. What a crash leaves half done is done
again with the same ids, so nothing is delivered twice for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from services.subscriptions.involvement import Progress
from shared.events import Event, to_data
from shared.messaging.envelope import Received
from shared.storage.mongo import Db, duplicates, upsert_each

Json = dict[str, Any]


class Journal:
    """Events by stream. A `key` is a program's name and a stream's id: "referrals:0198..."."""

    def __init__(self, db: Db) -> None:
        self._events = db["events"]
        self._progress = db["progress"]

    def prepare(self) -> None:
        """Make the indexes."""
        is_waiting = {"waiting": True}
        self._events.create_index(
            [("key", 1), ("version", 1)], name="waiting", partialFilterExpression=is_waiting
        )
        self._events.create_index(
            "logged_at", name="waiting since", partialFilterExpression=is_waiting
        )

    def append(self, happened: Sequence[Received[Event]], at: datetime) -> list[str]:
        """Keep events, each once, and return the keys of their streams."""
        rows = [_row(one, at) for one in happened]
        try:
            self._events.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            duplicates(error)
        return list({row["key"] for row in rows})

    def waiting(self, keys: list[str]) -> dict[str, list[Json]]:
        """Return the events that wait in these streams, by version."""
        found: dict[str, list[Json]] = defaultdict(list)
        where = {"key": {"$in": keys}, "waiting": True}
        for row in self._events.find(where).sort([("key", 1), ("version", 1)]):
            found[row["key"]].append(row)
        return dict(found)

    def waiting_since(self, before: datetime) -> list[str]:
        """Return the streams in which something waits since before a moment."""
        where = {"waiting": True, "logged_at": {"$lt": before}}
        rows = self._events.find(where, {"key": 1}).sort("logged_at", 1).limit(500)
        return list({row["key"] for row in rows})

    def progress(self, keys: list[str]) -> dict[str, Progress]:
        """Return how far streams were dispatched; one nobody began is not in it."""
        rows = self._progress.find({"_id": {"$in": keys}})
        return {
            row["_id"]: Progress(row["next"], row["parts"], tuple(row["holes"])) for row in rows
        }

    def advance(self, steps: dict[str, tuple[Progress | None, Progress]]) -> None:
        """Move streams on, never back: whoever read further in the same stream is right."""
        writes: list[UpdateOne] = []
        for key, (before, after) in steps.items():
            now = {"next": after.next, "parts": after.parts, "holes": list(after.holes)}
            if before is not None and before.next == after.next:  # what came late, or nothing new
                writes.append(UpdateOne({"_id": key, "next": after.next}, {"$set": now}))
            else:
                behind = {"_id": key, "next": {"$lt": after.next}}
                writes.append(UpdateOne(behind, {"$set": now}, upsert=True))
        upsert_each(self._progress, writes)

    def done(self, ids: list[str]) -> None:
        """Let events wait no more."""
        if ids:
            self._events.update_many({"_id": {"$in": ids}}, {"$unset": {"waiting": ""}})

    def events(self, ids: list[str]) -> dict[str, Json]:
        """Return events by id."""
        return {row["_id"]: row for row in self._events.find({"_id": {"$in": ids}})}


def _row(one: Received[Event], at: datetime) -> Json:
    return {
        "_id": one.id,
        "key": f"{one.source}:{one.stream}",
        "version": one.version,
        "type": one.type,
        "time": one.time,
        "data": to_data(one.data),
        "logged_at": at,
        "waiting": True,
    }

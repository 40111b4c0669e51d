"""The backbone's own records: what was handled, what is missing, what is parked.

Every event of a type has a number. A program keeps one bit a number it has handled, so a hole
shows what the broker lost even when the whole broker was wiped, and the source is asked for just
that. Losing a bit costs a duplicate, which every handler recognises; never a fact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pymongo import ReturnDocument, UpdateOne

from shared.clock import now
from shared.settings import Settings
from shared.storage.mongo import CHEAP, Db, Document, connect

WORD = 32
BLOCK = 1_024
#: Longer than any broker stays lost.
NUMBERS_KEPT = timedelta(days=90)


class Mailroom:
    """Reads and writes the backbone's database, which no program's own records are in."""

    def __init__(self, settings: Settings, db: Db | None = None) -> None:
        self.db = db if db is not None else connect(settings, "backbone")
        self.parked = self.db["parked"]
        self.asked = self.db["asked"]
        self.numbers = self.db["numbers"]
        self._lasts: dict[tuple[str, str], int] = {}
        self._full: dict[str, int] = {}
        self._alone = self.db["alone"]
        self._put_off = self.db.get_collection("put_off", write_concern=CHEAP)
        self._held = self.db.get_collection("held", write_concern=CHEAP)
        self._handled = self.db.get_collection("handled", write_concern=CHEAP)

    def prepare(self) -> None:
        """Make the indexes."""
        self.parked.create_index("queue")
        self.asked.create_index([("source", 1), ("state", 1)])
        self.numbers.create_index([("source", 1), ("type", 1), ("last", -1)])
        self._put_off.create_index("queue")
        self._put_off.create_index("until", expireAfterSeconds=3_600)
        self._held.create_index("at", expireAfterSeconds=600)

    # numbers, by the relay of the source

    def number(self, source: str, commits: Sequence[Document]) -> dict[str, int]:
        """Give each event of these commits the next number of its type, on disk before it is used.

        One row a type and call tells which commit has which number. A number is used once: when
        a commit is published again its events get new ones, and the old ones are void.
        """
        events = [(one["type"], one["id"], c["_id"]) for c in commits for one in c["events"]]
        rows: dict[str, Document] = {}
        numbers: dict[str, int] = {}
        for kind, event, commit in events:
            row = rows.get(kind)
            if row is None:
                first = self._last_of(source, kind) + 1
                row = {"_id": f"{source}:{kind}:{first}", "source": source, "type": kind}
                row |= {"first": first, "last": first - 1, "commits": [], "at": now()}
                rows[kind] = row
            row["last"] += 1
            row["commits"].append(commit)
            numbers[event] = row["last"]
        self.numbers.insert_many(list(rows.values()), ordered=False)
        self._lasts.update({(source, kind): row["last"] for kind, row in rows.items()})
        return numbers

    def forget_numbers(self) -> None:
        """After trouble: look up the last numbers again before giving out new ones."""
        self._lasts.clear()

    def _last_of(self, source: str, kind: str) -> int:
        known = self._lasts.get((source, kind))
        return self.last(source, kind) if known is None else known

    def last(self, source: str, kind: str) -> int:
        """Return the last number given to events of a type; 0 when there was none."""
        row = self.numbers.find_one({"source": source, "type": kind}, sort=[("last", -1)])
        return row["last"] if row else 0

    def prune(self, source: str) -> None:
        """Forget old numbers, but never the last of a type: counting goes on from there."""
        for kind in self.numbers.distinct("type", {"source": source}):
            old = {"source": source, "type": kind, "last": {"$lt": self.last(source, kind)}}
            self.numbers.delete_many(old | {"at": {"$lt": now() - NUMBERS_KEPT}})

    def commit_of(self, source: str, kind: str, number: int) -> str | None:
        """Return the cause of the commit whose event has this number, None when none has."""
        at_or_after = {"source": source, "type": kind, "last": {"$gte": number}}
        row = self.numbers.find_one(at_or_after, sort=[("last", 1)])
        if row is None or row["first"] > number:
            return None
        return str(row["commits"][number - row["first"]])

    # what was handled, by its reader

    def mark(self, queue: str, numbers: Iterable[int]) -> None:
        """Remember that these were handled."""
        words: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for number in numbers:
            block, at = divmod(number, BLOCK)
            words[block][f"w{at // WORD}"] |= 1 << at % WORD
        writes = [
            UpdateOne(
                {"_id": f"{queue}:{block}"},
                {"$bit": {name: {"or": bits} for name, bits in row.items()}},
                upsert=True,
            )
            for block, row in words.items()
        ]
        if writes:
            self._handled.bulk_write(writes, ordered=False)

    def missing(self, queue: str, last: int, limit: int = 5_000) -> list[int]:
        """Return the numbers up to `last` that were not handled, lowest first."""
        holes: list[int] = []
        for block in range(self._full.get(queue, 0), last // BLOCK + 1):
            row = self._handled.find_one({"_id": f"{queue}:{block}"}) or {}
            for number in range(max(1, block * BLOCK), min(last, (block + 1) * BLOCK - 1) + 1):
                at = number - block * BLOCK
                if not row.get(f"w{at // WORD}", 0) >> at % WORD & 1:
                    holes.append(number)
                    if len(holes) >= limit:
                        return holes
            if not holes and last >= (block + 1) * BLOCK - 1:
                self._full[queue] = block + 1  # what was handled once need not be looked at again
        return holes

    # what is on its way, and so is not missing

    def put_off(self, queue: str, seconds: Mapping[int, float]) -> None:
        """Remember that these failed and come again, each within so many seconds."""
        writes = [
            UpdateOne(
                {"_id": f"{queue}:{number}"},
                {"$set": {"queue": queue, "number": number, "until": now() + timedelta(seconds=s)}},
                upsert=True,
            )
            for number, s in seconds.items()
        ]
        self._put_off.bulk_write(writes, ordered=False)

    def coming_back(self, queue: str, late_s: float) -> set[int]:
        """Return the numbers that failed and are not due again, or for less than `late_s`."""
        since = now() - timedelta(seconds=late_s)
        rows = self._put_off.find({"queue": queue, "until": {"$gt": since}}, {"number": 1})
        return {row["number"] for row in rows}

    def hold(self, queue: str, instance: str, held_s: float) -> None:
        """Remember for how long a reader has had the oldest message it is not done with."""
        row = {"queue": queue, "held_s": held_s, "at": now()}
        self._held.replace_one({"_id": f"{queue}:{instance}"}, row, upsert=True)

    def held_s(self, queue: str, within_s: float) -> float:
        """Return the longest such time told in the last `within_s` seconds, 0 for none."""
        fresh = {"queue": queue, "at": {"$gt": now() - timedelta(seconds=within_s)}}
        return max((float(row["held_s"]) for row in self._held.find(fresh)), default=0.0)

    def ask_again(self, source: str, queue: str, kind: str, numbers: list[int]) -> None:
        """Ask the source's relay for events this queue has not seen."""
        writes = [
            UpdateOne(
                {"_id": f"{queue}:{number}"},
                {
                    "$setOnInsert": {
                        "source": source,
                        "queue": queue,
                        "type": kind,
                        "number": number,
                        "state": "asked",
                    }
                },
                upsert=True,
            )
            for number in numbers
        ]
        if writes:
            self.asked.bulk_write(writes, ordered=False)

    def take_voids(self, queue: str) -> list[int]:
        """Return numbers the source says no event has, and forget that we asked."""
        rows = list(self.asked.find({"queue": queue, "state": "void"}))
        self.asked.delete_many({"_id": {"$in": [row["_id"] for row in rows]}})
        return [row["number"] for row in rows]

    # which queues there ever were

    def remember_queues(self, names: Iterable[str]) -> None:
        """Keep the names of declared queues: AMQP has no way to list them."""
        for name in names:
            self.db["queues"].update_one({"_id": name}, {"$set": {"seen_at": now()}}, upsert=True)

    def known_queues(self) -> list[str]:
        """Return every queue ever declared and not forgotten."""
        return sorted(row["_id"] for row in self.db["queues"].find())

    def forget_queue(self, name: str) -> None:
        """Forget a queue that is gone."""
        self.db["queues"].delete_one({"_id": name})

    def other_delays(self, name: str) -> list[str]:
        """Remember the delay queue now in use and return those that were in use before."""
        self.db["delays"].update_one({"_id": name}, {"$set": {"seen_at": now()}}, upsert=True)
        return [row["_id"] for row in self.db["delays"].find({"_id": {"$ne": name}})]

    # what could not be handled

    def try_alone(self, queue: str, event: str) -> int:
        """Note that a try of an event that may end its process begins; return which one it is."""
        row: Any = self._alone.find_one_and_update(
            {"_id": f"{queue}:{event}"},
            {"$inc": {"tries": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(row["tries"])

    def survived(self, queue: str, event: str) -> None:
        """Note that the process outlived such a try."""
        self._alone.delete_one({"_id": f"{queue}:{event}"})

    def park(self, queue: str, body: bytes, error: str, tries: int, message_id: str) -> None:
        """Keep a message an operator has to look at; the same one again is kept once.

        It is no longer part of a replay then, which forgets only what did not come back.
        """
        change = {
            "$set": {"body": body, "error": error, "tries": tries},
            "$setOnInsert": {"queue": queue, "at": now()},
            "$unset": {"replay": ""},
        }
        self.parked.update_one({"_id": f"{queue}:{message_id}"}, change, upsert=True)

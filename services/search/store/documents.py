"""The projection in MongoDB: documents, what is wanted anew, what is quarantined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import DeleteOne, UpdateOne

from services.search.domain import Wanted
from services.search.store.revisions import Revision, Revisions
from shared.clock import Clock
from shared.ids import new_id
from shared.storage.mongo import Db, Document, upsert_each

Json = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A record as it was fetched. `content` is its card or guide; None when it is not listed."""

    kind: str
    id: str
    content: Json | None


@dataclass(frozen=True)
class WantedRow:
    """A wish, with the mark it had when it was read: a newer wish has another mark."""

    wanted: Wanted
    mark: str


class Documents:
    """The projection. Every write is guarded by its revision, so the newest fetch wins."""

    def __init__(self, db: Db, clock: Clock) -> None:
        self.documents = db["documents"]
        self.wanted = db["wanted"]
        self.quarantined = db["quarantined"]
        self.notes = db["notes"]
        self.revisions = Revisions(db, clock)
        self._clock = clock

    def prepare(self) -> None:
        """Make the indexes; safe to call at every start."""
        self.wanted.create_index([("kind", 1), ("mark", 1)])
        self.documents.create_index("revision")
        self.documents.create_index("card.organization")
        pending = {"pending": True}
        self.documents.create_index(
            [("pending", 1), ("revision", 1)], partialFilterExpression=pending
        )

    # what is wanted

    def want(self, records: Iterable[Wanted]) -> None:
        """Remember that these must be fetched anew."""
        writes = [
            UpdateOne(
                {"_id": f"{one.kind}|{one.id}"},
                {"$set": {"kind": one.kind, "id": one.id, "mark": new_id()}},
                upsert=True,
            )
            for one in records
        ]
        if writes:
            self.wanted.bulk_write(writes, ordered=False)

    def next_wanted(self, kinds: Sequence[str], limit: int) -> list[WantedRow]:
        """Return what must be fetched of these kinds, oldest wish first, up to `limit`."""
        rows = self.wanted.find({"kind": {"$in": list(kinds)}}).sort("mark", 1).limit(limit)
        return [WantedRow(Wanted(row["kind"], row["id"]), row["mark"]) for row in rows]

    def got(self, rows: Sequence[WantedRow]) -> None:
        """Forget wishes that were met; one that came again meanwhile stays."""
        writes = [
            DeleteOne({"_id": f"{row.wanted.kind}|{row.wanted.id}", "mark": row.mark})
            for row in rows
        ]
        if writes:
            self.wanted.bulk_write(writes, ordered=False)

    def is_filled(self, kind: str) -> bool:
        """Say whether all records of a kind were fetched once; from then on events tell."""
        return self.note(f"filled {kind}") != ""

    def filled(self, kind: str) -> None:
        """Remember that all records of a kind were fetched."""
        self.remember(f"filled {kind}", self._clock().isoformat())

    def wants(self) -> bool:
        """Say whether anything is wanted anew."""
        return self.wanted.find_one({}, {"_id": 1}) is not None

    def services_of(self, organizations: Sequence[str]) -> list[str]:
        """Return the ids of the services of these organizations that were ever listed."""
        where = {"card.organization": {"$in": list(organizations)}}
        return [row["_id"] for row in self.documents.find(where, {"_id": 1})]

    # documents

    def put(self, revision: Revision, records: Sequence[Found]) -> None:
        """Write records as fetched under `revision`; those that did not change keep their own."""
        self.revisions.check(revision)
        upsert_each(self.documents, [_as_write(one, revision.number) for one in records])

    def older_than(self, kind: str, number: int) -> list[str]:
        """Return ids of shown records that were not fetched since a revision was opened."""
        where = {"kind": kind, "withdrawn": False, "ticket": {"$lt": number}}
        return [row["_id"] for row in self.documents.find(where, {"_id": 1})]

    # what the index lacks

    def pending(self, limit: int) -> list[Document]:
        """Return documents the index does not have as they are now, oldest change first."""
        return list(self.documents.find({"pending": True}).sort("revision", 1).limit(limit))

    def lacks(self, count: int = 1) -> bool:
        """Say whether the index lacks at least so many documents."""
        return self.documents.count_documents({"pending": True}, limit=count) == count

    def indexed(self, documents: Iterable[Document]) -> None:
        """Remember that the index has these; one that changed meanwhile stays pending."""
        upsert_each(
            self.documents,
            [
                UpdateOne(
                    {"_id": one["_id"]},
                    [{"$set": {"pending": {"$ne": ["$revision", one["revision"]]}}}],
                )
                for one in documents
            ],
        )

    def all_pending(self, kind: str) -> None:
        """Have every document of a kind indexed again."""
        self.documents.update_many({"kind": kind}, {"$set": {"pending": True}})

    def pending_since(self, revision: int) -> None:
        """Have every document that changed after a revision indexed again."""
        self.documents.update_many({"revision": {"$gt": revision}}, {"$set": {"pending": True}})

    def shown(self, kind: str, after: str, limit: int) -> list[Document]:
        """Return the next shown documents by id."""
        where = {"kind": kind, "withdrawn": False, "_id": {"$gt": after}}
        return list(self.documents.find(where).sort("_id", 1).limit(limit))

    # quarantine

    def quarantine(self, kind: str, reasons: dict[str, str], step: str) -> None:
        """Set records aside with the reason why; the reason holds nothing of their content."""
        told = {"kind": kind, "step": step, "at": self._clock()}
        writes = [
            UpdateOne({"_id": key}, {"$set": {**told, "reason": why}}, upsert=True)
            for key, why in reasons.items()
        ]
        upsert_each(self.quarantined, writes)

    def release(self, ids: Sequence[str], step: str) -> None:
        """Take records out of quarantine that were set aside at this step: they are fit again."""
        if ids:
            self.quarantined.delete_many({"_id": {"$in": list(ids)}, "step": step})

    def set_aside(self) -> Iterator[Document]:
        """Give what is in quarantine, oldest first: {_id, kind, step, reason, at}."""
        yield from self.quarantined.find().sort([("at", 1), ("_id", 1)])

    # notes of the indexer

    def note(self, name: str) -> str:
        """Return a remembered word, "" when there is none."""
        row = self.notes.find_one({"_id": name})
        return str(row["value"]) if row else ""

    def remember(self, name: str, value: str) -> None:
        """Remember a word."""
        self.notes.update_one({"_id": name}, {"$set": {"value": value}}, upsert=True)

    def counts(self) -> dict[str, int]:
        """Return how many records are shown, withdrawn, pending, wanted and quarantined."""
        count = self.documents.count_documents
        return {
            "services": count({"kind": "service", "withdrawn": False}),
            "guides": count({"kind": "guide", "withdrawn": False}),
            "withdrawn": count({"withdrawn": True}),
            "pending": count({"pending": True}),
            "wanted": self.wanted.count_documents({}),
            "quarantined": self.quarantined.count_documents({}),
        }


def _as_write(one: Found, number: int) -> UpdateOne:
    """One atomic update: the server compares, so no reader sees a change that is none."""
    field = "card" if one.kind == "service" else "guide"
    withdrawn = one.content is None
    # $mergeObjects, because $set of a plain document would add to the one that is there.
    kept: Json = {"$mergeObjects": [{"organization": {"$ifNull": [f"${field}.organization", ""]}}]}
    told: Json = {field: kept if withdrawn else {"$literal": one.content}}
    same: Json = (
        {"$eq": ["$withdrawn", True]}
        if withdrawn
        else {"$and": [{"$eq": [f"${field}", {"$literal": one.content}]}, {"$not": ["$withdrawn"]}]}
    )
    pipeline: list[Json] = [
        {"$set": {"is_same": same}},
        {
            "$set": {
                "kind": one.kind,
                "ticket": number,
                "withdrawn": withdrawn,
                "revision": {"$cond": ["$is_same", "$revision", number]},
                "pending": {"$cond": ["$is_same", "$pending", True]},
                **told,
            }
        },
        {"$unset": "is_same"},
    ]
    return UpdateOne({"_id": one.id, "ticket": {"$lt": number}}, pipeline, upsert=True)

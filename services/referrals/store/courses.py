"""The courses of needs, a row a need: codes, and the facts of its offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from services.referrals.courses import ANSWERS, BOUNCES, Course, Fact, in_order
from services.referrals.gaps import Filters
from shared.storage.mongo import Db, duplicates

Json = dict[str, Any]
CODES = ("stream", "need_type", "age_group", "origin", "gender", "language", "area")
#: The one row that is no need: it was never asked for, so no report finds it.
WHOLE = "whole"
#: Read at once; between two reads others of the process get their turn.
AT_ONCE = 500
#: An agency was asked and said yes or no, or nothing.
ASKED = ANSWERS | BOUNCES


class Courses:
    """What happened to each need. A fact is an element of a set and the asking the earliest
    moment told, so an event counts once however often and in whatever order it comes."""

    def __init__(self, db: Db) -> None:
        self._courses = db["courses"]

    def prepare(self) -> None:
        """Make the indexes; safe to call at every start."""
        self._courses.create_index("asked_at", sparse=True)
        self._courses.create_index([("facts.agency", 1)], sparse=True)

    def keep(self, rows: Iterable[tuple[str, Json, datetime | None, Fact | None]]) -> None:
        """Keep needs: id, the codes of CODES, when it was asked for or what happened to it."""
        writes = []
        for need, codes, asked_at, fact in rows:
            change: Json = {"$setOnInsert": {name: codes[name] for name in CODES}}
            change |= {"$min": {"asked_at": asked_at}} if asked_at else {}
            change |= {"$addToSet": {"facts": fact._asdict()}} if fact else {}
            writes.append(UpdateOne({"_id": need}, change, upsert=True))
        if not writes:
            return
        try:
            self._courses.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            duplicates(error)
            self._courses.bulk_write(writes, ordered=False)  # another instance made the row

    def is_whole(self) -> bool:
        """Say whether everything that happened before was kept."""
        return self._courses.find_one({"_id": WHOLE}) is not None

    def told_whole(self) -> None:
        """Remember that it is; the mark goes when the collection goes."""
        self._courses.update_one({"_id": WHOLE}, {"$set": {"is_whole": True}}, upsert=True)

    def forget(self) -> None:
        """Drop every row and the mark, which goes first: no report is made of what is left."""
        self._courses.delete_one({"_id": WHOLE})
        self._courses.delete_many({})

    def count(self) -> int:
        """Return how many needs were asked for."""
        return self._courses.count_documents({"asked_at": {"$exists": True}})

    def asked(
        self, filters: Filters, since: datetime | None, until: datetime | None
    ) -> Iterator[Course]:
        """Return the needs asked for in a period, by the area and need of the filters."""
        asked_at: Json = {"$exists": True}
        asked_at |= {"$gte": since} if since else {}
        asked_at |= {"$lt": until} if until else {}
        return self._find({"asked_at": asked_at, **_chosen(filters)})

    def of(self, agency: str, filters: Filters = Filters()) -> Iterator[Course]:  # noqa: B008
        """Return the needs an agency was asked to answer, "" for every agency."""
        whose: Json = {"facts.agency": agency} if agency else {"facts.0": {"$exists": True}}
        return self._find({"asked_at": {"$exists": True}, **whose, **_chosen(filters)})

    def answers(self, since: datetime) -> Iterator[tuple[str, str, int, int]]:
        """Return need, agency, how often it was asked and how often it said yes `since`."""
        told = [{"$in": ["$facts.move", moves]} for moves in (sorted(ASKED), ["accepted"])]
        counted = {
            name: {"$sum": {"$cond": [condition, 1, 0]}}
            for name, condition in zip(("asked", "accepted"), told, strict=True)
        }
        lately = {"facts": {"$elemMatch": {"at": {"$gte": since}, "move": {"$in": sorted(ASKED)}}}}
        steps: list[Json] = [
            {"$match": lately},
            {"$unwind": "$facts"},
            {"$match": {"facts.at": {"$gte": since}, "facts.agency": {"$gt": ""}}},
            {"$group": {"_id": {"n": "$need_type", "a": "$facts.agency"}, **counted}},
        ]
        for row in self._courses.aggregate(steps):
            yield row["_id"]["n"], row["_id"]["a"], row["asked"], row["accepted"]

    def _find(self, where: Json) -> Iterator[Course]:
        for row in self._courses.find(where, batch_size=AT_ONCE):
            facts = in_order(
                Fact(one["move"], one["at"], one["offer"], one["agency"])
                for one in row.get("facts", ())
            )
            yield Course(**{name: row[name] for name in (*CODES, "asked_at")}, facts=facts)


def _chosen(filters: Filters) -> Json:
    chosen = {"area": filters.area, "need_type": filters.need}
    return {name: code for name, code in chosen.items() if code}

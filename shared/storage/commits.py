"""Event-sourced streams: one insert is the change, the outbox row and the inbox row.

A commit's `_id` is its cause (a command's or an event's id), so the same cause twice is a
duplicate key; `(stream, version)` is unique, so a lost race is one too. The current state is a
projection written afterwards and repaired on load when it is behind. Why this and not a
transaction: docs/decisions/0001-one-insert-commits.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pymongo import ASCENDING, IndexModel, ReplaceOne
from pymongo.errors import BulkWriteError

from shared.clock import Clock
from shared.errors import Conflict
from shared.events import Event, to_data, type_of
from shared.ids import new_id
from shared.storage import patch
from shared.storage.group import Grouped
from shared.storage.mongo import CHEAP, Db, Document

Json = dict[str, Any]
DUPLICATE_KEY = 11_000


@dataclass(frozen=True)
class Change:
    """What a decision leads to: the whole new state (JSON values, no None) and what happened."""

    state: Json
    events: Sequence[Event]


@dataclass(frozen=True)
class State:
    """A stream as it is now. `version` counts its events, `order` is its place among all."""

    stream: str
    version: int
    order: int
    state: Json


Decide = Callable[[Json | None], Change | None]


#: The indexes a `commits` collection needs: no lost race, and the relay's line.
INDEXES = [
    IndexModel([("stream", ASCENDING), ("version", ASCENDING)], unique=True),
    IndexModel([("order", ASCENDING)], partialFilterExpression={"published": False}),
]


def as_commit(
    cause: str,
    after: State,
    changes: Json,
    events: Sequence[Event],
    *,
    at: Any,
    actor: str,
    correlation: str = "",
    causation: str = "",
) -> Document:
    """Return the one document that is a commit. `after` is the state it leads to."""
    return {
        "_id": cause,
        "stream": after.stream,
        "version": after.version - len(events) + 1,
        "order": after.order,
        "at": at,
        "actor": actor,
        "correlation": correlation or cause,
        "causation": causation or cause,
        "changes": changes,
        "events": [
            {"id": new_id(), "type": type_of(type(one)).name, "data": to_data(one)}
            for one in events
        ],
        "published": False,
    }


class Streams:
    """The streams of one program: load, decide, save."""

    def __init__(self, db: Db, clock: Clock) -> None:
        self.commits = db["commits"]
        self.states = db["states"]
        self._cheap = db.get_collection("states", write_concern=CHEAP)
        self._clock = clock
        self._loads: Grouped[str, State | None] = Grouped(self._load_group)
        self._appends: Grouped[tuple[Document, State], str] = Grouped(self._append_group)

    def prepare(self) -> None:
        """Make the indexes."""
        self.commits.create_indexes(INDEXES)

    def change(
        self,
        stream: str,
        decide: Decide,
        *,
        cause: str,
        actor: str = "",
        correlation: str = "",
    ) -> Json:
        """Apply a pure decision to a stream once per cause and return the state after it.

        `decide` may be called again when another change came first, so it must have no effects of
        its own. What it raises is raised here, unless this cause was applied before.
        """
        now: State | None = self._loads.put(stream)
        for _ in range(60):
            try:
                change = decide(None if now is None else now.state)
            except Exception:
                fresh = self.load(stream)
                if self.knows(cause):
                    return fresh.state if fresh else {}
                if _same(fresh, now):
                    raise
                now = fresh
                continue
            if change is None:
                fresh = self.load(stream)
                if _same(fresh, now):
                    return fresh.state if fresh else {}
                now = fresh
                continue
            commit, after = self._next(stream, now, change, cause, actor, correlation)
            outcome = self._appends.put((commit, after))
            if outcome == "written":
                return after.state
            now = self.load(stream)
            if outcome == "known" or self.knows(cause):
                return now.state if now else {}
        raise Conflict("stream", "too many changes at the same moment", "try again")

    def _next(
        self,
        stream: str,
        now: State | None,
        change: Change,
        cause: str,
        actor: str,
        correlation: str,
    ) -> tuple[Document, State]:
        if not change.events:
            raise ValueError("a change states at least one event")
        at = self._clock()
        after = State(
            stream=stream,
            version=(now.version if now else 0) + len(change.events),
            # never before what it builds on, whatever this machine's clock says
            order=max(int(at.timestamp() * 1_000_000), (now.order if now else 0) + 1),
            state=change.state,
        )
        changes = patch.difference(now.state if now else {}, change.state)
        commit = as_commit(
            cause, after, changes, change.events, at=at, actor=actor, correlation=correlation
        )
        return commit, after

    def knows(self, cause: str) -> bool:
        """Say whether this cause was applied before."""
        return self.commits.find_one({"_id": cause}, {"_id": 1}) is not None

    def load(self, stream: str) -> State | None:
        """Return a stream as it is, repaired from its commits when the projection is behind."""
        return self.load_many([stream]).get(stream)

    def load_many(self, streams: Sequence[str]) -> dict[str, State]:
        """Return those of the streams that exist, by id, each repaired like `load`."""
        found = {
            row["_id"]: _state(row) for row in self.states.find({"_id": {"$in": list(streams)}})
        }
        behind = list(self.commits.aggregate(_tails(streams, found)))
        for commit in behind:
            found[commit["stream"]] = _advance(found.get(commit["stream"]), commit)
        if behind:
            self._project([found[commit["stream"]] for commit in behind])
        return found

    def find(
        self, where: Json, sort: list[tuple[str, int]] | None = None, limit: int = 0
    ) -> list[State]:
        """Return states by a MongoDB filter over `state.` fields; may be a moment behind."""
        return [_state(row) for row in self.states.find(where, sort=sort, limit=limit)]

    def history(self, stream: str) -> list[Document]:
        """Return a stream's commits, oldest first: the whole audit trail."""
        return list(self.commits.find({"stream": stream}).sort("version", ASCENDING))

    def rebuild(self) -> int:
        """Write every state again from the commits alone and return how many there are."""
        self.states.delete_many({})
        streams = self.commits.distinct("stream")
        for start in range(0, len(streams), 200):
            self.load_many(streams[start : start + 200])
        return len(streams)

    def _load_group(self, streams: Sequence[str]) -> list[State | None]:
        wanted = {"_id": {"$in": list(set(streams))}}
        found = {row["_id"]: _state(row) for row in self.states.find(wanted)}
        return [found.get(stream) for stream in streams]

    def _append_group(self, items: Sequence[tuple[Document, State]]) -> list[str]:
        outcome = ["written"] * len(items)
        try:
            self.commits.insert_many([commit for commit, _ in items], ordered=False)
        except BulkWriteError as error:
            for row in cast(Any, error.details)["writeErrors"]:
                if row["code"] != DUPLICATE_KEY:
                    raise
                outcome[row["index"]] = "known" if "_id_" in row["errmsg"] else "raced"
        self._project([s for (_, s), o in zip(items, outcome, strict=True) if o == "written"])
        return outcome

    def _project(self, states: Sequence[State]) -> None:
        """Write states, each only over an older one; what is lost here is repaired on load."""
        if not states:
            return
        writes = [
            ReplaceOne(
                {"_id": s.stream, "version": {"$lt": s.version}},
                {"version": s.version, "order": s.order, "state": s.state},
                upsert=True,
            )
            for s in states
        ]
        try:
            self._cheap.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            if any(e["code"] != DUPLICATE_KEY for e in cast(Any, error.details)["writeErrors"]):
                raise


def _same(one: State | None, other: State | None) -> bool:
    return (one.version if one else 0) == (other.version if other else 0)


def _state(row: Document) -> State:
    return State(row["_id"], row["version"], row["order"], row["state"])


def _advance(now: State | None, commit: Document) -> State:
    return State(
        stream=commit["stream"],
        version=commit["version"] + len(commit["events"]) - 1,
        order=commit["order"],
        state=patch.apply(now.state if now else {}, commit["changes"]),
    )


def _tails(streams: Sequence[str], found: dict[str, State]) -> list[Json]:
    """The commits behind each state, oldest first: an index range a stream."""
    ranges = [
        {"stream": stream, "version": {"$gt": found[stream].version if stream in found else 0}}
        for stream in streams
    ]
    return [{"$match": {"$or": ranges}}, {"$sort": {"stream": 1, "version": 1}}]

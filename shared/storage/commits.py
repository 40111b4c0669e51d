"""Event-sourced streams: one insert is the change, the outbox row and the inbox row.

A commit's `_id` is its cause (a command's or an event's id), so the same cause twice is a
duplicate key; `(stream, version)` is unique, so a lost race is one too. The current state is a
projection written afterwards and repaired on load when it is behind. Why this and not a
transaction: docs/decisions/0001-one-insert-commits.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from shared.clock import Clock
from shared.errors import Conflict, Invalid
from shared.events import Event, to_data, type_of
from shared.ids import new_id
from shared.storage import patch
from shared.storage.group import Grouped
from shared.storage.lines import Lines
from shared.storage.mongo import CHEAP, Db, Document, duplicates
from shared.storage.mongo import DUPLICATE_KEY as DUPLICATE_KEY
from shared.storage.states import State as State
from shared.storage.states import advanced, as_row, as_state, is_same, over_older, tails

Json = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What a decision leads to: the whole new state (JSON values, no None) and what happened."""

    state: Json
    events: Sequence[Event]


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
        #: Only what no crash can take away is a ground for a state or an answer.
        self._settled = db.get_collection("commits", read_concern=ReadConcern("majority"))
        self.states = db["states"]
        self._cheap = db.get_collection("states", write_concern=CHEAP)
        self._clock = clock
        self._loads: Grouped[str, State | None] = Grouped(self._load_group)
        self._appends: Grouped[tuple[Document, State], bool] = Grouped(self._append_group)
        self._lines = Lines()

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
        its own. What it raises is raised here, unless this cause was applied before. Raises
        Conflict when the cause was applied to another stream, Invalid when there is none.
        """
        if not cause.strip():
            raise Invalid("command_id", "is empty", "give each command an id of its own")
        with self._lines.of(stream):
            return self._change(stream, decide, cause, actor, correlation)

    def _change(
        self, stream: str, decide: Decide, cause: str, actor: str, correlation: str
    ) -> Json:
        now = self._loads.put(stream)
        for _ in range(60):
            change, refusal = _ask(decide, now)
            if change is not None:
                commit, after = self._next(stream, now, change, cause, actor, correlation)
                if self._appends.put((commit, after)):
                    return after.state
            if (change or refusal) and self._applied(stream, cause):
                return self._state_of(stream)
            fresh = self.load(stream)
            if change is None and is_same(fresh, now):
                if refusal is not None:
                    raise refusal
                return fresh.state if fresh else {}
            now = fresh
        raise Conflict("stream", "too many changes at the same moment", "try again")

    def try_all(self, moves: Sequence[tuple[str, Decide, str]], actor: str = "") -> list[bool]:
        """Make many changes (stream, decide, cause) with one read and one durable insert.

        Says for each whether it is made; the others (nothing to do, refused, applied before, lost
        to another) are for `change` to make or to refuse, one by one.
        """
        commits: dict[int, tuple[Document, State]] = {}
        known = self._load_group([stream for stream, _, _ in moves])
        for at, ((stream, decide, cause), now) in enumerate(zip(moves, known, strict=True)):
            change, _ = _ask(decide, now)
            if change is not None and cause.strip():
                commits[at] = self._next(stream, now, change, cause, actor, "")
        written = self._append_group(list(commits.values())) if commits else []
        made = {at for at, is_new in zip(commits, written, strict=True) if is_new}
        return [at in made for at in range(len(moves))]

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
        """Say whether this cause was applied before; if so, it is on disk when this returns."""
        one = {"_id": cause}
        if self.commits.find_one(one, {"_id": 1}) is None:
            return False
        # Its own write may still wait for the disk: one that changes nothing waits behind it.
        return self.commits.update_one(one, {"$set": one}).matched_count > 0

    def _applied(self, stream: str, cause: str) -> bool:
        row = self.commits.find_one({"_id": cause}, {"stream": 1})
        if row is not None and row["stream"] != stream:
            raise Conflict("command_id", "was used for something else", "take a fresh one")
        return row is not None and self.knows(cause)

    def _state_of(self, stream: str) -> Json:
        now = self.load(stream)
        return now.state if now else {}

    def load(self, stream: str) -> State | None:
        """Return a stream as it is, repaired from its commits when the projection is behind."""
        return self.load_many([stream]).get(stream)

    def load_many(self, streams: Sequence[str]) -> dict[str, State]:
        """Return those of the streams that exist, by id, each repaired like `load`."""
        if not streams:
            return {}
        found = {
            row["_id"]: as_state(row) for row in self.states.find({"_id": {"$in": list(streams)}})
        }
        behind = list(self._settled.aggregate(tails(streams, found)))
        for commit in behind:
            found[commit["stream"]] = advanced(found.get(commit["stream"]), commit)
        if behind:
            self._project([found[commit["stream"]] for commit in behind])
        return found

    def find(
        self, where: Json, sort: list[tuple[str, int]] | None = None, limit: int = 0
    ) -> list[State]:
        """Return states by a MongoDB filter over `state.` fields; may be a moment behind."""
        return [as_state(row) for row in self.states.find(where, sort=sort, limit=limit)]

    def history(self, stream: str) -> list[Document]:
        """Return a stream's commits, oldest first: the whole audit trail."""
        return list(self.commits.find({"stream": stream}).sort("version", ASCENDING))

    def rebuild(self) -> int:
        """Write every state again from the commits alone and return how many there are."""
        self.states.delete_many({})
        streams = [row["_id"] for row in self.commits.aggregate([{"$group": {"_id": "$stream"}}])]
        for start in range(0, len(streams), 200):
            self.load_many(streams[start : start + 200])
        return len(streams)

    def _load_group(self, streams: Sequence[str]) -> list[State | None]:
        wanted = {"_id": {"$in": list(set(streams))}}
        found = {row["_id"]: as_state(row) for row in self.states.find(wanted)}
        return [found.get(stream) for stream in streams]

    def _append_group(self, items: Sequence[tuple[Document, State]]) -> list[bool]:
        """Say, for each commit, whether it is written; if not, its cause or place was taken."""
        written = [True] * len(items)
        try:
            self.commits.insert_many([commit for commit, _ in items], ordered=False)
        except BulkWriteError as error:
            for row in duplicates(error):
                written[row["index"]] = False
        done = [item for item, is_new in zip(items, written, strict=True) if is_new]
        self._begin([state for commit, state in done if commit["version"] == 1])
        self._project([state for commit, state in done if commit["version"] > 1])
        return written

    def _begin(self, states: Sequence[State]) -> None:
        """Write the first states of streams; where there is one already, it is newer."""
        if not states:
            return
        try:
            self._cheap.insert_many([as_row(state) for state in states], ordered=False)
        except BulkWriteError as error:
            duplicates(error)

    def _project(self, states: Sequence[State]) -> None:
        """Write states, each only over an older one; what is lost here is repaired on load."""
        if states:
            self._cheap.bulk_write([over_older(state) for state in states], ordered=False)


def _ask(decide: Decide, now: State | None) -> tuple[Change | None, Exception | None]:
    try:
        return decide(now.state if now else None), None
    except Exception as refusal:  # noqa: BLE001 (raised at the caller, or a repeat after all)
        return None, refusal

"""The streams in MongoDB, in this service's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from services.referrals import doors
from services.referrals.domain import Move, carry_out
from services.referrals.doors import Arrival
from services.referrals.stream import Occasion, Stream, Terms, moment, read, stamp
from shared.clock import Clock
from shared.errors import NotFound
from shared.storage.commits import Change, Streams
from shared.storage.mongo import Document

Json = dict[str, Any]
AT_ONCE = 200
LISTED = 500
NEWEST = 1_000
MISSING = {"$in": [None, ""]}
OWNED = ("state.owner.agency", "state.owner.role", "state.next_action.due_at", "state.next_due_at")


class Ledger:
    """The streams: every change goes through the domain's one gate."""

    def __init__(self, streams: Streams, clock: Clock, terms: Terms) -> None:
        self._streams, self._clock, self._terms = streams, clock, terms

    def prepare(self) -> None:
        """Make the indexes; safe to call at every start."""
        states = self._streams.states
        states.create_index([("state.status", 1), ("state.next_due_at", 1)])
        for field in ("involved", "offered_to", "awaits", "unmet"):
            states.create_index(f"state.{field}", sparse=True)
        states.create_index("state.release_due_at", sparse=True)
        self._streams.commits.create_index("at")

    def open(self, stream: str, arrival: Arrival, *, cause: str, actor: str = "") -> Stream:
        """Open a stream; one that is open already stays as it is."""

        def decide(state: Json | None) -> Change | None:
            if state is not None:
                return None
            return Change(*doors.open_stream(stream, arrival, self._occasion(cause)))

        return read(self._streams.change(stream, decide, cause=cause, actor=actor))

    def apply(
        self, stream: str, move: Move, *, cause: str, actor: str = "", correlation: str = ""
    ) -> Stream:
        """Make a move once per cause and return the stream after it; NotFound when there is none.

        Raises what the move raises.
        """

        def decide(state: Json | None) -> Change | None:
            if state is None:
                raise NotFound("stream", "is not known", "check the code or the address")
            outcome = carry_out(state, move, self._occasion(cause))
            return None if outcome is None else Change(*outcome)

        return read(
            self._streams.change(stream, decide, cause=cause, actor=actor, correlation=correlation)
        )

    def _occasion(self, cause: str) -> Occasion:
        return Occasion(at=self._clock(), cause=cause, terms=self._terms)

    def knows(self, cause: str) -> bool:
        """Say whether this cause was acted on."""
        return self._streams.knows(cause)

    def get(self, stream: str) -> Stream | None:
        """Return a stream as it is now, None when there is none."""
        found = self._streams.load(stream)
        return None if found is None else read(found.state)

    def told(self, types: Iterable[str]) -> Iterator[tuple[Json, datetime]]:
        """Return what events of these types said, and when, from the first commit on."""
        wanted = set(types)
        for commit in self._streams.commits.find({"events.type": {"$in": sorted(wanted)}}):
            for one in commit["events"]:
                if one["type"] in wanted:
                    yield {"type": one["type"], **one["data"]}, commit["at"]

    def get_many(self, streams: Iterable[str]) -> dict[str, Stream]:
        """Return those of the streams that are there, by id."""
        found = self._streams.load_many(sorted(streams))
        return {id: read(one.state) for id, one in found.items()}

    def history(self, stream: str) -> list[Document]:
        """Return the commits of a stream, oldest first."""
        return self._streams.history(stream)

    def histories(self, streams: Iterable[str]) -> dict[str, list[Document]]:
        """Return the commits of each of the streams, oldest first."""
        wanted = list(streams)
        found: dict[str, list[Document]] = {id: [] for id in wanted}
        for one in self._streams.commits.find({"stream": {"$in": wanted}}).sort("version", 1):
            found[one["stream"]].append(one)
        return found

    def with_part(self, agency: str, since: str, first: str, most: int) -> list[Stream]:
        """Return streams an agency has a part or an offer in by id, from `first` on, which changed
        `since` a moment ("" for ever)."""
        where: Json = {"$or": [{"state.involved": agency}, {"state.offered_to": agency}]}
        where["_id"] = {"$gte": first}
        if since:
            where["order"] = {"$gte": int(moment(since).timestamp() * 1_000_000)}
        found = self._streams.find(where, sort=[("_id", 1)], limit=most)
        return [read(one.state) for one in found]

    def unmet(self, needs: Iterable[str]) -> list[Stream]:
        """Return the open streams in which one of these needs is unmet."""
        return self._find({"state.unmet": {"$in": sorted(needs)}})

    def of_agency(self, field: str, agency: str) -> list[Stream]:
        """Return the streams that name an agency in `involved`, `offered_to` or `awaits`."""
        return self._find({f"state.{field}": agency})

    def newest(self, most: int) -> list[Stream]:
        """Return the streams opened last, open or closed."""
        found = self._streams.find({}, sort=[("state.opened_at", -1)], limit=most)
        return [read(one.state) for one in found]

    def due(self, at: datetime) -> list[Stream]:
        """Return the open streams in which something is due, longest due first."""
        where = {"state.status": "open", "state.next_due_at": {"$lte": stamp(at)}}
        found = self._streams.find(where, sort=[("state.next_due_at", 1)], limit=AT_ONCE)
        return [read(one.state) for one in found]

    def releasing(self, at: datetime) -> list[Stream]:
        """Return the streams, open or closed, in which the time of a release is over."""
        where = {"state.release_due_at": {"$gt": "", "$lte": stamp(at)}}
        found = self._streams.find(where, sort=[("state.release_due_at", 1)], limit=AT_ONCE)
        return [read(one.state) for one in found]

    def _find(self, where: Json) -> list[Stream]:
        order = [("state.status", -1), ("state.next_due_at", 1)]  # open ones first
        found = self._streams.find(where, sort=order, limit=LISTED)
        return [read(one.state) for one in found]

    def orphans(self) -> Json:
        """Count the open streams, and those without an owner or a deadline: the latter is 0."""
        self._repair_unpublished()
        without = {"state.status": "open", "$or": [{field: MISSING} for field in OWNED]}
        suspects = [row["_id"] for row in self._streams.states.find(without, {"_id": 1})]
        orphaned = [
            one
            for one in self._streams.load_many(suspects).values()
            if one.state["status"] == "open" and not _is_owned(one.state)
        ]
        count = self._streams.states.count_documents({"state.status": "open"})
        return {"open": count, "without_owner_or_deadline": len(orphaned)}

    def _repair_unpublished(self) -> None:
        waiting = self._streams.commits.find({"published": False}, {"stream": 1})
        newest = waiting.sort("order", -1).limit(NEWEST)
        self._streams.load_many(sorted({row["stream"] for row in newest}))

    def repair(self, since: datetime) -> int:
        """Write again the states that are behind commits made `since`; return how many.

        A state is written after its commit without waiting for the disk: a crash between the two
        would hide a deadline from the scheduler.
        """
        behind = [row["_id"] for row in self._streams.commits.aggregate(_behind(since))]
        for start in range(0, len(behind), AT_ONCE):
            self._streams.load_many(behind[start : start + AT_ONCE])
        return len(behind)


def _is_owned(state: Json) -> bool:
    owner, action = state.get("owner", {}), state.get("next_action", {})
    return bool(owner.get("agency") and owner.get("role") and action.get("due_at"))


def _behind(since: datetime) -> list[Json]:
    """The streams whose last commit since a moment is not in their state yet."""
    head = {"$add": ["$version", {"$size": "$events"}, -1]}
    older = {"$or": [{"$eq": ["$found", []]}, {"$lt": [{"$first": "$found.version"}, "$head"]}]}
    return [
        {"$match": {"at": {"$gte": since}}},
        {"$group": {"_id": "$stream", "head": {"$max": head}}},
        {
            "$lookup": {
                "from": "states",
                "localField": "_id",
                "foreignField": "_id",
                "as": "found",
                "pipeline": [{"$project": {"version": 1}}],
            }
        },
        {"$match": {"$expr": older}},
        {"$project": {"_id": 1}},
    ]

"""A stream as it is: read from its row, brought forward by a commit, written over an older one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import UpdateOne

from shared.storage import patch
from shared.storage.mongo import Document

Json = dict[str, Any]


@dataclass(frozen=True)
class State:
    """A stream as it is now. `version` counts its events, `order` is its place among all."""

    stream: str
    version: int
    order: int
    state: Json


def as_row(now: State) -> Document:
    return {"_id": now.stream, "version": now.version, "order": now.order, "state": now.state}


def over_older(now: State) -> UpdateOne:
    # found by id alone, the version compared inside the write: half the cost of a filter on both
    is_older = {"$lt": ["$version", now.version]}  # what is not there yet is older, too
    newer = {"$cond": [is_older, {"$literal": as_row(now)}, "$$ROOT"]}
    return UpdateOne({"_id": now.stream}, [{"$replaceWith": newer}], upsert=True)


def is_same(one: State | None, other: State | None) -> bool:
    return (one.version if one else 0) == (other.version if other else 0)


def as_state(row: Document) -> State:
    return State(row["_id"], row["version"], row["order"], row["state"])


def advanced(now: State | None, commit: Document) -> State:
    return State(
        stream=commit["stream"],
        version=commit["version"] + len(commit["events"]) - 1,
        order=commit["order"],
        state=patch.apply(now.state if now else {}, commit["changes"]),
    )


def tails(streams: Sequence[str], found: dict[str, State]) -> list[Json]:
    """The commits behind each state, oldest first: an index range a stream."""
    ranges = [
        {"stream": stream, "version": {"$gt": found[stream].version if stream in found else 0}}
        for stream in streams
    ]
    return [{"$match": {"$or": ranges}}, {"$sort": {"stream": 1, "version": 1}}]

"""Resources as those who write and approve them see them: drafts, versions, what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from services.library import due, life
from services.library.domain import Move
from services.library.store import PUBLISHED
from shared.errors import NotFound
from shared.ids import derived_id
from shared.storage import patch
from shared.storage.commits import Change, State, Streams

Json = dict[str, Any]


class EditorsDesk:
    """The resources with everything that is not for readers."""

    def __init__(self, streams: Streams) -> None:
        self.streams = streams

    def move(
        self, stream: str, decide: Callable[[Json | None], Move], cause: str, actor: str
    ) -> Json:
        """Make a move of `life` once per cause and return the resource after it."""

        def change(state: Json | None) -> Change:
            return Change(*decide(state))

        self.streams.change(stream, change, cause=cause, actor=actor)
        return self.one(stream)

    def one(self, stream: str) -> Json:
        """Return a resource with its draft and the moves that are legal now, or NotFound."""
        found = self.streams.load(stream)
        if found is None:
            raise NotFound("guide", "is not in the library", "look in the list of resources")
        return _as_edited(found)

    def after(self, stream: str, size: int) -> list[Json]:
        """Return the next resources by stream id, in whatever phase they are."""
        found = self.streams.find({"_id": {"$gt": stream}}, sort=[("_id", 1)], limit=size)
        return [_as_edited(one) for one in found]

    def versions(self, stream: str) -> list[Json]:
        """Return every published version, oldest first: {number, guide, at, approved_by, hands}."""
        found: list[Json] = []
        state: Json = {}
        for commit in self.streams.history(stream):
            hands = state.get("draft", {}).get("hands", [commit["actor"]])
            state = patch.apply(state, commit["changes"])
            if PUBLISHED & {one["type"] for one in commit["events"]}:
                told = {"number": len(found) + 1, "at": commit["at"].isoformat(), "hands": hands}
                found.append({**told, "approved_by": commit["actor"], "guide": state["guide"]})
        return found

    def count_of_versions(self, stream: str) -> int:
        """Return how many versions were published, 0 when there is no such resource."""
        published = {"stream": stream, "events.type": {"$in": sorted(PUBLISHED)}}
        return self.streams.commits.count_documents(published)

    def due(self, today: date, size: int) -> list[Json]:
        """Return published resources that are due or overdue, the longest overdue first."""
        order = [("state.guide.review_by", 1), ("_id", 1)]
        found = self.streams.find(_due_by(today), sort=order, limit=size)
        return [
            {
                **{name: one.state["guide"][name] for name in ("slug", "lang", "title", "kind")},
                "id": one.stream,
                "review_by": one.state["guide"]["review_by"],
                "standing": due.standing(one.state["guide"]["review_by"], today),
            }
            for one in found
        ]

    def state_due(self, today: date) -> None:
        """State what is due or overdue, once for each version, however many programs ask."""
        decide = partial(_decide_due, today=today)
        for one in self.streams.find(_due_by(today) | _not_stated(today)):
            cause = derived_id("guide.review_due", one.stream, str(one.version))
            self.streams.change(one.stream, decide, cause=cause, actor="library")


def _decide_due(state: Json | None, today: date) -> Change | None:
    move = due.state_due(state, today)
    return None if move is None else Change(*move)


def _due_by(today: date) -> Json:
    last = (today + due.AHEAD).isoformat()
    return {"state.is_published": True, "state.guide.review_by": {"$lte": last}}


def _not_stated(today: date) -> Json:
    """Of what is due: nothing was stated yet, or that it is due and its day has passed since."""
    passed = {"state.told_due": due.DUE, "state.guide.review_by": {"$lt": today.isoformat()}}
    return {"$or": [{"state.told_due": {"$exists": False}}, passed]}


def _as_edited(one: State) -> Json:
    now = life.phase(one.state)
    told = {"id": one.stream, "phase": now, "legal": sorted(life.MOVES[now])}
    return {**told, "revision": one.state.get("revision", 0), **one.state}

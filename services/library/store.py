"""The library's guides in MongoDB, in the library's own words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.library import domain
from services.library.domain import Guide, stream_of
from shared.storage.commits import Change, State, Streams

Json = dict[str, Any]
#: The events that put a text before readers.
PUBLISHED = frozenset({"guide.published", "guide.changed"})


class Guides:
    """The guides, each a stream."""

    def __init__(self, streams: Streams) -> None:
        self.streams = streams

    def prepare(self) -> None:
        """Make the indexes; safe to call at every start."""
        self.streams.states.create_index([("state.is_published", 1), ("_id", 1)])
        self.streams.states.create_index([("state.is_published", 1), ("state.guide.review_by", 1)])

    def publish(self, guide: Guide, *, cause: str, actor: str) -> str:
        """Publish a guide and return what that was: published, changed or same.

        A command that came before is the same, whatever happened to the guide since.
        """
        outcome = "same"
        if self.streams.knows(cause):
            return outcome

        def decide(state: Json | None) -> Change | None:
            nonlocal outcome
            move = domain.publish(state, guide)
            known = state is not None and state["is_published"]
            outcome = "same" if move is None else "changed" if known else "published"
            return None if move is None else Change(*move)

        self.streams.change(stream_of(guide.slug, guide.lang), decide, cause=cause, actor=actor)
        return outcome

    def published(self, streams: list[str]) -> list[Json]:
        """Return those of the guides that are published now, in the order asked."""
        found = self.streams.load_many(streams)
        guides = [found[stream] for stream in streams if stream in found]
        return self._told([one for one in guides if one.state["is_published"]])

    def after(self, stream: str, size: int) -> list[Json]:
        """Return the next published guides by stream id, for reading all of them page by page."""
        where = {"_id": {"$gt": stream}, "state.is_published": True}
        return self._told(self.streams.find(where, sort=[("_id", 1)], limit=size))

    def _told(self, guides: list[State]) -> list[Json]:
        """Return guides as others see them: fields, id, version, when each was published last."""
        wanted = {"stream": {"$in": [one.stream for one in guides]}}
        of = {"$match": {**wanted, "events.type": {"$in": sorted(PUBLISHED)}}}
        # The order of a commit is its time in microseconds; a draft's commit publishes nothing.
        last = {"$group": {"_id": "$stream", "order": {"$max": "$order"}}}
        orders = {row["_id"]: row["order"] for row in self.streams.commits.aggregate([of, last])}
        return [_as_told(one, orders[one.stream]) for one in guides]


def _as_told(one: State, order: int) -> Json:
    at = datetime.fromtimestamp(order // 1_000_000, UTC).isoformat()
    return {"id": one.stream, "version": one.version, "changed_at": at, **one.state["guide"]}

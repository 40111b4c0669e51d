"""The library's guides in MongoDB, in the library's own words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.library import domain
from services.library.domain import Guide, stream_of
from shared.storage.commits import Change, State, Streams

Json = dict[str, Any]


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
        return [as_told(one) for one in guides if one.state["is_published"]]

    def after(self, stream: str, size: int) -> list[State]:
        """Return the next published guides by stream id, for reading all of them page by page."""
        where = {"_id": {"$gt": stream}, "state.is_published": True}
        return self.streams.find(where, sort=[("_id", 1)], limit=size)


def as_told(one: State) -> Json:
    """Return a guide as others see it: its fields, id, version, and when it was published last."""
    # The order of a stream is the time of its last commit in microseconds.
    at = datetime.fromtimestamp(one.order // 1_000_000, UTC).isoformat()
    return {"id": one.stream, "version": one.version, "changed_at": at, **one.state["guide"]}

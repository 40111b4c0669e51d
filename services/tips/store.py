"""The tips and the verifiers of their receipts in MongoDB."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.tips.domain import Move
from shared.errors import Invalid
from shared.storage.commits import Change, Streams
from shared.storage.mongo import Db

Json = dict[str, Any]
WAITING = ["received", "opened", "answered", "passed_on"]
AT_ONCE = 500


class Tips:
    """The tips, each a stream under its own id."""

    def __init__(self, db: Db, streams: Streams) -> None:
        self.streams = streams
        self._codes = db["codes"]

    def prepare(self) -> None:
        """Make the indexes; safe to call at every start."""
        self._codes.create_index("locator")
        self.streams.states.create_index("state.deadline", sparse=True)
        self.streams.states.create_index([("state.owner", 1), ("state.state", 1)])

    def change(
        self,
        tip: str,
        move: Callable[[Json | None], Move | None],
        *,
        cause: str,
        actor: str = "",
    ) -> Json:
        """Make a move once per cause and return the tip after it."""

        def decide(state: Json | None) -> Change | None:
            done = move(state)
            return None if done is None else Change(*done)

        return self.streams.change(tip, decide, cause=cause, actor=actor)

    def load(self, tip: str) -> Json | None:
        """Return a tip, or None."""
        found = self.streams.load(tip)
        return None if found is None else found.state

    def keep_verifier(self, tip: str, private: Json) -> None:
        """Keep what a receipt is recognised by; the same tip again changes nothing."""
        row = {key: private.get(key) for key in ("locator", "salt", "verifier")}
        if not all(isinstance(value, str) and value for value in row.values()):
            raise Invalid("claim", "holds no verifier of a receipt", "the tip cannot be found")
        self._codes.update_one({"_id": tip}, {"$setOnInsert": row}, upsert=True)

    def verifiers(self, locator: str) -> list[Json]:
        """Return the verifiers under a locator; usually one or none."""
        rows = self._codes.find({"locator": locator}, limit=20)
        return [
            {"tip": row["_id"], "salt": row["salt"], "verifier": row["verifier"]} for row in rows
        ]

    def waiting(self, agency: str) -> list[Json]:
        """Return an agency's tips that are not ended: first those with a deadline, oldest first."""
        where = {"state.owner": agency, "state.state": {"$in": WAITING}}
        tips = [one.state for one in self.streams.find(where, limit=AT_ONCE)]
        return sorted(tips, key=lambda tip: (tip.get("deadline", "~"), tip["received_at"]))

    def past_deadline(self, at: str) -> list[Json]:
        """Return tips whose deadline is before `at` (as the domain writes moments)."""
        found = self.streams.find({"state.deadline": {"$lte": at}}, limit=AT_ONCE)
        return [one.state for one in found]

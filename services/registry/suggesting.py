"""Suggestions in MongoDB: kept as they come, listed for those who decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from services.registry import records, suggestions
from services.registry.domain import Json, stream_of
from services.registry.store import Decide, Ledger
from shared.storage.claims import Claims

#: A list is read by a person: what is older than these many waits until some are decided.
MOST_LISTED = 200


class Suggestions:
    """Suggestions, each a stream of its own. `coordinator` decides about everybody's."""

    def __init__(self, ledger: Ledger, claims: Claims, coordinator: str) -> None:
        self._ledger, self._claims, self._coordinator = ledger, claims, coordinator

    def keep(
        self,
        id: str,
        service: str,
        codes: Sequence[str],
        *,
        claim: str = "",
        said_by: str = "",
        at: datetime,
        cause: str,
    ) -> None:
        """Keep a suggestion about a listed service; about another one there is nothing to do."""
        record = self._ledger.load("service", service)
        if record is None or not records.is_listed(record):
            self._erase(claim)
            return
        make = partial(
            suggestions.make,
            id=id,
            about=records.given_by(record),
            codes=codes,
            claim=claim,
            said_by=said_by,
            at=at,
        )
        self._ledger.move(stream_of("suggestion", id), make, cause=cause)

    def open(self, agency: str) -> list[Json]:
        """Return the open suggestions an agency decides about, the newest first."""
        where: Json = {"state.waits_since": {"$gt": ""}}
        if agency != self._coordinator:
            where["state.organization"] = agency
        rows = self._ledger.streams.states.find(where, {"state": 1})
        newest = rows.sort("state.waits_since", -1).limit(MOST_LISTED)
        return [suggestions.told(row["state"], agency, self._coordinator) for row in newest]

    def one(self, id: str, agency: str) -> Json:
        """Return one suggestion, whatever became of it."""
        state = self._ledger.load("suggestion", id)
        return suggestions.told(state, agency, self._coordinator)

    def accept(self, id: str, agency: str, command_id: str, actor: str) -> Json:
        """Say that it is right."""
        decide = partial(suggestions.accept, **self._decider(agency, actor))
        return self._decide(id, decide, agency, command_id, actor)

    def refuse(self, id: str, reason: str, agency: str, command_id: str, actor: str) -> Json:
        """Say with a code why it is not followed."""
        decide = partial(suggestions.refuse, reason=reason, **self._decider(agency, actor))
        return self._decide(id, decide, agency, command_id, actor)

    def forget_words(self, id: str) -> None:
        """Erase what was written with a decided suggestion."""
        state = self._ledger.load("suggestion", id)
        self._erase(state["claim"] if state else "")

    def _decider(self, agency: str, actor: str) -> Json:
        at = self._ledger.clock()
        return {"agency": agency, "coordinator": self._coordinator, "at": at, "actor": actor}

    def _decide(self, id: str, decide: Decide, agency: str, command_id: str, actor: str) -> Json:
        after = self._ledger.command(stream_of("suggestion", id), decide, command_id, actor)
        return suggestions.told(after, agency, self._coordinator)

    def _erase(self, claim: str) -> None:
        if claim:
            self._claims.erase(claim)

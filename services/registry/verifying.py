"""Checks of service records: an agency makes them, the calendar wears them out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from services.registry import upkeep
from services.registry.domain import Json, Move, stream_of
from services.registry.store import Ledger
from shared.ids import derived_id
from shared.storage.commits import State

#: Records a round takes, and how many at the same moment: they share round trips.
A_ROUND = 1_000
SIDE_BY_SIDE = 200
_TOLD = ("hsds.name", "hsds.assured_date", "upkeep")


class Verifying:
    """Which records were checked when, and which are to be checked again."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def verify(self, service: str, agency: str, command_id: str, actor: str) -> Json:
        """Take an agency's word for one of its services and return what is known now."""
        today, row = self._ledger.clock().date(), self._ledger.load_all("service", [service])
        after = self._ledger.command(
            stream_of("service", service),
            lambda state: upkeep.verify(_kept(state, row.get(service)), agency, today),
            command_id,
            actor,
        )
        return {"service": service, "assured_date": upkeep.assured_date(after)}

    def services_of(self, agency: str, size: int) -> Json:
        """Return {records, total}: up to `size` listed services of an agency, oldest check first.

        A record is {service, name, assured_date, age}; no date was ever checked by a person.
        """
        mine = {"state.hsds.organization_id": agency, "state.is_withdrawn": False}
        where = {"_id": {"$gt": "service:", "$lt": "service;"}, **mine}  # ";" is what follows ":"
        fields = {"state.hsds.id": 1, **{f"state.{name}": 1 for name in _TOLD}}
        states = [row["state"] for row in self._ledger.streams.states.find(where, fields)]
        today = self._ledger.clock().date()
        states.sort(key=lambda state: (upkeep.counts_from(state, today), state["hsds"]["id"]))
        return {
            "records": [
                {
                    "service": state["hsds"]["id"],
                    "name": state["hsds"]["name"],
                    "assured_date": upkeep.assured_date(state),
                    "age": upkeep.age_of(state, today),
                }
                for state in states[:size]
            ],
            "total": len(states),
        }

    def review(self) -> None:
        """Let today's date act on the records, a round of them at a time."""
        today = self._ledger.clock().date()
        due = {
            "state.is_withdrawn": False,
            "state.upkeep.changes_on": {"$lte": today.isoformat()},
        }
        rows = self._ledger.streams.find(due, limit=A_ROUND)
        if not rows:
            return

        def act(row: State) -> None:
            def decide(state: Json | None) -> Move | None:
                return upkeep.review(_kept(state, row) or {}, today)

            cause = derived_id("upkeep", row.stream, str(row.version))
            self._ledger.move(row.stream, decide, cause=cause)

        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            for _ in pool.map(act, rows):
                pass


def _kept(state: Json | None, row: State | None) -> Json | None:
    """Return a state that says when it was modified, if it was made before states said so."""
    return {"modified": row.order, **state} if state and row else state

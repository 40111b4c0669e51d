"""The records of the stand-ins' services and their upkeep, by the registry's own rules."""

from __future__ import annotations

from typing import Any

from services.registry import records, upkeep
from services.registry.checking import check
from shared.clock import now
from shared.freshness import months_before
from tests.support.staff_network import CARDS

Json = dict[str, Any]


class MemoryRecords:
    """What the registry keeps of the services, each last checked so many `months` ago."""

    def __init__(self, months: int = 13) -> None:
        self.states: dict[str, Json] = {}
        self._done: set[str] = set()
        checked = months_before(now().date(), months).isoformat()
        for card in CARDS:
            said = {"id": card.id, "organization_id": card.organization, "name": card.name}
            hsds = {**said, "status": "active", "assured_date": checked}
            move = records.list_service(
                None, check("service", {"id": card.id, "hsds": hsds, "profile": {}})
            )
            assert move is not None
            self.states[card.id] = upkeep.dated(move[0], now().date())

    def verify(self, command_id: str, service: str, agency: str, actor: str) -> Json:
        """Take an agency's word, once per command."""
        if command_id not in self._done:
            after, _ = upkeep.verify(self.states.get(service), agency, now().date())
            self.states[service] = after
            self._done.add(command_id)
        return {"service": service, "assured_date": upkeep.assured_date(self.states[service])}

    def upkeep_of(self, agency: str, size: int) -> Json:
        """Return an agency's services."""
        today = now().date()
        mine = [one for one in self.states.values() if one["hsds"]["organization_id"] == agency]
        told = [
            {
                "service": state["hsds"]["id"],
                "name": state["hsds"]["name"],
                "assured_date": upkeep.assured_date(state),
                "age": upkeep.age_of(state, today),
            }
            for state in mine
        ]
        return {"records": told[:size], "total": len(told)}

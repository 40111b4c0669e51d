"""The rotas of areas, kept in the registry's streams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.registry import rota
from services.registry.domain import Json, stream_of
from services.registry.store import Ledger


class Rotas:
    """Who is on call, area by area."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def set(
        self, area: str, shifts: Sequence[rota.Shift], timezone: str, command_id: str, actor: str
    ) -> Json:
        """Set an area's rota."""
        self._ledger.must_be_listed("shifts.organization", [one.organization for one in shifts])
        self._ledger.command(
            stream_of("rota", area),
            lambda state: rota.set_rota(state, area, shifts, timezone),
            command_id,
            actor,
        )
        return {"area": area, "shifts": len(shifts)}

    def on_call(self, area: str, at: datetime) -> Json:
        """Return who is on call in an area at a moment."""
        return rota.on_call(self._ledger.load("rota", area), at)

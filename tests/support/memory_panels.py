"""Panels and pathways in dicts, moved by the registry's own rules."""

from __future__ import annotations

from typing import Any

import msgspec

from services.registry import panel, pathways
from services.registry.pairs import must_coordinate
from services.registry.panel import Entry
from services.registry.pathways import Pathway
from shared.clock import now
from shared.errors import Invalid
from shared.ids import derived_id
from tests.support.staff_network import HARBOR_LIGHT

Json = dict[str, Any]


class MemoryPanels:
    """What the registry answers about panels and pathways."""

    def __init__(self) -> None:
        self._entries: dict[str, Json] = {}
        self._pathways: dict[str, Json] = {}

    def answers(self) -> dict[str, Any]:
        """Return the commands by name."""
        return {
            "registry.panel": self._panel,
            "registry.record_panel_entry": self._record,
            "registry.end_panel_entry": self._end,
            "registry.pathways": self._all,
            "registry.set_pathway": self._put,
            "registry.end_pathway": self._end_pathway,
        }

    def _panel(self, agency: str) -> Json:
        on = [one for one in self._entries.values() if one["standing"] != "ended"]
        own = [panel.shown(one) for one in on if one["organization"] == agency]
        return {"own": own, "counts": panel.counts(on)}

    def _record(self, command_id: str, agency: str, said: Json, actor: str, entry: str) -> Json:
        id = entry or derived_id(command_id, "panel_entry")
        today = now().date()
        move = panel.record(self._entries.get(id), id, agency, _read(said, Entry), today)
        if move is not None:
            self._entries[id] = move[0]
        return panel.shown(self._entries[id])

    def _end(self, command_id: str, entry: str, agency: str, actor: str) -> Json:
        self._entries[entry], _ = panel.end(self._entries.get(entry), agency)
        return {"entry": entry}

    def _all(self) -> list[Json]:
        return [{**one, "version": 1} for one in self._pathways.values() if not one["is_ended"]]

    def _put(self, command_id: str, pathway: str, said: Json, agency: str, actor: str) -> Json:
        must_coordinate(agency, HARBOR_LIGHT)
        read = _read(said, Pathway)
        pathways.check(read)
        move = pathways.put(self._pathways.get(pathway), pathway, read)
        if move is not None:
            self._pathways[pathway] = move[0]
        return {"pathway": pathway}

    def _end_pathway(self, command_id: str, pathway: str, agency: str, actor: str) -> Json:
        must_coordinate(agency, HARBOR_LIGHT)
        self._pathways[pathway], _ = pathways.end(self._pathways.get(pathway), pathway)
        return {"pathway": pathway}


def _read(said: Json, kind: type[Any]) -> Any:
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError:
        raise Invalid("said", "does not fit", "check it") from None

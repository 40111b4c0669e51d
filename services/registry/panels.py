"""Panels and pathways, kept in the registry's streams."""

from __future__ import annotations

from collections.abc import Iterator

from services.registry import panel, pathways
from services.registry.domain import Json, stream_of
from services.registry.pairs import must_coordinate
from services.registry.panel import Entry
from services.registry.pathways import Pathway
from services.registry.store import AT_ONCE, Ledger
from shared.errors import Invalid
from shared.ids import derived_id

#: More than these would be no panel and no list any more.
MOST_ENTRIES = 500
MOST_PATHWAYS = 100
BETWEEN = {"_id": {"$gte": "panel:", "$lt": "panel;"}}


class Panels:
    """Professionals and interpreters, agency by agency."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def record(self, entry: str, of: str, said: Entry, command_id: str, actor: str) -> Json:
        """Put somebody on an agency's panel or renew her; a new entry has the id ""."""
        self._ledger.must_be_listed("agency", [of])
        today = self._ledger.clock().date()
        id = entry or derived_id(command_id, "panel_entry")
        stream = stream_of("panel", id)
        known = self._ledger.load("panel", id)
        if entry and known is None:
            raise panel.none_of_yours()
        # who was taken off and comes back is one more; a command that comes again is not
        is_more = known is None or panel.is_over(known)
        if is_more and len(list(self._of(of))) >= MOST_ENTRIES:
            raise Invalid("entry", f"would be more than {MOST_ENTRIES}", "end old ones first")
        after = self._ledger.command(
            stream, lambda state: panel.record(state, id, of, said, today), command_id, actor
        )
        return panel.shown(after)

    def end(self, entry: str, of: str, command_id: str, actor: str) -> Json:
        """Take somebody off an agency's panel."""
        stream = stream_of("panel", entry)
        self._ledger.command(stream, lambda state: panel.end(state, of), command_id, actor)
        return {"entry": entry}

    def panel(self, agency: str) -> Json:
        """Return {own, counts}: an agency's entries, and how many all agencies have together."""
        own = [panel.shown(one) for one in self._of(agency)]
        return {"own": own, "counts": panel.counts(self._states({}))}

    def review(self) -> None:
        """Let today's date act on entries."""
        today = self._ledger.clock().date()
        where = {"state.changes_on": {"$lte": today.isoformat()}}
        for row in self._ledger.streams.find({**BETWEEN, **where}, limit=AT_ONCE):
            self._ledger.move(
                row.stream,
                lambda state: panel.review(state, today) if state else None,
                cause=derived_id("panel", row.stream, str(row.version)),
            )

    def _of(self, agency: str) -> Iterator[Json]:
        return self._states({"state.organization": agency})

    def _states(self, where: Json) -> Iterator[Json]:
        is_on = {"state.standing": {"$ne": "ended"}}
        for row in self._ledger.streams.find({**BETWEEN, **is_on, **where}, sort=[("_id", 1)]):
            yield row.state


class Pathways:
    """The pathways of the network. `coordinator` is the agency that keeps them."""

    def __init__(self, ledger: Ledger, coordinator: str) -> None:
        self._ledger, self._coordinator = ledger, coordinator

    def put(self, id: str, said: Pathway, agency: str, command_id: str, actor: str) -> Json:
        """Write or change a pathway; NotAllowed but for the agency that coordinates."""
        must_coordinate(agency, self._coordinator)
        pathways.check(said)
        services = sorted({one for step in said.steps for one in step.services})
        listed = self._ledger.load_all("service", services)
        if len(listed) < len(services) or any(one.state["is_withdrawn"] for one in listed.values()):
            raise Invalid("pathway.steps.services", "is not in the directory", "check its id")
        in_use = {one["pathway"] for one in self.all()}
        if id not in in_use and len(in_use) >= MOST_PATHWAYS:
            raise Invalid("pathway", f"would be more than {MOST_PATHWAYS}", "end old ones first")
        stream = stream_of("pathway", id)
        self._ledger.command(stream, lambda state: pathways.put(state, id, said), command_id, actor)
        return {"pathway": id}

    def end(self, id: str, agency: str, command_id: str, actor: str) -> Json:
        """End a pathway; NotAllowed but for the agency that coordinates."""
        must_coordinate(agency, self._coordinator)
        stream = stream_of("pathway", id)
        self._ledger.command(stream, lambda state: pathways.end(state, id), command_id, actor)
        return {"pathway": id}

    def all(self) -> list[Json]:
        """Return the pathways in use by id: {pathway, names, age_group, origin, steps, version}."""
        where = {"_id": {"$gte": "pathway:", "$lt": "pathway;"}, "state.is_ended": False}
        found = self._ledger.streams.find(where, sort=[("_id", 1)], limit=MOST_PATHWAYS)
        names = ("pathway", "names", "age_group", "origin", "steps")
        return [{**{n: row.state[n] for n in names}, "version": row.version} for row in found]

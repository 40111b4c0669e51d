"""Taking in a publisher's records, many at a time, so that the same import twice changes nothing.

The moves of a call are made in one round trip; those that do not fit are made one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date

from services.registry import capacity, lookup, records, upkeep
from services.registry.checking import check, id_in
from services.registry.domain import Json, Kind, Move, id_of, stream_of
from services.registry.records import Record
from services.registry.store import Decide, Directory, Ledger
from shared.errors import Invalid
from shared.ids import derived_id
from shared.storage.commits import State

#: The fields by which a record refers to others, which must be known before it.
REFERENCES: dict[Kind, dict[str, Kind]] = {
    "organization": {},
    "location": {"organization_id": "organization"},
    "service": {"organization_id": "organization"},
    "service_at_location": {"service_id": "service", "location_id": "location"},
}
SIDE_BY_SIDE = 200


@dataclass
class Taken:
    """What became of the records: how many were listed, changed, the same, and which refused."""

    listed: int = 0
    changed: int = 0
    same: int = 0
    refused: list[Json] = field(default_factory=list)

    def refuse(self, id: str, error: Invalid) -> None:
        self.refused.append({"id": id, "field": error.field, "rule": error.rule})


@dataclass
class Compared(Taken):
    """What would become of records: `changes` has {id, fields}, no fields for a new record."""

    changes: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """A move on a stream. `mark` says from what content; `version` what it builds on."""

    stream: str
    decide: Decide
    mark: str
    version: int


class Imports:
    """Imports of one kind of record at a time; references must have been imported before."""

    def __init__(self, ledger: Ledger, directory: Directory) -> None:
        self._ledger = ledger
        self._directory = directory

    def take(self, kind: Kind, given: Sequence[Json], source: str, actor: str) -> Taken:
        """Take in records and say what became of them; what is refused stops nothing else."""
        taken = Taken()
        sent = [replace(one, source=source) for one in _checked(kind, given, taken)]
        fit = self._with_references(kind, sent, taken)
        if kind == "service_at_location":
            self._take_places(fit, source, actor, taken)
        else:
            self._take_records(kind, fit, source, actor, taken)
        if kind == "service":
            self._report_first([one for one in fit if one.capacity], actor)
        return taken

    def compare(self, kind: Kind, given: Sequence[Json], promised: Iterable[str]) -> Compared:
        """Say what `take` would do, and do nothing; the streams `promised` count as known."""
        compared = Compared()
        fit = self._with_references(kind, _checked(kind, given, compared), compared, promised)
        before = self._before(kind, [one.id for one in fit])
        for one in fit:
            state = before.get(one.id)
            if records.is_same(state, one):
                compared.same += 1
                continue
            is_change = state is not None and records.is_listed(state)
            fields = records.changed_fields(state, one) if state and is_change else []
            compared.changed += is_change
            compared.listed += not is_change
            compared.changes.append({"id": one.id, "fields": fields})
        return compared

    def _before(self, kind: Kind, ids: list[str]) -> dict[str, Json]:
        """Return what the directory knows of these records, by id."""
        if kind != "service_at_location":
            return {one: it.state for one, it in self._ledger.load_all(kind, ids).items()}
        held = self._ledger.streams.find({"state.place_ids": {"$in": ids}})
        return {one: place for row in held for one, place in row.state["places"].items()}

    def _with_references(
        self, kind: Kind, fit: list[Record], taken: Taken, promised: Iterable[str] = ()
    ) -> list[Record]:
        named = REFERENCES[kind]
        wanted = {
            stream_of(to, one.hsds[name])
            for one in fit
            for name, to in named.items()
            if name in one.hsds
        }
        known = lookup.exist(self._ledger, wanted).union(promised)
        kept = []
        for one in fit:
            broken = [
                (name, to)
                for name, to in named.items()
                if name in one.hsds and stream_of(to, one.hsds[name]) not in known
            ]
            for name, to in broken[:1]:
                taken.refuse(one.id, Invalid(name, f"names no {to} of this directory"))
            kept += [] if broken else [one]
        return kept

    def _take_records(
        self, kind: Kind, fit: list[Record], source: str, actor: str, taken: Taken
    ) -> None:
        known = self._known(kind, [one.id for one in fit])
        fresh, listed = [], []
        for one in fit:
            before = known.get(one.id)
            if before is not None and records.is_same(before.state, one):
                taken.same += 1
                continue
            fresh.append(one)
            listed += [one.id] if before else []  # nothing is given at a new location yet
            is_change = before is not None and records.is_listed(before.state)
            taken.changed += is_change
            taken.listed += not is_change
        here = self._directory.given_at(listed) if kind == "location" and listed else {}
        steps = [
            Step(
                stream_of(kind, one.id),
                _decision(kind, one, here.get(one.id, []), self._ledger.clock().date()),
                one.mark,
                known[one.id].version if one.id in known else 0,
            )
            for one in fresh
        ]
        self._run(steps, source, actor)

    def _take_places(self, fit: list[Record], source: str, actor: str, taken: Taken) -> None:
        held = self._ledger.streams.find({"state.place_ids": {"$in": [one.id for one in fit]}})
        before = {one: row for row in held for one in row.state["place_ids"]}
        moved: dict[str, list[Record]] = defaultdict(list)
        fresh: dict[str, list[Record]] = defaultdict(list)
        for one in fit:
            holder, service = before.get(one.id), one.hsds["service_id"]
            place = holder.state["places"][one.id] if holder else None
            if records.is_same(place, one):
                taken.same += 1
                continue
            if holder and id_of(holder.stream) != service:
                moved[id_of(holder.stream)].append(one)
            fresh[service].append(one)
            taken.changed += records.is_listed(place)
            taken.listed += not records.is_listed(place)
        if moved:
            known = self._known("service", moved)
            self._run(_place_steps(moved, known, _displacement), source, actor)
        known = self._known("service", fresh)
        self._run(_place_steps(fresh, known, _placement), source, actor)

    def _known(self, kind: str, ids: Iterable[str]) -> dict[str, State]:
        found = lookup.known(self._ledger, (stream_of(kind, one) for one in ids))
        return {id_of(stream): state for stream, state in found.items()}

    def _report_first(self, fit: list[Record], actor: str) -> None:
        """Report the units published with services whose capacity nobody reported yet."""
        if not fit:
            return
        known = self._ledger.load_all("capacity", [one.id for one in fit])
        steps = [
            Step(stream_of("capacity", one.id), self._first_report(one), "", 0)
            for one in fit
            if one.id not in known
        ]
        self._run(steps, "capacity", actor)

    def _first_report(self, one: Record) -> Decide:
        first, at = one.capacity, self._ledger.clock()

        def decide(state: Json | None) -> Move | None:
            if state is not None or first is None:
                return None
            return capacity.report(
                None,
                one.id,
                available=first.available,
                maximum=first.maximum,
                unit=first.unit,
                at=at,
            )

        return decide

    def _run(self, steps: Sequence[Step], source: str, actor: str) -> None:
        """Make all the moves; each has a cause of its own that the same import gives again."""

        # With the version: content that comes back after a change is a new cause.
        moves = [
            (
                step.stream,
                step.decide,
                derived_id("import", source, step.stream, step.mark, str(step.version)),
            )
            for step in steps
        ]
        made = self._ledger.try_all(moves, actor) if moves else []

        def make(move: tuple[str, Decide, str]) -> None:
            stream, decide, cause = move
            self._ledger.move(stream, decide, cause=cause, actor=actor)

        rest = [move for move, is_made in zip(moves, made, strict=True) if not is_made]
        if rest:
            with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
                for _ in pool.map(make, rest):
                    pass


def _checked(kind: Kind, given: Iterable[Json], taken: Taken) -> list[Record]:
    fit: dict[str, Record] = {}
    for one in given:
        try:
            record = check(kind, one)
            if record.id in fit:
                raise Invalid("id", "is that of an earlier record of this call")
            fit[record.id] = record
        except Invalid as error:
            taken.refuse(id_in(one), error)
    return list(fit.values())


def _decision(kind: Kind, record: Record, here: Sequence[records.Given], today: date) -> Decide:
    if kind == "location":
        return lambda state: records.list_location(state, record, here)
    if kind == "organization":
        return lambda state: records.list_organization(state, record)
    return lambda state: _dated(records.list_service(state, record), today)


def _dated(move: Move | None, today: date) -> Move | None:
    return None if move is None else (upkeep.dated(move[0], today), move[1])


def _place_steps(
    by_service: Mapping[str, Sequence[Record]],
    known: Mapping[str, State],
    decision: Callable[[Sequence[Record]], Decide],
) -> list[Step]:
    """Return one step a service for all its places, so that they do not race each other."""
    return [
        Step(
            stream_of("service", service),
            decision(placed),
            "\x1f".join(sorted(one.mark for one in placed)),
            known[service].version,
        )
        for service, placed in by_service.items()
    ]


def _placement(placed: Sequence[Record]) -> Decide:
    return lambda state: records.place_service(state, placed) if state else None


def _displacement(placed: Sequence[Record]) -> Decide:
    gone = [one.id for one in placed]
    return lambda state: records.displace_service(state, gone) if state else None

"""Services, organizations and services at locations, put together of the records around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.registry import capacity, changelog, records, upkeep
from services.registry.domain import Json, stream_of, written
from services.registry.published.fitting import fitted_record, plain
from services.registry.published.viewers import Viewer, is_seen, owner_of, shows_where
from shared import terms
from shared.ids import derived_id
from shared.storage.commits import State

_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Shelf:
    """What resources are put together of: states by stream. `at` is the moment of asking.

    `changes` are change logs by a record's id, of what the viewer may own.
    """

    states: Mapping[str, State]
    viewer: Viewer
    at: datetime
    changes: Mapping[str, list[Json]] = field(default_factory=dict)

    def find(self, kind: str, id: str) -> Json | None:
        """Return the state of a record."""
        found = self.states.get(stream_of(kind, id))
        return None if found is None else found.state

    # services

    def service(self, row: State, *, full: bool) -> Json:
        """Return a service, with its organization; all that is nested in it when `full`."""
        owner = owner_of(row.state)
        found = self._fitted("service", row.state, owner, full=full)
        found["last_modified"] = modified_at(row)
        if (giver := self.find("organization", owner)) is not None:
            found["organization"] = self._organization(giver)
        if not full:
            return plain("service", found, ("organization", "program"))
        self._add_lists(found, row.state)
        places = [self._place(row, one) for one in records.listed_places(row.state)]
        return _some(**found, service_at_locations=places)

    def _add_lists(self, found: Json, state: Json) -> None:
        """Add what the profile and the capacity say of a service."""
        profile, id = state["profile"], state["hsds"]["id"]
        found.setdefault("languages", terms.languages(id, profile))
        found.setdefault("service_areas", terms.areas(id, profile["areas"]))
        found["capacities"] = self._capacities(id, owner_of(state))
        found["attributes"] = _attributes("service", found, state)

    def _capacities(self, service: str, owner: str) -> list[Json]:
        state = self.find("capacity", service)
        if state is None or state["is_unknown"] or state["unit"] == "none":
            return []
        if not self.viewer.sees_field("capacities", owner):
            return []
        unit = state["unit"]
        return [
            {
                "id": derived_id("hsds", "service_capacity", service),
                "service_id": service,
                "unit": {"id": derived_id("hsds", "unit", unit), "name": unit},
                "available": capacity.free(state, self.at),
                "maximum": state["maximum"],
                "updated": state["reported_at"],
            }
        ]

    # services at locations

    def service_at_location(self, row: State, id: str, *, full: bool) -> Json:
        """Return where a service is given, with the service and the location."""
        place = self._place(row, row.state["places"][id])
        whole = {**place, "service": self.service(row, full=False)}
        if full:
            return whole
        flat = plain("service_at_location", whole, ("location",))
        return {**flat, "service": whole["service"]}

    def _place(self, row: State, kept: Json) -> Json:
        """A place; of one whose where is not for this viewer only the id and the area."""
        service, owner = row.state["hsds"]["id"], owner_of(row.state)
        id, location = kept["hsds"]["id"], self.find("location", kept["hsds"]["location_id"])
        around = location["profile"] if location else {"areas": []}
        areas = kept["profile"]["areas"] or around["areas"] or row.state["profile"]["areas"]
        told = {"id": id, "service_id": service}
        if location is None or not shows_where(row.state, kept, location, self.viewer):
            return {**told, **_some(service_areas=terms.areas(id, areas))}
        found = self._fitted("service_at_location", kept, owner)
        found.setdefault("service_areas", terms.areas(id, areas))
        found["attributes"] = _attributes("service_at_location", found, kept)
        found["location"] = self._location(location, owner)
        return _some(**found)

    def _location(self, state: Json, giver: str) -> Json:
        found = self._fitted("location", state, owner_of(state) or giver)
        found.setdefault("languages", terms.languages(found["id"], state["profile"]))
        found["attributes"] = _attributes("location", found, state)
        return _some(**found)

    # organizations

    def organization(self, row: State, services: Sequence[State], *, full_service: bool) -> Json:
        """Return an organization with its services, and the locations they are given at."""
        id = row.state["hsds"]["id"]
        found = self._fitted("organization", row.state, id)
        found["attributes"] = _attributes("organization", found, row.state)
        found["locations"] = self._locations(services, id)
        found["services"] = [
            self._given(one) if full_service else _outline(one)
            for one in services
            if is_seen(one.state, id, self.viewer)
        ]
        return _some(**found)

    def _given(self, row: State) -> Json:
        """A service within its organization, which it need not name again."""
        whole = self.service(row, full=True)
        return {name: value for name, value in whole.items() if name != "organization"}

    def _locations(self, services: Sequence[State], owner: str) -> list[Json]:
        """An organization's own locations: those where it openly gives a service."""
        found = {}
        for row in services:
            for place in records.listed_places(row.state):
                at = place["hsds"]["location_id"]
                state = self.find("location", at)
                if state is None or at in found or owner_of(state) not in ("", owner):
                    continue
                if shows_where(row.state, place, state, self.viewer):
                    found[at] = self._location(state, owner)
        return [found[at] for at in sorted(found)]

    def organization_alone(self, row: State) -> Json:
        """Return the one-to-one fields of an organization."""
        return self._organization(row.state)

    def _organization(self, state: Json) -> Json:
        id = state["hsds"]["id"]
        found = self._fitted("organization", state, id, full=False)
        return plain("organization", found)

    def _fitted(self, resource: str, state: Json, owner: str, *, full: bool = True) -> Json:
        """A kept record with the later check and the change log, cut to what the viewer sees."""
        said = upkeep.with_assured_date(state) if resource == "service" else state["hsds"]
        said = changelog.with_log(said, self.changes.get(said["id"], ()))
        return fitted_record(resource, {**state, "hsds": said}, self.viewer, owner, full=full)


def modified_at(row: State) -> str:
    """Return when a record was last changed here, be it by anybody: not when it was verified."""
    return written(_EPOCH + timedelta(microseconds=row.state.get("modified", row.order)))


def _outline(row: State) -> Json:
    return {name: row.state["hsds"][name] for name in ("id", "name", "status")}


def _attributes(entity: str, found: Json, state: Json) -> list[Json]:
    theirs = [
        one
        for one in found.get("attributes", ())
        if not terms.is_ours(one.get("taxonomy_term", {}))
    ]
    return [*terms.attributes(entity, state["hsds"]["id"], state["profile"]), *theirs]


def _some(**fields: object) -> Json:
    """Leave out empty lists: HSDS has no other way to say nothing."""
    return {name: value for name, value in fields.items() if value != []}

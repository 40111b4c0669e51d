"""The four kinds of records of a package, joined by their keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from services.registry.tabular.rows import SET_ASIDE, USED, Ledger, Row, hsds_fields, names_no
from services.registry.tabular.tables import LISTS
from services.registry.tabular.values import identifier

#: In this order, so that whoever stores them meets a record after those it refers to.
KINDS = ("organization", "location", "service", "service_at_location")

#: All that may be known of a confidential location.
_KEPT_OF_CONFIDENTIAL = {"id", "location_type", "organization_id", "attributes"}

#: The only nested tables that may say something of it; rows of the others are not kept.
OPEN_TABLES = frozenset({"attribute", "language", "schedule"})


@dataclass(slots=True, eq=False)
class Entry:
    """A record in the making. `codes` are (group, value) pairs of our own codes."""

    kind: str
    id: str
    hsds: dict[str, Any]
    codes: set[tuple[str, str]] = field(default_factory=set)
    is_confidential: bool = False
    held: set[tuple[str, str]] = field(default_factory=set)

    def nest(self, table: str, child: dict[str, Any]) -> bool:
        """Put a row of a nested table into its list; False when it is there already."""
        if (table, child["id"]) in self.held:
            return False
        self.held.add((table, child["id"]))
        name = LISTS[table]
        if table == "url" and self.kind == "organization":
            name = "additional_websites"
        self.hsds.setdefault(name, []).append(child)
        return True


class Directory:
    """The records of one package by kind and key, and the rows they are made of."""

    def __init__(self, source: str, rows: dict[str, list[Row]], ledger: Ledger) -> None:
        self.source = source
        self.rows = rows
        self.ledger = ledger
        self.entries: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
        self.places_of: dict[str, list[Entry]] = {}
        self.locations: dict[str, Entry] = {}
        self._joined: set[tuple[str, str]] = set()

    def identifier(self, kind: str, key: str) -> str:
        """Return the UUID of a key of this package."""
        return identifier(self.source, kind, key)

    def row_id(self, table: str, row: Row) -> str:
        """Return the UUID of a row, made of all it says when it has no key of its own."""
        key = row.get("id") or "\x1f".join(f"{name}={row.values[name]}" for name in row.values)
        return self.identifier(table, key)

    def find(self, row: Row, name: str, kind: str) -> list[Entry]:
        """Return the kept records a reference field names; broken references are reported."""
        known = self.entries[kind]
        keys = row.keys(name)
        found = [known[key] for key in keys if key in known]
        if len(found) < len(keys):
            self.ledger.report(row, name, names_no(kind))
        return found

    def needed(self, row: Row, name: str, kind: str) -> list[Entry]:
        """Return the records a row cannot do without; with none of them it is set aside."""
        found = self.find(row, name, kind)
        if not found and row.get(name):
            row.fate = SET_ASIDE
        elif not found:
            self.ledger.refuse(row, name, "is needed and has no value that can be kept")
        return found

    def kept(self, row: Row, kind: str) -> Entry | None:
        """Return the record a row became, None when it became none."""
        return self.entries[kind].get(row.get("id")) if row.fate == USED else None

    def all(self) -> Iterator[Entry]:
        """Yield every record, organizations first."""
        for kind in KINDS:
            yield from self.entries[kind].values()

    def join(self) -> None:
        """Make the four kinds of records of this package."""
        for row in self._fresh("organization"):
            self._add(row, "organization", {"description": ""})
        self._name_parents()
        for row in self._fresh("location"):
            self._add_location(row)
        for row in self._fresh("service"):
            self._add_service(row)
        for row in self._fresh("service_at_location"):
            self._add_service_at_location(row)
        for row in self.rows.get("service", []):
            self._add_listed_locations(row)

    def _fresh(self, kind: str) -> Iterator[Row]:
        for row in self.rows.get(kind, []):
            if not row.get("id"):
                self.ledger.refuse(row, "id", "is needed and has no value that can be kept")
            elif row.get("id") in self.entries[kind]:
                self.ledger.refuse(row, "id", "is the key of an earlier row")
            else:
                yield row

    def _add(self, row: Row, kind: str, fixed: dict[str, Any]) -> Entry | None:
        found = hsds_fields(row, kind, self.ledger)
        if found is None:
            return None
        entry = Entry(kind, self.identifier(kind, row.get("id")), {})
        entry.hsds = {"id": entry.id, **fixed, **found}
        self.entries[kind][row.get("id")] = entry
        row.fate = USED
        return entry

    def _name_parents(self) -> None:
        for row in self.rows.get("organization", []):
            if entry := self.kept(row, "organization"):
                for parent in self.find(row, "parent_organization_id", "organization")[:1]:
                    entry.hsds["parent_organization_id"] = parent.id

    def _add_location(self, row: Row) -> None:
        owner = self.find(row, "organization_id", "organization")[:1]
        is_virtual = row.get("virtual").lower() == "true"
        fixed = {"location_type": "virtual" if is_virtual else "physical"}
        if owner:
            fixed["organization_id"] = owner[0].id
        entry = self._add(row, "location", fixed)
        if entry is None:
            return
        self.locations[entry.id] = entry
        point = entry.hsds.get("latitude"), entry.hsds.get("longitude")
        if None in point or point == (0, 0):
            entry.hsds.pop("latitude", None)
            entry.hsds.pop("longitude", None)
        if point == (0, 0) or bool(row.get("latitude")) != bool(row.get("longitude")):
            self.ledger.report(row, "latitude", "is with its longitude no place on land")

    def _add_service(self, row: Row) -> None:
        owners = self._owners_of(row)
        if not owners:
            return
        # A status nobody can read must not send a client to a closed door.
        status = "inactive" if row.get("status") else "active"
        self._add(row, "service", {"organization_id": owners[0], "status": status})
        if len(owners) > 1:
            self.ledger.report(row, "organization_id", "names more than one: the first is kept")

    def _owners_of(self, row: Row) -> list[str]:
        """Return the organizations of a service; older exports name them by its location only."""
        places = [self.entries["location"].get(key) for key in row.keys("locations")]
        owners = [place.hsds.get("organization_id", "") for place in places if place]
        if not row.get("organization_id") and any(owners):
            return [owner for owner in owners if owner][:1]
        return [owner.id for owner in self.needed(row, "organization_id", "organization")]

    def _add_service_at_location(self, row: Row) -> None:
        service = self.needed(row, "service_id", "service")
        location = self.needed(row, "location_id", "location") if service else []
        if not service or not location:
            return
        if self._joins(service[0], location[0]):
            ids = {"service_id": service[0].id, "location_id": location[0].id}
            self._add(row, "service_at_location", ids)
        else:
            self.ledger.refuse(row, "location_id", "says what an earlier row said")

    def _add_listed_locations(self, row: Row) -> None:
        service = self.kept(row, "service")
        if service is None:
            return
        for location in self.find(row, "locations", "location"):
            if self._joins(service, location):
                key = f"{service.id}/{location.id}"
                ids = {"service_id": service.id, "location_id": location.id}
                entry = Entry(
                    "service_at_location", self.identifier("service_at_location", key), {}
                )
                entry.hsds = {"id": entry.id, **ids}
                self.entries["service_at_location"][key] = entry

    def _joins(self, service: Entry, location: Entry) -> bool:
        if (service.id, location.id) in self._joined:
            return False
        self._joined.add((service.id, location.id))
        self.places_of.setdefault(service.id, []).append(location)
        return True

    def hide_confidential(self) -> None:
        """Cut confidential locations down to what may be known: that they are, and their area.

        A location is confidential when it says so, or when a service given there does.
        """
        self._mark_confidential()
        hidden = {place.id for place in self.entries["location"].values() if place.is_confidential}
        for location in self.entries["location"].values():
            if location.id in hidden:
                for name in location.hsds.keys() - _KEPT_OF_CONFIDENTIAL:
                    del location.hsds[name]
        for place in self.entries["service_at_location"].values():
            if place.hsds["location_id"] in hidden:
                place.is_confidential = True
                place.hsds.pop("description", None)
        for service in self.entries["service"].values():
            places = self.places_of.get(service.id, [])
            if places and all(place.is_confidential for place in places):
                service.is_confidential = True

    def _mark_confidential(self) -> None:
        for entry in self.all():
            if ("tier", "confidential") in entry.codes:
                entry.is_confidential = True
                for location in self.places_of.get(entry.id, []):
                    location.is_confidential = True
                if entry.kind == "service_at_location":
                    self.locations[entry.hsds["location_id"]].is_confidential = True

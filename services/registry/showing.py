"""What each tier of readers may have of a record when the directory is written out.

public < partner (member agencies) < coordinator (hotline, case managers) < own (the operator).
Which fields and phones a tier may have is said by `shared.hsds`, for files as for the API. Below
`own` a confidential location is told as its area and nothing else, and no service is told to be at
a place that is confidential for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from services.registry import changelog, upkeep
from services.registry.domain import Json, stream_of
from services.registry.published.viewers import Viewer
from services.registry.records import is_listed, listed_places
from services.registry.tabular.codes import codes_of_attribute, with_codes
from services.registry.tabular.flat import TABLE_OF_LIST, TABLE_OF_OBJECT
from services.registry.tabular.tables import COLUMNS
from shared.hsds import Tier

#: The kinds of records that are listed by themselves; places come with their service.
Whole = Literal["organization", "location", "service"]

_OF_CONFIDENTIAL_LOCATION = {"id", "location_type", "organization_id", "attributes"}
_OF_CONFIDENTIAL_PLACE = {"id", "service_id", "location_id", "attributes", "schedules"}


@dataclass(frozen=True)
class Shown:
    """Records as one tier may have them; `around` holds what they refer to, by stream.

    `changes` are the change logs of records, by id; only the tier `own` is told them.
    """

    tier: Tier
    around: Mapping[str, Json]
    changes: Mapping[str, list[Json]] = field(default_factory=dict)

    @property
    def _viewer(self) -> Viewer:
        return Viewer(self.tier)

    def page(self, kind: Whole, states: Iterable[Json]) -> list[Json]:
        """Return {kind, hsds} of the records of a page, each service with its places behind it."""
        found: list[Json] = []
        for state in states:
            if (hsds := self.record(kind, state)) is None:
                continue
            found.append({"kind": kind, "hsds": hsds})
            if kind == "service":
                places = self.places(state)
                found += [{"kind": "service_at_location", "hsds": one} for one in places]
        return found

    def record(self, kind: str, state: Json) -> Json | None:
        """Return the HSDS object of an organization, location or service; None when hidden."""
        if not self._may_see(state) or not self._has_seen_owner(kind, state):
            return None
        found = self._told(kind, state)
        parent = found.get("parent_organization_id")
        if parent and not self._sees("organization", parent):
            del found["parent_organization_id"]
        if kind == "location" and self._is_secret(state):
            return _cut(found, _OF_CONFIDENTIAL_LOCATION)
        return found

    def places(self, service: Json) -> Iterator[Json]:
        """Yield the service_at_location objects of a service that may be seen itself."""
        for place in listed_places(service):
            location = self.around.get(stream_of("location", place["hsds"]["location_id"]))
            if location is None or not self._may_see(place) or not self._sees_location(location):
                continue
            found = self._told("service_at_location", place)
            if self._is_secret(location):
                yield _cut(found, _OF_CONFIDENTIAL_PLACE)
            elif not self._is_secret(place) and not self._is_secret(service):
                yield found

    def _sees_location(self, location: Json) -> bool:
        return self._may_see(location) and self._has_seen_owner("location", location)

    def _may_see(self, state: Json) -> bool:
        tier = state["profile"].get("tier", "public")
        return is_listed(state) and self._viewer.sees(tier, "")

    def _sees(self, kind: str, id: str) -> bool:
        state = self.around.get(stream_of(kind, id))
        return state is not None and self._may_see(state)

    def _has_seen_owner(self, kind: str, state: Json) -> bool:
        owner = state["hsds"].get("organization_id")
        return kind == "organization" or not owner or self._sees("organization", owner)

    def _is_secret(self, state: Json) -> bool:
        return self.tier != "own" and bool(state["profile"].get("confidential"))

    def _told(self, kind: str, state: Json) -> Json:
        said = upkeep.with_assured_date(state) if kind == "service" else state["hsds"]
        said = changelog.with_log(said, self.changes.get(said["id"], ()))
        return self._kept(kind, with_codes(kind, said, state["profile"]))

    def _kept(self, table: str, thing: Json) -> Json:
        found: Json = {}
        for name, value in thing.items():
            if not self._viewer.sees_field(name, ""):
                continue
            if name in TABLE_OF_OBJECT and isinstance(value, dict):
                found[name] = self._kept(TABLE_OF_OBJECT[name][0], value)
            elif name in TABLE_OF_LIST and isinstance(value, list):
                found[name] = [
                    self._kept(TABLE_OF_LIST[name], one)
                    for one in value
                    if self._is_told(name, one)
                ]
            elif name in COLUMNS.get(table, ()):
                found[name] = value
        return {name: value for name, value in found.items() if value != []}

    def _is_told(self, name: str, member: Any) -> bool:
        if not isinstance(member, dict):
            return False
        if name == "phones":
            return self._viewer.sees_phone(str(member.get("type", "voice")), "")
        return name != "contacts"


def named_by(state: Json) -> Iterator[str]:
    """Yield the streams of what a record refers to."""
    for name in ("organization_id", "parent_organization_id"):
        if name in state["hsds"]:
            yield stream_of("organization", state["hsds"][name])
    yield from state.get("related", ())


def _cut(found: Json, names: set[str]) -> Json:
    """Keep these fields, and of the attributes those that say an area or a tier."""
    kept = {name: value for name, value in found.items() if name in names}
    said = [
        one for one in kept.pop("attributes", ()) if codes_of_attribute(one)[0] in {"area", "tier"}
    ]
    return {**kept, "attributes": said} if said else kept

"""Directory records: which ones may be listed, and what listing, changing, withdrawing states.

A service's state holds the service_at_location records that place it (`places`, by their id), so
that a service and where it is given change together. `related` lists the streams of every
organization and location a service ever had: readers are found by it, and a card's version is the
sum of their versions, which can only grow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.domain import Json, Move, stream_of
from services.registry.profile import FirstCapacity
from shared.errors import IllegalMove
from shared.events import Event
from shared.events.registry import (
    LocationChanged,
    LocationListed,
    OrganizationChanged,
    OrganizationListed,
    OrganizationWithdrawn,
    ServiceChanged,
    ServiceListed,
    ServiceWithdrawn,
)

PLACES_CHANGED = ["service_at_locations"]
LOCATIONS_CHANGED = ["locations"]


@dataclass(frozen=True)
class Record:
    """A checked record: JSON without nulls. `mark` is the hash of its content, whoever sent it."""

    id: str
    hsds: Json
    profile: Json
    mark: str
    capacity: FirstCapacity | None = None
    source: str = ""

    @property
    def content(self) -> Json:
        told = {"hsds": self.hsds, "profile": self.profile, "mark": self.mark}
        return {**told, "source": self.source} if self.source else told


@dataclass(frozen=True)
class Given:
    """A service with the organization that gives it: what ServiceChanged says."""

    service: str
    organization: str


def is_listed(state: Json | None) -> bool:
    """Say whether a record is in the directory now."""
    return state is not None and not state["is_withdrawn"]


def is_same(state: Json | None, record: Record) -> bool:
    """Say whether the directory knew just this content, be it withdrawn since."""
    return state is not None and state["mark"] == record.mark


def list_organization(state: Json | None, record: Record) -> Move | None:
    """List an organization or change its record; what we know of its membership stays."""
    if is_same(state, record):
        return None
    after = {**(state or {}), **record.content, "is_withdrawn": False}
    if not is_listed(state):
        return after, [OrganizationListed(organization=record.id)]
    fields = changed_fields(state or {}, record)
    return after, [OrganizationChanged(organization=record.id, fields=fields)]


def list_service(state: Json | None, record: Record) -> Move | None:
    """List a service or change its record; where it is given stays."""
    if is_same(state, record):
        return None
    owner = record.hsds["organization_id"]
    after = _related(
        {"places": {}, **(state or {}), **record.content, "is_withdrawn": False},
        stream_of("organization", owner),
    )
    if not is_listed(state):
        return after, [ServiceListed(service=record.id, organization=owner)]
    fields = changed_fields(state or {}, record)
    return after, [ServiceChanged(service=record.id, organization=owner, fields=fields)]


def list_location(state: Json | None, record: Record, given_here: Sequence[Given]) -> Move | None:
    """List a location or change its record; the services given there change with it."""
    if is_same(state, record):
        return None
    owner = record.hsds.get("organization_id", "")
    after = {**record.content, "is_withdrawn": False}
    if not is_listed(state):
        return after, [LocationListed(location=record.id, organization=owner), *_moved(given_here)]
    fields = changed_fields(state or {}, record)
    changed = LocationChanged(location=record.id, organization=owner, fields=fields)
    return after, [changed, *_moved(given_here)]


def place_service(state: Json, records: Sequence[Record]) -> Move | None:
    """Say where a service is given; `records` are service_at_location records of this service."""
    fresh = [one for one in records if not is_same(state["places"].get(one.id), one)]
    if not fresh:
        return None
    placed = {one.id: {**one.content, "is_withdrawn": False} for one in fresh}
    streams = [stream_of("location", one.hsds["location_id"]) for one in fresh]
    after = _related({**state, "places": {**state["places"], **placed}}, *streams)
    return after, [_changed(given_by(state), PLACES_CHANGED)]


def displace_service(state: Json, places: Sequence[str]) -> Move | None:
    """Take away service_at_location records that now place another service."""
    left = {one: place for one, place in state["places"].items() if one not in places}
    if len(left) == len(state["places"]):
        return None
    return _related({**state, "places": left}), [_changed(given_by(state), PLACES_CHANGED)]


def withdraw_organization(state: Json | None) -> Move:
    """Take an organization out of the directory; IllegalMove when it is not in it."""
    state = _listed(state, "organization")
    event = OrganizationWithdrawn(organization=state["hsds"]["id"])
    return {**state, "is_withdrawn": True}, [event]


def withdraw_service(state: Json | None) -> Move:
    """Take a service out of the directory; IllegalMove when it is not in it."""
    state = _listed(state, "service")
    given = given_by(state)
    event = ServiceWithdrawn(service=given.service, organization=given.organization)
    return {**state, "is_withdrawn": True}, [event]


def withdraw_location(state: Json | None, given_here: Sequence[Given]) -> Move:
    """Take a location out of the directory; IllegalMove when it is not in it."""
    state = _listed(state, "location")
    changed = LocationChanged(
        location=state["hsds"]["id"],
        organization=state["hsds"].get("organization_id", ""),
        fields=["is_withdrawn"],
    )
    return {**state, "is_withdrawn": True}, [changed, *_moved(given_here)]


def withdraw_place(state: Json | None, id: str) -> Move:
    """Say that a service is no longer given at a location; IllegalMove when it was not."""
    place: Json | None = (state or {"places": {}})["places"].get(id)
    if state is None or place is None or place["is_withdrawn"]:
        raise not_listed("service_at_location")
    places = {**state["places"], id: {**place, "is_withdrawn": True}}
    return {**state, "places": places}, [_changed(given_by(state), PLACES_CHANGED)]


def given_by(state: Json) -> Given:
    """Return a service with its organization."""
    return Given(state["hsds"]["id"], state["hsds"]["organization_id"])


def is_given_at(state: Json, location: str) -> bool:
    """Say whether a listed service is given at a location."""
    return is_listed(state) and location in [
        place["hsds"]["location_id"] for place in listed_places(state)
    ]


def listed_places(state: Json) -> list[Json]:
    """Return the service_at_location records of a service, by id."""
    return [place for _, place in sorted(state["places"].items()) if is_listed(place)]


def changed_fields(state: Json, record: Record) -> list[str]:
    """Return the names of the HSDS and profile fields that differ, sorted."""
    names = []
    for part, prefix in (("hsds", ""), ("profile", "profile.")):
        old, new = state[part], record.content[part]
        names += [
            prefix + name for name in old.keys() | new.keys() if old.get(name) != new.get(name)
        ]
    return sorted(names)


def not_listed(kind: str) -> IllegalMove:
    """Return the refusal of a move that only a listed record allows."""
    return IllegalMove(kind, "is not in the directory", "only a listed record can be withdrawn")


def _listed(state: Json | None, kind: str) -> Json:
    if state is None or state["is_withdrawn"]:
        raise not_listed(kind)
    return state


def _related(state: Json, *streams: str) -> Json:
    """Keep the lists by which a service is found in step with its places."""
    related = sorted({*state.get("related", []), *streams})
    return {**state, "related": related, "place_ids": sorted(state["places"])}


def _moved(given_here: Sequence[Given]) -> list[Event]:
    return [_changed(one, LOCATIONS_CHANGED) for one in given_here]


def _changed(given: Given, fields: list[str]) -> ServiceChanged:
    return ServiceChanged(service=given.service, organization=given.organization, fields=fields)

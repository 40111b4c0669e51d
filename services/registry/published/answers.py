"""What the registry answers whoever reads the published directory: a page, or one resource."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from services.registry import cards, membership, records
from services.registry.domain import Json, id_of, stream_of
from services.registry.published.finding import Finder, Wanted, after
from services.registry.published.fitting import fitted, plain
from services.registry.published.resources import Shelf, modified_at
from services.registry.published.viewers import Viewer, is_seen, owner_of
from services.registry.store import Ledger
from shared import terms
from shared.errors import NotFound
from shared.hsds import RESOURCES
from shared.storage.commits import State

Resource = Literal[
    "organizations", "services", "service_at_locations", "taxonomies", "taxonomy_terms"
]


class Published:
    """The directory for others to read. `coordinator` is the agency that coordinates."""

    def __init__(self, ledger: Ledger, coordinator: str) -> None:
        self._ledger = ledger
        self._finder = Finder(ledger)
        self._coordinator = coordinator
        self._pages: dict[Resource, Callable[[Viewer, Wanted], Json]] = {
            "organizations": self._organizations,
            "services": self._services,
            "service_at_locations": self._places,
            "taxonomies": self._taxonomies,
            "taxonomy_terms": self._terms,
        }

    def page(self, resource: Resource, agency: str, wanted: Wanted) -> Json:
        """Return {contents, total, next}: `next` is the `after` of the next page, "" on the last.

        `total` is None where `wanted.after` is given.
        """
        return self._pages[resource](self._viewer(agency), wanted)

    def one(self, resource: Resource, id: str, agency: str, *, full_service: bool) -> Json:
        """Return one resource with all that is nested in it; NotFound for what is not seen."""
        viewer = self._viewer(agency)
        if resource == "organizations":
            known = self._whole_organizations([id], viewer, full_service=full_service)
        elif resource == "services":
            known = self._whole_services([stream_of("service", id)], viewer, full=True)
        elif resource == "service_at_locations":
            known = self._whole_places([(self._finder.holder(id), id)], viewer, full=True)
        elif resource == "taxonomies":
            known = self._all_taxonomies(viewer)
        else:
            known = self._all_terms(viewer)
        found = next((one for one in known if one["id"] == id), None)
        if found is None:
            raise NotFound("id", "is not in the directory", "take it from a list")
        return found

    def _viewer(self, agency: str) -> Viewer:
        """Members of the network see what partners see; the coordinator what it coordinates."""
        if not agency:
            return Viewer()
        if agency == self._coordinator:
            return Viewer("coordinator", agency)
        state = self._ledger.load("organization", agency)
        is_partner = state is not None and records.is_listed(state) and membership.is_member(state)
        return Viewer("partner" if is_partner else "public", agency)

    # services

    def _services(self, viewer: Viewer, wanted: Wanted) -> Json:
        where = _from(wanted, "service", self._finder.services(viewer, wanted))
        if wanted.form == "minimal":
            return self._minimal("service", where, wanted)
        found = self._finder.page(where, wanted)
        told = self._whole_services(found.streams, viewer, full=wanted.form == "full")
        return _page(told, found.total, found.streams, wanted)

    def _whole_services(self, streams: list[str], viewer: Viewer, *, full: bool) -> list[Json]:
        rows = self._ledger.load_streams(streams)
        shelf = self._shelf(list(rows.values()), viewer, full=full)
        seen = [rows[one] for one in streams if one in rows and _is_given(rows[one], shelf)]
        return [shelf.service(row, full=full) for row in seen]

    def _shelf(self, services: list[State], viewer: Viewer, *, full: bool = True) -> Shelf:
        """What is around services: their organizations, and when `full` all that is nested."""
        around = {stream_of("organization", owner_of(row.state)) for row in services}
        if full:
            around |= {one for row in services for one in cards.streams_around(row.state)}
        changes = self._ledger.changes(_own(services, viewer)) if full and viewer.agency else {}
        return Shelf(self._ledger.load_streams(around), viewer, self._ledger.clock(), changes)

    # organizations

    def _organizations(self, viewer: Viewer, wanted: Wanted) -> Json:
        where = _from(wanted, "organization", self._finder.organizations(viewer, wanted))
        if wanted.form == "minimal":
            return self._minimal("organization", where, wanted)
        found = self._finder.page(where, wanted)
        if wanted.form == "full" or wanted.full_service:
            ids = [id_of(one) for one in found.streams]
            told = self._whole_organizations(ids, viewer, full_service=wanted.full_service)
        else:
            rows = self._ledger.load_streams(found.streams)
            shelf = self._shelf([], viewer)
            told = [
                shelf.organization_alone(rows[one])
                for one in found.streams
                if is_seen(rows[one].state, id_of(one), viewer)
            ]
        return _page(told, found.total, found.streams, wanted)

    def _whole_organizations(
        self, ids: list[str], viewer: Viewer, *, full_service: bool
    ) -> list[Json]:
        rows = self._ledger.load_all("organization", ids)
        seen = [one for one in ids if one in rows and is_seen(rows[one].state, one, viewer)]
        services = self._finder.services_of(seen, viewer, whole=full_service)
        shelf = self._shelf([row for of in services.values() for row in of], viewer)
        return [
            shelf.organization(rows[one], services[one], full_service=full_service) for one in seen
        ]

    # services at locations

    def _places(self, viewer: Viewer, wanted: Wanted) -> Json:
        where = self._finder.services(viewer, wanted)
        total: int | None = None
        streams: list[str] = []
        if wanted.after is None:
            placed, total = self._finder.places(where, wanted)
        else:
            streams = self._finder.page(_from(wanted, "service", where), wanted).streams
            placed = self._places_of(streams, wanted)
        if wanted.form == "minimal":
            told = self._minimal_places(placed)
        else:
            told = self._whole_places(placed, viewer, full=wanted.form == "full")
        return _page(told, total, streams, wanted)

    def _places_of(self, streams: list[str], wanted: Wanted) -> list[tuple[str, str]]:
        rows = self._ledger.load_streams(streams)
        among = None if wanted.places is None else set(wanted.places)
        return [
            (stream, place["hsds"]["id"])
            for stream in streams
            for place in records.listed_places(rows[stream].state)
            if among is None or place["hsds"]["id"] in among
        ]

    def _whole_places(
        self, placed: list[tuple[str, str]], viewer: Viewer, *, full: bool
    ) -> list[Json]:
        rows = self._ledger.load_streams(stream for stream, _ in placed if stream)
        shelf = self._shelf(list(rows.values()), viewer)
        return [
            shelf.service_at_location(rows[stream], id, full=full)
            for stream, id in placed
            if stream in rows
            and _is_given(rows[stream], shelf)
            and records.is_listed(rows[stream].state["places"].get(id))
        ]

    def _minimal_places(self, placed: list[tuple[str, str]]) -> list[Json]:
        rows = self._ledger.load_streams(stream for stream, _ in placed)
        return [{"id": id, "modified_date": modified_at(rows[stream])} for stream, id in placed]

    # taxonomies

    def _taxonomies(self, viewer: Viewer, wanted: Wanted) -> Json:
        return _sliced(self._all_taxonomies(viewer), wanted)

    def _terms(self, viewer: Viewer, wanted: Wanted) -> Json:
        told = [
            one
            for one in self._all_terms(viewer)
            if wanted.taxonomy_id in (None, one.get("taxonomy_id"))
            and wanted.parent_id in (None, one.get("parent_id"))
            and not (wanted.top_only and "parent_id" in one)
        ]
        return _sliced(told, wanted)

    def _all_taxonomies(self, viewer: Viewer) -> list[Json]:
        ours = [terms.taxonomy(one) for one in terms.TAXONOMIES]
        theirs = {
            one["taxonomy_id"]: {
                "id": one["taxonomy_id"],
                "name": one["taxonomy"],
                "description": "A publisher's own",
            }
            for one in self._theirs(viewer)
            if "taxonomy_id" in one and "taxonomy" in one
        }
        return [*ours, *theirs.values()]

    def _all_terms(self, viewer: Viewer) -> list[Json]:
        ours = [terms.term(one, value) for one in terms.TAXONOMIES for value in one.names]
        return [*ours, *self._theirs(viewer)]

    def _theirs(self, viewer: Viewer) -> list[Json]:
        rows = (one for one in self._finder.terms(viewer) if not terms.is_ours(one))
        fit = (fitted("taxonomy_term", one, viewer, "") for one in rows)
        return [plain("taxonomy_term", one) for one in fit if one is not None]

    def _minimal(self, resource: str, where: Json, wanted: Wanted) -> Json:
        """Only what the schema requires, and modified_date, as HSDS calls it there."""
        names = [field.name for field in RESOURCES[resource] if field.is_required]
        rows, total = self._finder.minimal(where, wanted, names)
        told = [{**row.state["hsds"], "modified_date": modified_at(row)} for row in rows]
        return _page(told, total, [row.stream for row in rows], wanted)


def _own(services: list[State], viewer: Viewer) -> set[str]:
    """The streams whose change logs a viewer may be told: the agency's, and what is around them."""
    mine = [row for row in services if viewer.owns(owner_of(row.state))]
    around = {one for row in mine for one in (row.stream, *row.state["related"])}
    return around | {stream_of("organization", viewer.agency)}


def _is_given(row: State, shelf: Shelf) -> bool:
    """Say whether a service, and the organization that gives it, are for this viewer to see."""
    owner = owner_of(row.state)
    giver = shelf.find("organization", owner)
    return is_seen(row.state, owner, shelf.viewer) and is_seen(giver, owner, shelf.viewer)


def _from(wanted: Wanted, kind: str, where: Json) -> Json:
    return where if wanted.after is None else after(where, kind, wanted.after)


def _page(told: list[Json], total: int | None, streams: list[str], wanted: Wanted) -> Json:
    more = wanted.after is not None and len(streams) == wanted.size
    return {"contents": told, "total": total, "next": id_of(streams[-1]) if more else ""}


def _sliced(told: list[Json], wanted: Wanted) -> Json:
    """Return a page of what is short enough to be looked through here; all of it with `after`."""
    start = (wanted.page - 1) * wanted.size
    page = told if wanted.after is not None else told[start : start + wanted.size]
    return {"contents": page, "total": len(told), "next": ""}

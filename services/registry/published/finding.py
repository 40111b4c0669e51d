"""Which records a list holds: by viewer, filters and page, asked of MongoDB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from services.registry.domain import Json, Moment, Uuid, id_of, microseconds, stream_of
from services.registry.published import terms
from services.registry.published.viewers import Viewer
from services.registry.store import Ledger
from shared.errors import Invalid
from shared.hsds import MOST_IDS
from shared.storage.commits import State

#: How many services may be told whole within their organizations in one answer.
MOST_WHOLE = 500
_OUTLINE = dict.fromkeys(
    (
        "version",
        "order",
        *(f"state.hsds.{name}" for name in ("id", "organization_id", "name", "status")),
        *(f"state.{name}" for name in ("profile", "places", "related", "is_withdrawn")),
    ),
    1,
)


Ids = Annotated[list[Uuid], Meta(max_length=MOST_IDS)]


class Wanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The filters of a list, all of which must hold, and which page of what is left.

    `ids` are of organizations in a list of them, of services in others; `places` are of
    service_at_locations. With `after` (an id, "" for the beginning) the page is the next `size`
    records by id and nothing is counted; otherwise `page` is the number of the page, from 1.
    """

    ids: Ids | None = None
    places: Ids | None = None
    taxonomy_term_id: Uuid | None = None
    taxonomy_id: Uuid | None = None
    organization_id: Uuid | None = None
    parent_id: Uuid | None = None
    modified_after: Moment | None = None
    top_only: bool = False
    form: Literal["basic", "full", "minimal"] = "basic"
    full_service: bool = False
    page: Annotated[int, Meta(ge=1, le=1_000_000_000)] = 1
    size: Annotated[int, Meta(ge=1, le=50_000)] = 50
    after: Annotated[str, Meta(max_length=40)] | None = None


class Found(Struct, frozen=True):
    """A page of streams, in order, and how many there are on all pages (None: not counted)."""

    streams: list[str]
    total: int | None


class Finder:
    """The queries of the published lists."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._states = ledger.streams.states

    def services(self, viewer: Viewer, wanted: Wanted) -> Json:
        """Return the filter of the services a list holds."""
        own = {"state.hsds.organization_id": viewer.agency} if viewer.agency else None
        where = [_listed("service", viewer, own), *_named("service", wanted), *_tagged(wanted)]
        if wanted.places is not None:
            where.append({"state.place_ids": {"$in": wanted.places}})
        if wanted.organization_id:
            where.append({"state.hsds.organization_id": wanted.organization_id})
        if hidden := self._hidden_organizations(viewer):
            where.append({"state.hsds.organization_id": {"$nin": hidden}})
        return {"$and": where}

    def organizations(self, viewer: Viewer, wanted: Wanted) -> Json:
        """Return the filter of the organizations a list holds.

        An organization has a taxonomy term when it or one of its services has it.
        """
        own = {"_id": stream_of("organization", viewer.agency)} if viewer.agency else None
        where = [_listed("organization", viewer, own), *_named("organization", wanted)]
        if wanted.organization_id:
            where.append({"_id": stream_of("organization", wanted.organization_id)})
        if tagged := _tagged(wanted):
            asked = Wanted(taxonomy_term_id=wanted.taxonomy_term_id, taxonomy_id=wanted.taxonomy_id)
            services = self.services(viewer, asked)
            givers = self._states.distinct("state.hsds.organization_id", services)
            streams = [stream_of("organization", one) for one in givers]
            where.append({"$or": [{"_id": {"$in": streams}}, {"$and": tagged}]})
        return {"$and": where}

    def page(self, where: Json, wanted: Wanted) -> Found:
        """Return a page of the records of a filter, by id."""
        rows, total = self._rows(where, wanted, {"_id": 1})
        return Found([row["_id"] for row in rows], total)

    def minimal(
        self, where: Json, wanted: Wanted, names: Sequence[str]
    ) -> tuple[list[State], int | None]:
        """Return a page of records with only these HSDS fields in them."""
        fields = dict.fromkeys(names, 1)
        rows, total = self._rows(
            where, wanted, {"order": 1, "state.modified": 1, "state.hsds": fields}
        )
        return [State(row["_id"], 0, row["order"], row["state"]) for row in rows], total

    def _rows(self, where: Json, wanted: Wanted, fields: Json) -> tuple[list[Json], int | None]:
        total, skip = None, 0
        if wanted.after is None:
            total = self._states.count_documents(where)
            skip = (wanted.page - 1) * wanted.size
            if skip >= total:
                return [], total
        cursor = self._states.find(where, fields).sort("_id", 1).skip(skip).limit(wanted.size)
        return list(cursor), total

    def services_of(
        self, organizations: Sequence[str], viewer: Viewer, *, whole: bool
    ) -> dict[str, list[State]]:
        """Return the services of organizations that the viewer may see, by organization.

        Unless they are wanted whole, only with their names, status, profiles and places. Raises
        Invalid when too many are wanted whole.
        """
        found: dict[str, list[State]] = {one: [] for one in organizations}
        wanted = {"state.hsds.organization_id": {"$in": list(found)}}
        where = {"$and": [wanted, self.services(viewer, Wanted())]}
        if whole and self._states.count_documents(where, limit=MOST_WHOLE + 1) > MOST_WHOLE:
            rule = f"would be more than {MOST_WHOLE} services"
            raise Invalid("full_service", rule, "list services with organization_id instead")
        fields = None if whole else _OUTLINE
        for row in self._states.find(where, fields).sort("_id", 1):
            service = State(row["_id"], row["version"], row["order"], row["state"])
            found[service.state["hsds"]["organization_id"]].append(service)
        return found

    def places(self, where: Json, wanted: Wanted) -> tuple[list[tuple[str, str]], int]:
        """Return a page of (service's stream, service_at_location), by service, then by id.

        They are those of the services of a filter; with them, how many there are on all pages.
        """
        places = {"$objectToArray": "$state.places"}
        among = {} if wanted.places is None else {"place.k": {"$in": wanted.places}}
        steps: list[Json] = [
            {"$match": where},
            {"$sort": {"_id": 1}},
            {"$project": {"place": {"$sortArray": {"input": places, "sortBy": {"k": 1}}}}},
            {"$unwind": "$place"},
            {"$match": {"place.v.is_withdrawn": False, **among}},
        ]
        counted = next(self._states.aggregate([*steps, {"$count": "all"}]), {"all": 0})
        total, skip = int(counted["all"]), (wanted.page - 1) * wanted.size
        if skip >= total:
            return [], total
        page: list[Json] = [
            {"$skip": skip},
            {"$limit": wanted.size},
            {"$project": {"id": "$place.k"}},
        ]
        rows = self._states.aggregate([*steps, *page])
        return [(row["_id"], row["id"]) for row in rows], total

    def holder(self, place: str) -> str:
        """Return the stream of the service that a service_at_location belongs to, "" for none."""
        row = self._states.find_one({"state.place_ids": place}, {"_id": 1})
        return str(row["_id"]) if row else ""

    def terms(self, viewer: Viewer) -> list[Json]:
        """Return the terms publishers put on services the viewer sees, one of each id."""
        name = "state.hsds.attributes.taxonomy_term"
        rows = self._states.aggregate(
            [
                {
                    "$match": {
                        "$and": [self.services(viewer, Wanted()), {f"{name}.id": {"$gt": ""}}]
                    }
                },
                {"$project": {"one": f"${name}"}},
                {"$unwind": "$one"},
                {"$group": {"_id": "$one.id", "one": {"$first": "$one"}}},
                {"$sort": {"_id": 1}},
            ]
        )
        return [row["one"] for row in rows]

    def _hidden_organizations(self, viewer: Viewer) -> list[str]:
        """Organizations whose services are not told, be they open themselves."""
        gone = {"_id": _range("organization"), "state.is_withdrawn": True}
        secret = {
            "_id": _range("organization"),
            "state.is_withdrawn": False,
            "state.profile.tier": {"$nin": viewer.tiers},
        }
        found = [
            id_of(row["_id"]) for row in self._states.find({"$or": [gone, secret]}, {"_id": 1})
        ]
        return [one for one in found if not viewer.owns(one)]


def after(where: Json, kind: str, id: str) -> Json:
    """Return a filter narrowed to the records after an id."""
    return {"$and": [{"_id": {"$gt": stream_of(kind, id)}}, where]}


def _range(kind: str) -> Json:
    return {"$gt": f"{kind}:", "$lt": f"{kind};"}  # ";" is what follows ":"


def _listed(kind: str, viewer: Viewer, own: Json | None) -> Json:
    tiers: Json = {"state.profile.tier": {"$in": viewer.tiers}}
    seen = {"$or": [tiers, own]} if own else tiers
    return {"_id": _range(kind), "state.is_withdrawn": False, **seen}


def _named(kind: str, wanted: Wanted) -> list[Json]:
    """The filters any record may have: its id, and when it was changed."""
    where: list[Json] = []
    if wanted.ids is not None:
        where.append({"_id": {"$in": [stream_of(kind, one) for one in wanted.ids]}})
    if wanted.modified_after is not None:
        since = {"$gte": microseconds(wanted.modified_after)}
        unstamped = {"state.modified": {"$exists": False}, "order": since}
        where.append({"$or": [{"state.modified": since}, unstamped]})
    return where


def _tagged(wanted: Wanted) -> list[Json]:
    where: list[Json] = []
    if wanted.taxonomy_term_id:
        where.append(terms.where_term(wanted.taxonomy_term_id))
    if wanted.taxonomy_id:
        where.append(terms.where_taxonomy(wanted.taxonomy_id))
    return where

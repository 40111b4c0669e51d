"""The directory as FHIR resources: what everybody may see of it, and whether there is room."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from portal.api.fhir import codes, resources, search
from portal.api.fhir.outcomes import resource
from portal.api.fhir.pages import answers
from portal.api.fhir.search import Search, ids_in, token
from portal.limits import refuse_many
from portal.ports import parts
from shared.directory import ServiceCard
from shared.errors import NotFound, Unavailable
from shared.fields import check_ids

Json = dict[str, Any]
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_card = msgspec.json.Decoder(ServiceCard)


@answers
async def read_service(request: Request) -> Response:
    """Return a service from the portal's copy of the public directory."""
    _count_visit(request)
    card = _snapshot(request).service(_id(request))
    if card is None:
        raise NotFound("id", "is not in the public directory", "take it from a search")
    return resource(resources.healthcare_service(card))


@answers
async def search_services(request: Request) -> Response:
    """Return the services that fit, by id, each with its capacity status."""
    _count_visit(request)
    found = search.read(request, "HealthcareService")
    snapshot, fits = _snapshot(request), _fits(found)
    cards = await asyncio.to_thread(_fitting, snapshot.bodies(), fits)
    rest = [card for card in cards if card.id > found.after]
    newest = [snapshot.service(card.id) or card for card in rest[: found.count]]
    shown = [resources.healthcare_service(card) for card in newest]
    after = shown[-1]["id"] if len(rest) > found.count else ""
    return resource(search.bundle(request, found, shown, len(cards), after))


@answers
async def read_organization(request: Request) -> Response:
    """Return an organization, as everybody may see it."""
    _count_visit(request)
    id = _id(request)
    if not _UUID.fullmatch(id):
        raise NotFound("id", "is not in the directory", "take it from a search")
    told = await parts(request).backend.call(
        "registry", "published_one", resource="organizations", id=id, agency=""
    )
    return resource(resources.organization(told))


@answers
async def search_organizations(request: Request) -> Response:
    """Return organizations by id."""
    _count_visit(request)
    found = search.read(request, "Organization")
    wanted: Json = {"form": "basic", "size": found.count, "after": found.after}
    if found.after and not _UUID.fullmatch(found.after):
        raise search.wrong("http._after", "is not of a link we gave", "follow the link `next`")
    if asked := found.one_of("_id"):
        wanted["ids"] = [one for one in asked if _UUID.fullmatch(one)]
    told = await parts(request).backend.call(
        "registry", "published_page", resource="organizations", agency="", wanted=wanted
    )
    shown = [resources.organization(one) for one in told["contents"]]
    return resource(search.bundle(request, found, shown, None, told["next"]))


def _fitting(bodies: list[bytes], fits: Callable[[ServiceCard], bool]) -> list[ServiceCard]:
    cards = (_card.decode(body) for body in bodies)
    return sorted((card for card in cards if fits(card)), key=lambda card: card.id)


def _fits(found: Search) -> Callable[[ServiceCard], bool]:
    ids = set(found.one_of("_id"))
    owners = set(ids_in(found.one_of("organization"), "Organization"))
    systems = (codes.SDOH_CODES, codes.CATEGORY)
    categories = {token(one, systems) for one in found.one_of("service-category")}
    asks_owner, asks_category = "organization" in found.values, bool(categories - {"sdoh"})

    def fits(card: ServiceCard) -> bool:
        own = {codes.SDOH_CATEGORY.get(need, "") for need in card.needs} or {codes.UNSPECIFIED}
        return (
            (not ids or card.id in ids)
            and (not asks_owner or card.organization in owners)
            and (not asks_category or bool(categories & own))
        )

    return fits


def _snapshot(request: Request) -> Any:
    snapshot = parts(request).snapshot
    if snapshot.age_s() is None:
        raise Unavailable("directory", "is still being read", "try again in a minute")
    return snapshot


def _id(request: Request) -> str:
    id = str(request.path_params["id"])
    check_ids(id=id)
    return id


def _count_visit(request: Request) -> None:
    if request.state.key_holder is None:
        refuse_many(request, parts(request).list_pages)

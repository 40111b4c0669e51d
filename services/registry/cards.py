"""What the outside may see of the directory: service cards and organization cards, public tier.

A card is made from the records as they are now. A confidential location gives its area and
nothing else; a record of a lower tier (partner, coordinator, own) gives no card at all, nor does
a service of such an organization.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from services.registry import capacity, hsds, membership, records, upkeep
from services.registry.domain import Json, stream_of
from services.registry.hours import is_always_open, weekly_hours
from services.registry.profile import Profile
from shared.directory import Capacity, Phone, Place, ServiceCard

#: HSDS phone types that may be told, as the card calls them, best first. Cell phones, pagers and
#: the like belong to people, not to services.
PHONE_KINDS = {"voice": "voice", "text": "text", "textphone": "tty", "fax": "fax"}
MOST_PHONES = 8
_FREE = re.compile(r"(free( of charge)?|no (cost|fees?|charge)|none|\$?0(\.00)?)\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Around:
    """What a card is made of besides the service: streams by id, their states and versions."""

    states: Mapping[str, Json]
    versions: Mapping[str, int] = field(default_factory=dict)

    def find(self, kind: str, id: str) -> Json | None:
        return self.states.get(stream_of(kind, id))


@dataclass(frozen=True)
class _Site:
    """One location a service is given at."""

    place: hsds.ServiceAtLocation
    location: hsds.Location
    profile: Profile
    is_confidential: bool


def streams_around(service: Json) -> list[str]:
    """Return the streams a service's card depends on."""
    return [*service["related"], stream_of("capacity", service["hsds"]["id"])]


def service_card(service: Json, version: int, around: Around, at: datetime) -> ServiceCard | None:
    """Return a service as others see it; None when it is not theirs to see.

    The card's version grows with every change of anything on it: it is the sum of the versions of
    the service, its capacity and every organization and location it ever had.
    """
    found = msgspec.convert(service["hsds"], hsds.Service)
    profile = msgspec.convert(service["profile"], Profile)
    owner = around.find("organization", found.organization_id)
    if not is_public(service) or owner is None or not is_public(owner):
        return None
    organization = msgspec.convert(owner["hsds"], hsds.Organization)
    sites = _sites(service, around)
    hours = weekly_hours(_schedules(found, sites))
    return ServiceCard(
        id=found.id,
        organization=organization.id,
        organization_name=organization.name,
        status=found.status,
        version=version + sum(around.versions.get(one, 0) for one in streams_around(service)),
        member=membership.is_member(owner),
        capacity=_capacity(around.find("capacity", found.id), profile, at),
        places=_places(sites, profile),
        phones=_phones(found, sites, organization),
        url=found.url or organization.website,
        hours=hours,
        open_24_7=profile.open_24_7 or is_always_open(hours),
        remote=profile.remote or any(site.location.location_type == "virtual" for site in sites),
        verified_on=upkeep.assured_date(service),
        out_of_date=upkeep.age_of(service, at.date()) == "out_of_date",
        areas=profile.areas or sorted({area for site in sites for area in site.profile.areas}),
        **_said(found),
        **_served(profile),
    )


def organization_card(state: Json, version: int) -> Json | None:
    """Return an organization as others see it, {id, name, ...}; None when they may not."""
    if not is_public(state):
        return None
    found = msgspec.convert(state["hsds"], hsds.Organization)
    phones = [msgspec.to_builtins(phone) for phone in _public_phones(found.phones)]
    return {
        "id": found.id,
        "name": found.name,
        "alternate_name": found.alternate_name,
        "description": found.description,
        "email": found.email,
        "url": found.website,
        "phones": phones,
        "member": membership.is_member(state),
        "version": version,
    }


def is_public(state: Json) -> bool:
    """Say whether a record is in the directory and for everybody to see."""
    return records.is_listed(state) and bool(state["profile"]["tier"] == "public")


def _said(found: hsds.Service) -> dict[str, Any]:
    """What the service record says in its own words and dates."""
    return {
        "name": found.name,
        "description": found.description,
        "minimum_age": found.minimum_age,
        "maximum_age": found.maximum_age,
        "cost": _cost(found),
        "free": _is_free(found),
        "documents": [paper.document for paper in found.required_documents if paper.document],
        "how_to_apply": found.application_process,
        "eligibility": found.eligibility_description,
    }


def _served(profile: Profile) -> dict[str, Any]:
    """What the profile says in codes."""
    return {
        "needs": profile.needs,
        "populations": profile.populations,
        "genders": profile.genders,
        "languages": profile.languages,
        "can_come": profile.can_come,
        "on_call": profile.on_call,
        "walk_in": profile.walk_in,
        "maximum_stay_days": profile.maximum_stay_days,
    }


def _capacity(state: Json | None, profile: Profile, at: datetime) -> Capacity:
    if state is None:
        return Capacity(outward=capacity.outward_without_report(profile.needs))
    return Capacity(outward=capacity.outward(state, at), updated_at=state["reported_at"])


def _sites(service: Json, around: Around) -> list[_Site]:
    sites = []
    hidden = service["profile"]["confidential"]
    for kept in records.listed_places(service):
        place = msgspec.convert(kept["hsds"], hsds.ServiceAtLocation)
        state = around.find("location", place.location_id)
        if state is None or not records.is_listed(state):
            continue
        secret = hidden or any(
            one["profile"]["confidential"] or one["profile"]["tier"] != "public"
            for one in (kept, state)
        )
        location = msgspec.convert(state["hsds"], hsds.Location)
        profile = msgspec.convert(state["profile"], Profile)
        sites.append(_Site(place, location, profile, secret))
    return sites


def _places(sites: list[_Site], profile: Profile) -> list[Place]:
    """The places, each once, with the ids of all that it is."""
    found: dict[Place, list[str]] = {}
    for site in sites:
        place = _place(site, next(iter(site.profile.areas or profile.areas), ""))
        found.setdefault(place, []).extend([] if place.confidential else [site.place.id])
    return [msgspec.structs.replace(one, ids=tuple(ids)) for one, ids in found.items()]


def _place(site: _Site, area: str) -> Place:
    if site.is_confidential:
        return Place(area=area, confidential=True)
    here = site.location
    kinds = ("physical", "postal")
    addresses = [one for kind in kinds for one in here.addresses if one.address_type == kind]
    found = Place(
        area=area,
        name=here.name,
        latitude=here.latitude,
        longitude=here.longitude,
        transportation=here.transportation,
    )
    if not addresses:
        return found
    address = addresses[0]
    street = ", ".join(part for part in (address.address_1, address.address_2) if part)
    return msgspec.structs.replace(
        found,
        street=street,
        city=address.city,
        region=address.state_province,
        postal_code=address.postal_code,
    )


def _phones(
    found: hsds.Service, sites: list[_Site], organization: hsds.Organization
) -> list[Phone]:
    """The service's own numbers; without one those of its open places, then the organization's."""
    there = [
        phone
        for site in sites
        if not site.is_confidential
        for phone in (*site.place.phones, *site.location.phones)
    ]
    choices = (_public_phones(phones) for phones in (found.phones, there, organization.phones))
    return next((phones for phones in choices if phones), [])


def _public_phones(phones: list[hsds.Phone]) -> list[Phone]:
    told = [
        Phone(number=phone.number, kind=PHONE_KINDS[phone.type], description=phone.description)
        for phone in phones
        if phone.type in PHONE_KINDS
    ]
    kinds = list(PHONE_KINDS.values())
    told.sort(key=lambda phone: kinds.index(phone.kind))
    return [one for at, one in enumerate(told) if one not in told[:at]][:MOST_PHONES]


def _schedules(found: hsds.Service, sites: list[_Site]) -> list[hsds.Schedule]:
    """The service's own hours; without any those it has at its places, then its places'."""
    at_places = [schedule for site in sites for schedule in site.place.schedules]
    of_places = [schedule for site in sites for schedule in site.location.schedules]
    return found.schedules or at_places or of_places


def _cost(found: hsds.Service) -> str:
    said = found.fees_description or found.fees
    return said or "; ".join(filter(None, map(_option, found.cost_options)))


def _option(option: hsds.CostOption) -> str:
    amount = "" if option.amount is None else f"{option.amount:g} {option.currency.upper()}".strip()
    said = " ".join(part for part in (amount, option.amount_description) if part)
    return ": ".join(part for part in (option.option, said) if part)


def _is_free(found: hsds.Service) -> bool:
    said = (found.fees_description or found.fees).strip()
    if said or not found.cost_options:
        return bool(_FREE.fullmatch(said))
    return all(option.amount == 0 for option in found.cost_options)

"""A service card as an HSDS 3.1 service: what is public of it and nothing else.

Source: Open Referral, Human Services Data Specification 3.1, schema/service.json. Of an
organization the card has the name only, so its description, which HSDS asks for, is "". A place
that is hidden is a service area. How much room there is, is an attribute: units are not public.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from shared import terms
from shared.directory import Hours, Phone, Place, ServiceCard
from shared.ids import derived_id
from shared.vocabulary import LANGUAGES

Json = dict[str, Any]
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PHONE_TYPES = {"tty": "textphone"}
_PIECE = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
#: A web address by RFC 3986; others have no use here.
WEB = re.compile(rf"https?://[A-Za-z0-9.-]+(:[0-9]{{1,5}})?([/?]{_PIECE})?(#{_PIECE})?")


def hsds_service(card: ServiceCard) -> Json:
    """Return a service with all that is nested in it; fields nobody filled in are left out."""
    profile = msgspec.structs.asdict(card)
    known = [code for code in card.languages if code in LANGUAGES]
    areas = dict.fromkeys(one for one in (*card.areas, *(p.area for p in card.places)) if one)
    found = {
        "id": card.id,
        "organization_id": card.organization,
        "organization": {
            "id": card.organization,
            "name": card.organization_name,
            "description": "",
        },
        **_said(card),
        "phones": [_phone(card, one) for one in card.phones],
        "schedules": [_schedule(card, one) for one in card.hours],
        "languages": terms.languages(card.id, {"languages": known}),
        "service_areas": terms.areas(card.id, areas),
        "required_documents": [_paper(card, one) for one in card.documents],
        "service_at_locations": [
            _at(card, one) for one in card.places if one.ids and not one.confidential
        ],
        "attributes": [*terms.attributes("service", card.id, profile), *_space(card)],
    }
    return {name: value for name, value in found.items() if value not in ("", None, [])}


def _said(card: ServiceCard) -> Json:
    return {
        "name": card.name,
        "description": card.description,
        "url": card.url if WEB.fullmatch(card.url) else "",
        "status": card.status,
        "application_process": card.how_to_apply,
        "fees_description": card.cost or ("Free" if card.free else ""),
        "eligibility_description": card.eligibility,
        "minimum_age": card.minimum_age,
        "maximum_age": card.maximum_age,
        "assured_date": card.verified_on,
    }


def _phone(card: ServiceCard, one: Phone) -> Json:
    kind = PHONE_TYPES.get(one.kind, one.kind)
    id = derived_id("hsds", "phone", card.id, kind, one.number)
    told = {"id": id, "service_id": card.id, "number": one.number, "type": kind}
    return {**told, **({"description": one.description} if one.description else {})}


def _schedule(card: ServiceCard, one: Hours) -> Json:
    day = DAYS[one.weekday] if 0 <= one.weekday < len(DAYS) else ""
    return {
        "id": derived_id("hsds", "schedule", card.id, day, one.opens_at, one.closes_at),
        "service_id": card.id,
        "freq": "WEEKLY",
        "byday": day,
        "opens_at": one.opens_at,
        "closes_at": one.closes_at,
    }


def _paper(card: ServiceCard, document: str) -> Json:
    id = derived_id("hsds", "required_document", card.id, document)
    return {"id": id, "service_id": card.id, "document": document}


def _at(card: ServiceCard, place: Place) -> Json:
    """A place that is not hidden; those that are have no ids."""
    id = place.ids[0]
    location = derived_id("hsds", "location", id)
    texts = {"name": place.name, "transportation": place.transportation}
    numbers = {"latitude": place.latitude, "longitude": place.longitude}
    told = {name: value for name, value in (texts | numbers).items() if value not in ("", None)}
    address = _address(location, place)
    return {
        "id": id,
        "service_id": card.id,
        "location": {
            "id": location,
            "location_type": "physical",
            **told,
            **({"addresses": [address]} if address else {}),
        },
    }


def _address(location: str, place: Place) -> Json:
    """An address, {} when a field that HSDS asks for is not known."""
    told = {
        "address_1": place.street,
        "city": place.city,
        "state_province": place.region,
        "postal_code": place.postal_code,
        "country": place.area.partition("-")[0],
    }
    if not all(told.values()):
        return {}
    id = derived_id("hsds", "address", location)
    return {"id": id, "location_id": location, "address_type": "physical", **told}


def _space(card: ServiceCard) -> list[Json]:
    """How much room there is, as a code of OUTWARD_CAPACITY, and when it was told."""
    told = {"capacity": card.capacity.outward, "capacity_told_at": card.capacity.updated_at}
    return [
        {
            "id": derived_id("hsds", "attribute", card.id, label),
            "link_id": card.id,
            "link_entity": "service",
            "label": label,
            "value": value,
        }
        for label, value in told.items()
        if value
    ]

"""The CapabilityStatement, made of the table the addresses are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.api.fhir import codes
from portal.api.fhir.incoming import PATCH_TYPE
from portal.api.fhir.outcomes import BASE, MEDIA_TYPE, resource
from portal.api.fhir.pages import answers
from portal.api.fhir.search import SEARCHES
from portal.ports import parts

Json = dict[str, Any]
WRITTEN_ON = "2026-11-23"


@dataclass(frozen=True)
class Kind:
    """A resource and what can be done with it: codes of FHIR's type-restful-interaction."""

    name: str
    interactions: tuple[str, ...]
    documentation: str


KINDS = (
    Kind(
        "Task",
        ("read", "search-type", "update", "patch"),
        "A referral, or a need on its way. An update changes status and statusReason only.",
    ),
    Kind(
        "ServiceRequest",
        ("read", "search-type"),
        "A need. New ones come in a transaction, each with its Task.",
    ),
    Kind("Consent", ("read",), "A release: whom, which fields, what for, until when."),
    Kind("Organization", ("read", "search-type"), "The public directory."),
    Kind("HealthcareService", ("read", "search-type"), "The public directory, with capacity."),
)


@answers
async def metadata(request: Request) -> Response:
    """Return what this server does."""
    return resource(statement(f"{parts(request).settings.portal_url}{BASE}"))


@cache
def statement(base: str) -> Json:
    """Return the CapabilityStatement of the server at an address."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": WRITTEN_ON,
        "kind": "instance",
        "implementation": {"description": "Anydoor", "url": base},
        "fhirVersion": codes.FHIR_VERSION,
        "format": [MEDIA_TYPE, "json"],
        "patchFormat": [PATCH_TYPE],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "description": "Authorization: Bearer and an API key of an agency with the"
                    " scope fhir:read or fhir:write; Organization and HealthcareService are"
                    " open, and for a key need directory:read."
                },
                "resource": [_kind(one) for one in KINDS],
                "interaction": [{"code": "transaction"}],
            }
        ],
    }


def _kind(one: Kind) -> Json:
    told: Json = {
        "type": one.name,
        "documentation": one.documentation,
        "interaction": [{"code": code} for code in one.interactions],
        "versioning": "versioned-update" if one.name == "Task" else "no-version",
        "readHistory": False,
        "updateCreate": False,
        "conditionalCreate": False,
    }
    if one.name in codes.PROFILES:
        told["supportedProfile"] = [codes.PROFILES[one.name]]
    if one.name == "ServiceRequest":
        told["versioning"] = "versioned"
    if params := SEARCHES.get(one.name):
        told["searchParam"] = [{"name": name, "type": of} for name, of in params.items()]
    return told

"""The parts of HSDS 3.1 records that are read here; every other field is kept as it came.

Source: Open Referral, Human Services Data Specification 3.1, schema/*.json. Fields the schema
requires, and those we cannot do without, have no default.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from services.registry.domain import Kind, Uuid

Name = Annotated[str, Meta(min_length=1, max_length=1_000)]
Url = Annotated[str, Meta(max_length=2_000, pattern=r"^(https?://[^\s<>\"]+)?$")]
Age = Annotated[float, Meta(ge=0, le=150)]


class Phone(Struct, frozen=True, kw_only=True):
    """A number; `type` is one of RFC 6350."""

    number: Name
    type: str = "voice"
    description: str = ""


class Schedule(Struct, frozen=True, kw_only=True):
    """Opening hours as an iCal rule (RFC 5545): weekdays in `byday`, times "HH:MM"."""

    freq: str = "WEEKLY"
    byday: str = ""
    interval: float = 1
    opens_at: str = ""
    closes_at: str = ""


class Address(Struct, frozen=True, kw_only=True):
    """A postal or physical address."""

    address_1: str
    city: str
    state_province: str
    postal_code: str
    country: str
    address_type: Literal["physical", "postal", "virtual"]
    address_2: str = ""


class RequiredDocument(Struct, frozen=True, kw_only=True):
    """A paper one has to bring."""

    document: str = ""


class CostOption(Struct, frozen=True, kw_only=True):
    """What a service costs for some people."""

    option: str = ""
    currency: str = ""
    amount: float | None = None
    amount_description: str = ""


class Organization(Struct, frozen=True, kw_only=True):
    """An organization that gives services."""

    id: Uuid
    name: Name
    description: str
    alternate_name: str = ""
    email: str = ""
    website: Url = ""
    phones: list[Phone] = []


class Location(Struct, frozen=True, kw_only=True):
    """A place, or a virtual one."""

    id: Uuid
    location_type: Literal["physical", "postal", "virtual"]
    organization_id: Uuid | None = None
    name: str = ""
    transportation: str = ""
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    addresses: list[Address] = []
    phones: list[Phone] = []
    schedules: list[Schedule] = []


class Service(Struct, frozen=True, kw_only=True):
    """A service of an organization."""

    id: Uuid
    organization_id: Uuid
    name: Name
    status: Literal["active", "inactive", "defunct", "temporarily closed"]
    description: str = ""
    url: Url = ""
    application_process: str = ""
    fees_description: str = ""
    fees: str = ""
    eligibility_description: str = ""
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    assured_date: str = ""
    phones: list[Phone] = []
    schedules: list[Schedule] = []
    required_documents: list[RequiredDocument] = []
    cost_options: list[CostOption] = []


class ServiceAtLocation(Struct, frozen=True, kw_only=True):
    """A service as it is given at one location."""

    id: Uuid
    service_id: Uuid
    location_id: Uuid
    phones: list[Phone] = []
    schedules: list[Schedule] = []


SHAPES: dict[Kind, type[Organization | Location | Service | ServiceAtLocation]] = {
    "organization": Organization,
    "location": Location,
    "service": Service,
    "service_at_location": ServiceAtLocation,
}

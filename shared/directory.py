"""The service card: what leaves the registry for search, matching and pages.

It is an HSDS 3.1 service with its organization, places and capacity folded in, cut to the public
tier: a confidential address is not in it at all, so no reader can show what it never had.
"""

from __future__ import annotations

import msgspec


class Phone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A public number. `kind` is an HSDS phone type: voice, text, fax, tty."""

    number: str
    kind: str = "voice"
    description: str = ""


class Hours(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One opening span: `weekday` 0 is Monday, times are local "HH:MM"."""

    weekday: int
    opens_at: str
    closes_at: str


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a service is. A confidential place has an area only: no street, no coordinates.

    `ids` are those of the service_at_locations it is, none of a confidential one.
    """

    area: str
    confidential: bool = False
    ids: tuple[str, ...] = ()
    name: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    transportation: str = ""


class Capacity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the outside may know: a code of `vocabulary.OUTWARD_CAPACITY` and when it was told."""

    outward: str = "unknown"
    updated_at: str = ""


class ServiceCard(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One service as others see it. Codes are those of shared.vocabulary; ages are years.

    No client is sent to a service whose record is `out_of_date`; it stays listed.
    """

    id: str
    organization: str
    organization_name: str
    name: str
    description: str = ""
    status: str = "active"
    needs: list[str] = []
    populations: list[str] = []
    genders: list[str] = []
    minimum_age: float | None = None
    maximum_age: float | None = None
    languages: list[str] = []
    areas: list[str] = []
    can_come: list[str] = []
    places: list[Place] = []
    phones: list[Phone] = []
    url: str = ""
    hours: list[Hours] = []
    open_24_7: bool = False
    on_call: bool = False
    remote: bool = False
    walk_in: bool = False
    free: bool = False
    cost: str = ""
    documents: list[str] = []
    how_to_apply: str = ""
    eligibility: str = ""
    maximum_stay_days: int | None = None
    member: bool = False
    capacity: Capacity = Capacity()
    verified_on: str = ""
    out_of_date: bool = False
    version: int = 0

"""Directory records for tests, in the shape the registry imports; fictional all of them."""

from __future__ import annotations

from typing import Any

from shared.ids import derived_id

Json = dict[str, Any]


def id_for(kind: str, name: str) -> str:
    """Return the id of a named record."""
    return derived_id("test", kind, name)


def organization(name: str = "North Star", profile: Json | None = None, **hsds: Any) -> Json:
    """Return an organization."""
    said = {"name": name, "description": "A house with a light on.", **hsds}
    return _record("organization", name, said, profile)


def service(
    name: str = "Beds", of: str = "North Star", profile: Json | None = None, **hsds: Any
) -> Json:
    """Return a service of an organization."""
    owner = id_for("organization", of)
    said = {"name": name, "status": "active", "organization_id": owner, **hsds}
    return _record("service", name, said, profile)


def location(name: str = "House", profile: Json | None = None, **hsds: Any) -> Json:
    """Return a location with a street, which a confidential one must not show."""
    address = {
        "id": id_for("address", name),
        "address_1": "418 Tern Street",
        "city": "Larch Landing",
        "state_province": "XS",
        "postal_code": "00301",
        "country": "US",
        "address_type": "physical",
    }
    said = {
        "name": f"{name} on Tern Street",
        "location_type": "physical",
        "latitude": 46.81,
        "longitude": -122.85,
        "addresses": [address],
        "phones": [{"id": id_for("phone", name), "number": "370-555-0108", "type": "voice"}],
        **hsds,
    }
    return _record("location", name, said, {"areas": ["XS-lakeshore"], **(profile or {})})


def place(of: str = "Beds", at: str = "House", profile: Json | None = None, **hsds: Any) -> Json:
    """Return a service_at_location."""
    ids = {"service_id": id_for("service", of), "location_id": id_for("location", at)}
    return _record("service_at_location", f"{of} at {at}", {**ids, **hsds}, profile)


def _record(kind: str, name: str, hsds: Json, profile: Json | None) -> Json:
    own = id_for(kind, name)
    return {"id": own, "kind": kind, "hsds": {"id": own, **hsds}, "profile": profile or {}}

"""The taxonomies of the profile, their terms, and which of them a service carries."""

from __future__ import annotations

from typing import Any

from infra.seed.network import data
from shared.vocabulary import AGE_GROUPS, CAN_COME, GENDERS, NEEDS, ORIGINS

TAXONOMIES: dict[str, str] = {
    "need": "What a client needs.",
    "population": "Whom a service is for, by age group and origin.",
    "gender": "Whom a service is for, by gender.",
    "tier": "Who may see a record, and that a place is confidential.",
    "routing": "How and for how long a service can be reached.",
    "who_can_come": "What does not keep anybody out.",
    "area": "The service area a place lies in.",
}
UNITS = ("bed", "slot", "hour")
STAYS = (15, 30, 90)

_ROUTING = {
    "on_call": "Reached at any hour by phone",
    "open_24_7": "Open day and night",
    "walk_in": "Come without an appointment",
    "remote": "By phone or video",
    "warm_handoff": "Takes a client over in person",
}
_TIERS = {
    "public": "Everyone may see it",
    "partner": "Member agencies may see it",
    "coordinator": "Coordinators and case managers may see it",
    "own": "The agency itself may see it",
    "confidential": "Nobody may know where it is",
}


def _terms() -> dict[str, tuple[str, str]]:
    found = {f"need:{need.code}": ("need", need.label) for need in NEEDS.values()}
    for age in ("adult", "minor"):
        for origin in ("foreign_national", "domestic"):
            label = f"{AGE_GROUPS[age]}, {ORIGINS[origin]}"
            found[f"population:{age}/{origin}"] = ("population", label)
    for code, label in GENDERS.items():
        if code != "unknown":
            found[f"gender:{code}"] = ("gender", label)
    for code, label in _TIERS.items():
        found[f"tier:{code}"] = ("tier", label)
    for code, label in _ROUTING.items():
        found[f"routing:{code}"] = ("routing", label)
    for days in STAYS:
        found[f"stay:{days}"] = ("routing", f"At most {days} days")
    for code, label in CAN_COME.items():
        found[f"can_come:{code}"] = ("who_can_come", label)
    for slug, county in data.network().counties.items():
        found[f"area:{data.area_code(slug)}"] = ("area", county["name"])
    return found


#: (taxonomy, name) by code.
TERMS: dict[str, tuple[str, str]] = _terms()


def service_codes(service: dict[str, Any]) -> list[str]:
    """Return the codes of the terms a service carries."""
    routing = list(service.get("also", []))
    if service["hours"] == "24/7":
        routing.append("open_24_7")
    return [
        *(f"need:{code}" for code in service["needs"]),
        *(f"population:{pair}" for pair in data.populations(service)),
        *(f"gender:{code}" for code in data.genders(service)),
        f"tier:{service.get('tier', 'public')}",
        *(f"routing:{code}" for code in routing),
        *([f"stay:{service['stay']}"] if "stay" in service else []),
        *(f"can_come:{code}" for code in service.get("come", [])),
    ]

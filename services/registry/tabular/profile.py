"""The profile of a record: what matching needs to know, in the codes of shared.vocabulary."""

from __future__ import annotations

from typing import Any

from services.registry.tabular.directory import Directory, Entry
from services.registry.tabular.terms import AREA, ROUTING
from shared.hsds import TIERS
from shared.vocabulary import CAN_COME, GENDERS, LANGUAGES, NEEDS

_UNITS = ("bed", "slot", "hour")


def profile_of(entry: Entry, directory: Directory, default_area: str) -> dict[str, Any]:
    """Return the profile of a record; every kind has the same keys.

    Lists are in the order of the vocabulary and empty where the record says nothing, which is
    not the same as "nobody". `maximum_stay_days` and `capacity` are absent when unknown.
    """
    codes = entry.codes
    found: dict[str, Any] = {
        "needs": [code for code in NEEDS if ("need", code) in codes],
        "populations": sorted(value for group, value in codes if group == "population"),
        "genders": [code for code in GENDERS if ("gender", code) in codes],
        "languages": _languages(entry),
        "areas": _areas(entry, directory, default_area),
        "can_come": [code for code in CAN_COME if ("can_come", code) in codes],
        "tier": max((tier for tier in TIERS if ("tier", tier) in codes), key=TIERS.index)
        if codes & {("tier", tier) for tier in TIERS}
        else "public",
        "confidential": entry.is_confidential,
        **{code: ("routing", code) in codes for code in ROUTING},
    }
    if stays := [int(value) for group, value in codes if group == "stay"]:
        found["maximum_stay_days"] = min(stays)
    for capacity in entry.hsds.get("capacities", ())[:1]:
        found["capacity"] = _capacity(capacity)
    return found


def _languages(entry: Entry) -> list[str]:
    said = {value for group, value in entry.codes if group == "language"}
    said |= {child.get("code", "") for child in entry.hsds.get("languages", ())}
    for phone in entry.hsds.get("phones", ()):
        said |= {child.get("code", "") for child in phone.get("languages", ())}
    return [code for code in LANGUAGES if code in said]


def _areas(entry: Entry, directory: Directory, default_area: str) -> list[str]:
    areas = {value for group, value in entry.codes if group == "area"}
    for child in entry.hsds.get("service_areas", ()):
        if child.get("extent_type") == "text" and AREA.fullmatch(child.get("extent", "")):
            areas.add(child["extent"])
    if not areas and entry.kind == "service_at_location":
        here = directory.locations[entry.hsds["location_id"]]
        areas = {value for group, value in here.codes if group == "area"}
    if not areas and default_area and entry.kind != "organization":
        areas = {default_area}
    return sorted(areas)


def _capacity(child: dict[str, Any]) -> dict[str, Any]:
    name = str(child["unit"]["name"]).lower().removesuffix("s")
    unit = name if name in _UNITS else "slot"
    available = int(child["available"])
    return {
        "unit": unit,
        "available": available,
        "maximum": max(available, int(child.get("maximum", available))),
    }

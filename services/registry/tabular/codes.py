"""The profile of a record as attributes of its HSDS object, so that the object alone says it all.

What is read from a package, kept and written out again must come to the same profile, also where
a part of it was concluded (an area from the addresses, a confidential place from its service).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.registry.tabular.terms import AREA, ROUTING, code_of
from shared.ids import derived_id

Json = dict[str, Any]
Code = tuple[str, str]

#: The taxonomy of our own codes.
TAXONOMY = "HSDS-HT"
_LISTS = {
    "needs": "need",
    "populations": "population",
    "genders": "gender",
    "languages": "language",
    "areas": "area",
    "can_come": "can_come",
}


def with_codes(kind: str, hsds: Json, profile: Json) -> Json:
    """Return an HSDS object with an attribute for each code of its profile it does not say yet."""
    said = set(_said(hsds))
    missing = [code for code in _codes(profile) if code not in said]
    if not missing:
        return hsds
    added = [_attribute(kind, hsds["id"], f"{group}:{value}") for group, value in missing]
    return {**hsds, "attributes": [*_objects(hsds, "attributes"), *added]}


def codes_of_attribute(attribute: Json) -> Code:
    """Return the (group, value) an attribute says, ("", "") when it says nothing of ours."""
    term = attribute.get("taxonomy_term")
    return code_of(term) if isinstance(term, dict) else ("", "")


def _codes(profile: Json) -> Iterator[Code]:
    for name, group in _LISTS.items():
        for value in profile.get(name, ()):
            yield group, value
    if profile.get("tier", "public") != "public":
        yield "tier", profile["tier"]
    if profile.get("confidential"):
        yield "tier", "confidential"
    for name in ROUTING:
        if profile.get(name):
            yield "routing", name
    if "maximum_stay_days" in profile:
        yield "stay", str(profile["maximum_stay_days"])


def _said(hsds: Json) -> Iterator[Code]:
    yield from map(codes_of_attribute, _objects(hsds, "attributes"))
    for speaker in (hsds, *_objects(hsds, "phones")):
        for language in _objects(speaker, "languages"):
            yield "language", str(language.get("code"))
    for area in _objects(hsds, "service_areas"):
        if area.get("extent_type") == "text" and AREA.fullmatch(str(area.get("extent"))):
            yield "area", area["extent"]


def _objects(thing: Json, name: str) -> list[Json]:
    """Return the objects in a list; what a publisher put there may be anything."""
    found = thing.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _attribute(kind: str, record: str, code: str) -> Json:
    term = {
        "id": derived_id(TAXONOMY, "taxonomy_term", code),
        "code": code,
        "name": code.partition(":")[2].replace("_", " "),
        "description": "",
        "taxonomy": TAXONOMY,
        "taxonomy_id": derived_id(TAXONOMY, "taxonomy"),
    }
    own = derived_id(TAXONOMY, "attribute", record, code)
    return {"id": own, "link_entity": kind, "taxonomy_term": term}

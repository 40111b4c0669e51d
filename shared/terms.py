"""Our own codes as HSDS taxonomies and terms, and the attributes that put them on a record.

A publisher's attributes with a code of ours became the record's profile when they were imported;
they are told as these terms, with ids that are the same for every publisher.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.ids import derived_id
from shared.vocabulary import AGE_GROUPS, CAN_COME, GENDERS, LANGUAGES, NEEDS, ORIGINS

Json = dict[str, Any]
#: Prefixes of our codes; area, stay and tier are told by service_areas, a value, or not at all.
OUR_GROUPS = frozenset(
    {"need", "population", "gender", "can_come", "routing", "area", "stay", "tier"}
)


@dataclass(frozen=True)
class Taxonomy:
    """One list of codes: `field` of the profile holds them, or one flag a code when it is ""."""

    code: str
    description: str
    field: str
    names: dict[str, str]

    @property
    def id(self) -> str:
        return derived_id("hsds", "taxonomy", self.code)

    def term_id(self, value: str) -> str:
        return derived_id("hsds", "taxonomy_term", f"{self.code}:{value}")

    def values(self, profile: Mapping[str, Any]) -> list[str]:
        """Return the codes of this list that a profile holds."""
        if not self.field:
            return [value for value in self.names if profile.get(value)]
        return [value for value in profile[self.field] if value in self.names]


_POPULATIONS = {
    f"{age}/{origin}": f"{AGE_GROUPS[age]}, {ORIGINS[origin]}"
    for age in AGE_GROUPS
    for origin in ORIGINS
    if "unknown" not in (age, origin)
}
_ROUTING = {
    "on_call": "Somebody is on call",
    "open_24_7": "Open day and night",
    "walk_in": "No appointment needed",
    "remote": "By phone or online",
    "warm_handoff": "Takes over in person from the agency that refers",
}
TAXONOMIES = (
    Taxonomy("need", "What a client needs", "needs", {n.code: n.label for n in NEEDS.values()}),
    Taxonomy("population", "Age group and origin", "populations", _POPULATIONS),
    Taxonomy(
        "gender",
        "Whom a service is for, by gender",
        "genders",
        {code: name for code, name in GENDERS.items() if code != "unknown"},
    ),
    Taxonomy("can_come", "Who can come all the same", "can_come", CAN_COME),
    Taxonomy("routing", "How a service is reached", "", _ROUTING),
)


def taxonomy(one: Taxonomy) -> Json:
    """Return a taxonomy of ours as HSDS has it."""
    return {"id": one.id, "name": one.code, "description": one.description, "version": "1"}


def term(one: Taxonomy, value: str) -> Json:
    """Return a term of ours as HSDS has it."""
    return {
        "id": one.term_id(value),
        "code": f"{one.code}:{value}",
        "name": one.names[value],
        "description": f"{one.names[value]} ({one.description.lower()})",
        "taxonomy": one.code,
        "taxonomy_id": one.id,
        "language": "en",
    }


def is_ours(told: Json) -> bool:
    """Say whether a publisher's term is one of our codes, which the profile tells."""
    return str(told.get("code", "")).partition(":")[0] in OUR_GROUPS


def attributes(entity: str, id: str, profile: Mapping[str, Any]) -> Iterator[Json]:
    """Yield what a record's profile says as HSDS attributes."""
    link = {"link_id": id, "link_entity": entity}
    for one in TAXONOMIES:
        for value in one.values(profile):
            own = derived_id("hsds", "attribute", id, one.code, value)
            yield {"id": own, **link, "link_type": one.code, "taxonomy_term": term(one, value)}
    if days := profile.get("maximum_stay_days"):
        own = derived_id("hsds", "attribute", id, "maximum_stay_days")
        yield {"id": own, **link, "label": "maximum_stay_days", "value": str(days)}


def languages(id: str, profile: Mapping[str, Any]) -> list[Json]:
    """Return the languages of a profile as HSDS has them."""
    return [
        {
            "id": derived_id("hsds", "language", id, code),
            "name": LANGUAGES[code].name,
            "code": code,
        }
        for code in profile["languages"]
    ]


def areas(id: str, codes: Iterable[str]) -> list[Json]:
    """Return service areas (codes such as XS-lakeshore) as HSDS has them."""
    return [
        {
            "id": derived_id("hsds", "service_area", id, code),
            "name": code,
            "extent": code,
            "extent_type": "text",
        }
        for code in codes
    ]

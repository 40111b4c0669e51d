"""Reads the data files of the sample network and fills in what they leave out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shared.ids import derived_id
from shared.vocabulary import GENDERS

SOURCE = "sample"
STATE = "XS"
COORDINATOR = "harbor-light-coordination"
_FOLDER = Path(__file__).parent / "directory"

_PEOPLE = {
    "af": "adult/foreign_national",
    "ad": "adult/domestic",
    "mf": "minor/foreign_national",
    "md": "minor/domestic",
}
_GROUPS = {
    "all": ["af", "ad", "mf", "md"],
    "adults": ["af", "ad"],
    "minors": ["mf", "md"],
    "foreign": ["af", "mf"],
}


@dataclass(frozen=True)
class Network:
    """The data as written: counties by slug, organizations and services in the order of files."""

    counties: dict[str, dict[str, Any]]
    organizations: list[dict[str, Any]]
    services: list[dict[str, Any]]
    rota: dict[str, list[dict[str, str]]]
    agreements: list[dict[str, Any]]
    panel: dict[str, list[dict[str, Any]]]
    pathways: dict[str, dict[str, Any]]

    def organization(self, slug: str) -> dict[str, Any]:
        """Return an organization by its slug."""
        return next(found for found in self.organizations if found["slug"] == slug)


@cache
def network() -> Network:
    """Return the sample network."""
    counties = _read("areas")["counties"]
    organizations = [
        {**organization, "county": county}
        for county in counties
        for organization in _read(f"organizations_{county}")
    ]
    county_of = {organization["slug"]: organization["county"] for organization in organizations}
    services = [
        {**service, "county": county_of[service["org"]]}
        for path in sorted(_FOLDER.glob("services_*.yaml"))
        for service in _read(path.stem)
    ]
    others = (_read(name) for name in ("rota", "agreements", "panel", "pathways"))
    return Network(counties, organizations, services, *others)


def _read(name: str) -> Any:
    return yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def sample_id(kind: str, slug: str) -> str:
    """Return the fixed id of a thing of the sample network."""
    return derived_id(SOURCE, kind, slug)


def area_code(county: str) -> str:
    """Return the area code of a county, such as XS-pine."""
    return f"{STATE}-{county}"


def populations(service: dict[str, Any]) -> list[str]:
    """Return the age_group/origin pairs a service is for."""
    who = service.get("who", "adults")
    return [_PEOPLE[short] for short in (_GROUPS[who] if isinstance(who, str) else who)]


def genders(service: dict[str, Any]) -> list[str]:
    """Return the genders a service is for; all of them when it names none."""
    return list(service.get("genders", [code for code in GENDERS if code != "unknown"]))


def ages(service: dict[str, Any]) -> tuple[str, str]:
    """Return the lowest and the highest age, "" for no bound."""
    if "ages" in service:
        low, _, high = str(service["ages"]).partition("-")
        return low, high
    age_groups = {pair.split("/")[0] for pair in populations(service)}
    return ("18" if age_groups == {"adult"} else ""), ("17" if age_groups == {"minor"} else "")


def areas(service: dict[str, Any]) -> list[str]:
    """Return the counties a service covers: its own unless it says otherwise."""
    said = service.get("areas", [service["county"]])
    return list(network().counties) if said == "all" else list(said)


def is_confidential(organization: dict[str, Any], place: str) -> bool:
    """Return whether where this place is must never be known."""
    return bool(organization["places"][place].get("confidential"))


def number(phone: str) -> str:
    """Return "(370) 555-0100" for "370-555-0100"."""
    return f"({phone[:3]}) {phone[4:]}"

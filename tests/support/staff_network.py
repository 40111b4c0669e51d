"""The agencies and services of the workspace's stand-ins."""

from __future__ import annotations

from shared.directory import Capacity, ServiceCard
from shared.ids import derived_id
from tests.support.portal_fakes import TRIAGE


def agency_id(slug: str) -> str:
    """Return the id of a sample agency."""
    return derived_id("fake", "organization", slug)


BRIDGEWATER, NORTH_STAR, LAKESHORE = map(agency_id, ("bridgewater", "north-star", "lakeshore"))
HARBOR_LIGHT = TRIAGE
NAMES = {
    BRIDGEWATER: "Bridgewater Case Management",
    NORTH_STAR: "North Star Shelter",
    LAKESHORE: "Lakeshore Legal Aid",
    HARBOR_LIGHT: "Harbor Light Coordination",
}
BEDS = derived_id("fake", "service", "north-star")


def _card(slug: str, agency: str, name: str, *needs: str) -> ServiceCard:
    return ServiceCard(
        id=derived_id("fake", "service", slug),
        organization=agency,
        organization_name=NAMES[agency],
        name=name,
        needs=list(needs),
        languages=["en", "es"],
        areas=["XS-lakeshore"],
        member=True,
        capacity=Capacity(outward="has", updated_at="2026-11-22T10:00:00+00:00"),
        version=1,
    )


CARDS = [
    _card("bridgewater", BRIDGEWATER, "Case management", "case_management"),
    _card("north-star", NORTH_STAR, "North Star beds", "emergency_housing", "food_clothing"),
    _card("lakeshore", LAKESHORE, "T visa clinic", "legal_assistance"),
]

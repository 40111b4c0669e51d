"""Who asks for the published directory, and what that lets them see."""

from __future__ import annotations

from dataclasses import dataclass

from services.registry import records
from services.registry.domain import Json
from shared.hsds import FIELD_TIERS, OTHER_PHONES, PUBLIC_PHONES, TIERS, Tier

_RANK: dict[str, int] = {tier: rank for rank, tier in enumerate(TIERS)}


@dataclass(frozen=True)
class Viewer:
    """Somebody who sees records up to a tier, and those of their own agency whole."""

    tier: Tier = "public"
    agency: str = ""

    @property
    def tiers(self) -> list[str]:
        """The tiers of records everywhere that this viewer sees."""
        return list(TIERS[: _RANK[self.tier] + 1])

    def owns(self, owner: str) -> bool:
        """Say whether a record of this organization is the viewer's own."""
        return bool(self.agency) and owner == self.agency

    def sees(self, tier: str, owner: str) -> bool:
        """Say whether this viewer sees what has a tier and an owner."""
        return _RANK[tier] <= _RANK[self.tier] or self.owns(owner)

    def sees_field(self, name: str, owner: str) -> bool:
        """Say whether a field of a record they see is theirs to see."""
        return self.sees(FIELD_TIERS.get(name, "public"), owner)

    def sees_phone(self, kind: str, owner: str) -> bool:
        """Say whether a phone of an HSDS type is theirs to see."""
        return kind in PUBLIC_PHONES or self.sees(OTHER_PHONES, owner)


def owner_of(state: Json) -> str:
    """Return the organization a record belongs to, "" when it says none."""
    return str(state["hsds"].get("organization_id", ""))


def is_seen(state: Json | None, owner: str, viewer: Viewer) -> bool:
    """Say whether a record is in the directory and the viewer may know of it."""
    return (
        state is not None
        and records.is_listed(state)
        and viewer.sees(state["profile"]["tier"], owner)
    )


def shows_where(service: Json, place: Json, location: Json | None, viewer: Viewer) -> bool:
    """Say whether the viewer may know where a service is given at one of its places.

    What is confidential (the service, the place or the location) is its own agency's to know; of
    a place or location of a tier they do not see they know no more than of a confidential one.
    """
    giver = owner_of(service)
    if location is None or not records.is_listed(location):
        return False
    return all(
        viewer.sees("own" if one["profile"]["confidential"] else one["profile"]["tier"], owner)
        for one, owner in (
            (service, giver),
            (place, giver),
            (location, owner_of(location) or giver),
        )
    )

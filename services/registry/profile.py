"""The HSDS-HT profile of a record: whom it serves and how, in the codes of shared.vocabulary.

It has no field for anything else, and an unknown one is refused: a misspelt `confidential` must
never pass for "not confidential".
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from services.registry.domain import Area
from shared.errors import Invalid
from shared.hsds import Tier
from shared.vocabulary import AGE_GROUPS, CAN_COME, GENDERS, LANGUAGES, NEEDS, ORIGINS

Count = Annotated[int, Meta(ge=0, le=100_000)]

#: The codes each list may hold. Age groups and origins are combined, as in "adult/domestic".
CODES: dict[str, frozenset[str]] = {
    "needs": frozenset(NEEDS),
    "populations": frozenset(
        f"{age}/{origin}"
        for age in AGE_GROUPS.keys() - {"unknown"}
        for origin in ORIGINS.keys() - {"unknown"}
    ),
    "genders": frozenset(GENDERS.keys() - {"unknown"}),
    "languages": frozenset(LANGUAGES),
    "can_come": frozenset(CAN_COME),
}


class FirstCapacity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The units a publisher states with a service; counts only until its agency reports."""

    unit: Literal["bed", "slot", "hour"]
    available: Count
    maximum: Count


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What matching needs to know of a record. Empty lists mean "not said", never "nobody"."""

    needs: list[str] = []
    populations: list[str] = []
    genders: list[str] = []
    languages: list[str] = []
    areas: list[Area] = []
    can_come: list[str] = []
    tier: Tier = "public"
    confidential: bool = False
    on_call: bool = False
    open_24_7: bool = False
    walk_in: bool = False
    remote: bool = False
    warm_handoff: bool = False
    maximum_stay_days: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    capacity: FirstCapacity | None = None


def check(profile: Profile) -> None:
    """Raise Invalid naming the field when the profile holds a code that is not in its list."""
    for name, codes in CODES.items():
        if not set(getattr(profile, name)) <= codes:
            raise Invalid(f"profile.{name}", "holds a code that is not in its list")
    capacity = profile.capacity
    if capacity is not None and capacity.available > capacity.maximum:
        raise Invalid("profile.capacity.available", "is more than the maximum")

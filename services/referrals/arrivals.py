"""What came in at a door, as the domain takes it. No I/O.

At a desk a wrong code is refused by name, because somebody is there to correct it. What comes from
the portal or a tip is never turned away for a code nobody knows: it counts as not said.
"""

from __future__ import annotations

from collections.abc import Collection

from services.referrals.doors import Arrival
from shared.errors import Invalid
from shared.events.doors import HelpRequested
from shared.events.tips import TipPassedOn
from shared.fields import check_area, check_code, check_codes, check_ids, is_area
from shared.vocabulary import (
    AGE_GROUPS,
    CAN_COME,
    CONTACT_WAYS,
    DOORS,
    GENDERS,
    LANGUAGES,
    NEEDS,
    ORIGINS,
    SAFE_NOW,
)

MOST_AVOIDED = 40
_CODES: dict[str, Collection[str]] = {
    "age_group": AGE_GROUPS,
    "origin": ORIGINS,
    "gender": GENDERS,
    "language": LANGUAGES,
    "safe_now": SAFE_NOW,
    "contact_way": CONTACT_WAYS,
}


def checked(arrival: Arrival) -> Arrival:
    """Return what a desk sent in; Invalid names the field with a code nobody knows."""
    check_code("door", arrival.door, DOORS)
    check_ids(agency=arrival.agency)
    check_codes("needs", arrival.needs, NEEDS)
    for field, known in _CODES.items():
        check_code(field, getattr(arrival, field), known)
    check_area("area", arrival.area)
    check_codes("wishes", arrival.wishes, CAN_COME)
    if len(arrival.avoid) > MOST_AVOIDED:
        raise Invalid("avoid", f"holds more than {MOST_AVOIDED} codes", "name fewer")
    for code in arrival.avoid:
        check_ids(avoid=code)
    if arrival.claim:
        check_ids(claim=arrival.claim)
    return arrival


def from_portal(sent: HelpRequested) -> Arrival:
    """Return a request for help; what is not a code we know counts as not said."""
    return Arrival(
        door=sent.door if sent.door in DOORS else "portal_self",
        needs=[need for need in sent.needs if need in NEEDS],
        age_group=_known(sent.age_group, AGE_GROUPS, "unknown"),
        origin=_known(sent.origin, ORIGINS, "unknown"),
        gender=_known(sent.gender, GENDERS, "unknown"),
        language=_known(sent.language, LANGUAGES, "en"),
        area=sent.area if is_area(sent.area) else "",
        safe_now=_known(sent.safe_now, SAFE_NOW, "unknown"),
        contact_way=_known(sent.contact_way, CONTACT_WAYS, "none"),
        avoid=[code for code in sent.avoid[:MOST_AVOIDED] if _is_id(code)],
        wishes=[code for code in CAN_COME if code in sent.wishes],
        claim=sent.claim if _is_id(sent.claim) else "",
    )


def from_tip(passed: TipPassedOn) -> Arrival:
    """Return the client a tip is about; not a word of the tip comes with it."""
    return Arrival(
        door="tip",
        needs=[need for need in passed.needs if need in NEEDS],
        language=_known(passed.language, LANGUAGES, "en"),
        area=passed.area if is_area(passed.area) else "",
    )


def _known(value: str, codes: Collection[str], otherwise: str) -> str:
    return value if value in codes else otherwise


def _is_id(value: str) -> bool:
    try:
        check_ids(value=value)
    except Invalid:
        return False
    return True

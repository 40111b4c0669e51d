"""The needs of people after trafficking: one block of data a need.

Source: U.S. Department of Health and Human Services, ASPE, "Study of HHS Programs Serving Human
Trafficking Victims", table of service needs by type of victim. A need type is added by adding a
block here, a line in each table of `words`, and its translations.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """A need type; `urgent` ones get the short lease, a `placement` is somewhere to live, which
    may end on a day. The words for it are in `words`.

    `for_whom` lists the age_group/origin pairs the source says have this need; "all" is everyone.
    """

    code: str
    label: str
    urgent: bool = False
    placement: bool = False
    for_whom: tuple[str, ...] = ("all",)


FOREIGN = ("adult/foreign_national", "minor/foreign_national")
NOT_FOREIGN_MINORS = ("adult/foreign_national", "adult/domestic", "minor/domestic")

_TABLE = (
    Need("safety", "Being safe now", urgent=True),
    Need("emergency_housing", "A place to stay tonight", urgent=True, placement=True),
    Need("food_clothing", "Food and clothes", urgent=True),
    Need(
        "translation",
        "Someone who speaks my language",
        for_whom=FOREIGN,
    ),
    Need(
        "legal_guardianship",
        "A guardian for a young person",
        for_whom=("minor/foreign_national", "minor/domestic"),
    ),
    Need(
        "transitional_housing",
        "A place to stay for some months",
        placement=True,
        for_whom=NOT_FOREIGN_MINORS,
    ),
    Need(
        "long_term_housing",
        "A home of my own",
        placement=True,
        for_whom=NOT_FOREIGN_MINORS,
    ),
    Need(
        "permanency_placement",
        "A lasting home for a young person",
        placement=True,
        for_whom=("minor/foreign_national",),
    ),
    Need(
        "legal_assistance",
        "A lawyer",
        for_whom=NOT_FOREIGN_MINORS,
    ),
    Need("advocacy", "Someone on my side"),
    Need("medical_care", "A doctor"),
    Need("dental_care", "A dentist"),
    Need(
        "mental_health",
        "Someone to talk to",
    ),
    Need(
        "substance_abuse_treatment",
        "Help with drugs or alcohol",
    ),
    Need(
        "transportation",
        "A ride",
        for_whom=NOT_FOREIGN_MINORS,
    ),
    Need("life_skills", "Everyday skills"),
    Need("education", "School and classes"),
    Need(
        "financial_assistance",
        "Money help",
        for_whom=NOT_FOREIGN_MINORS,
    ),
    Need(
        "job_training_employment",
        "Work and training",
    ),
    Need("child_care", "Care for my children"),
    Need(
        "reunification_repatriation",
        "Going home or finding family",
    ),
    Need("identity_documents", "Papers and ID"),
    Need("crisis_intervention", "Help in a crisis", urgent=True),
    Need(
        "case_management",
        "One person who helps with everything",
    ),
)

NEEDS: dict[str, Need] = {need.code: need for need in _TABLE}
PLACEMENTS = tuple(need.code for need in _TABLE if need.placement)

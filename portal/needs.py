"""Which needs a person's own words mean."""

from __future__ import annotations

from portal.meaning import meaning_of
from portal.wishes import Wish

#: What most people come for, offered as one press each.
COMMON = (
    "emergency_housing",
    "safety",
    "food_clothing",
    "legal_assistance",
    "medical_care",
    "mental_health",
    "financial_assistance",
    "job_training_employment",
)


def needs_meant(text: str) -> list[str]:
    """Return codes of needs that words of the text stand for, a letter or two off forgiven."""
    return list(meaning_of(Wish(text=text), {}).need_codes)

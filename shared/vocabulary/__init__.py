"""The field's code lists as data: needs, people, languages, doors, answers."""

from shared.vocabulary.answers import CLOSE_REASONS, DECLINE_REASONS, OUTWARD_CAPACITY
from shared.vocabulary.languages import LANGUAGES, Language
from shared.vocabulary.needs import NEEDS, PLACEMENTS, Need
from shared.vocabulary.people import (
    ADMISSION,
    AGE_GROUPS,
    CAN_COME,
    CONTACT_WAYS,
    DOORS,
    GENDERS,
    ORIGINS,
    SAFE_NOW,
)

__all__ = [
    "ADMISSION",
    "AGE_GROUPS",
    "CAN_COME",
    "CLOSE_REASONS",
    "CONTACT_WAYS",
    "DECLINE_REASONS",
    "DOORS",
    "GENDERS",
    "LANGUAGES",
    "NEEDS",
    "ORIGINS",
    "OUTWARD_CAPACITY",
    "PLACEMENTS",
    "SAFE_NOW",
    "Language",
    "Need",
]

"""Which needs a person's own words mean, by the lay words of the vocabulary."""

from __future__ import annotations

from functools import lru_cache

from portal.full_text import edits, words_of
from shared.vocabulary import NEEDS

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


@lru_cache(maxsize=1)
def _words() -> dict[str, list[str]]:
    """Needs by each single word that stands for them."""
    found: dict[str, list[str]] = {}
    for need in NEEDS.values():
        for word in words_of(" ".join((*need.words[:9], need.label)))[:10]:
            found.setdefault(word, []).append(need.code)
    return found


def needs_meant(text: str) -> list[str]:
    """Return codes of needs that words of the text stand for, a letter or two off forgiven."""
    known = _words()
    meant: list[str] = []
    for word in words_of(text):
        allowed = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        for other, codes in known.items():
            if word == other or (allowed and edits(word, other, allowed) <= allowed):
                meant += codes
    return list(dict.fromkeys(meant))

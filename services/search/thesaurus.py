"""What people call things: words by code that are searched but never shown.

A hidden field of such words finds more than the engine's synonyms do, because typos in them are
forgiven too. The words are those of shared.vocabulary.words.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from shared.vocabulary import LANGUAGES, NEEDS
from shared.vocabulary.words import LANGUAGE, WORDS

#: Everyday words that mean the same and are no typo of each other.
SYNONYMS: dict[str, list[str]] = {
    "doc": ["doctor"],
    "kids": ["children"],
    "cops": ["police"],
    "psych": ["counseling"],
    "attorney": ["lawyer"],
    "attorneys": ["lawyer"],
    "refuge": ["shelter"],
    "licenciado": ["abogado"],
    "psicólogo": ["terapia"],
}
STOP_WORDS: tuple[str, ...] = (
    *("a", "an", "and", "are", "at", "be", "can", "do", "for", "from", "have", "how", "i", "i'm"),
    *("in", "is", "it", "me", "my", "near", "need", "of", "on", "or", "someone", "that", "the"),
    *("to", "want", "what", "where", "who", "with", "you"),
    *("al", "con", "cómo", "de", "del", "dónde", "el", "en", "es", "la", "las", "los", "me"),
    *("mi", "necesito", "o", "para", "por", "que", "quiero", "se", "un", "una", "y", "yo"),
)


#: Languages whose words stand in the documents, and how many words of a line, the usual ones first.
#: `portal.meaning` knows every word: these are for when it is asked for the words alone.
INDEXED = ("en", "es")
MOST_WORDS = 16


@cache
def _words(code: str) -> tuple[str, ...]:
    return tuple(word for one in INDEXED for word in WORDS[one].get(code, ())[:MOST_WORDS])


def need_words(codes: Iterable[str]) -> list[str]:
    """Return the lay words of needs; codes nobody knows have none."""
    return list(dict.fromkeys(word for code in codes if code in NEEDS for word in _words(code)))


#: The needs whose words a topic of the library goes by too.
TOPIC_NEEDS: dict[str, tuple[str, ...]] = {
    "safety": ("safety",),
    "immigration": ("legal_assistance", "identity_documents"),
    "benefits": ("financial_assistance",),
    "housing": ("emergency_housing", "long_term_housing"),
    "health": ("medical_care",),
    "work": ("job_training_employment",),
    "documents": ("identity_documents",),
    "children": ("child_care",),
    "family": ("reunification_repatriation",),
    "law": ("legal_assistance",),
    "language": ("translation",),
}


def guide_words(needs: Iterable[str], topics: Iterable[str]) -> list[str]:
    """Return the lay words of a guide's needs and topics in every language of the thesaurus.

    Guides are few, and an English one answers those who ask in any other language.
    """
    codes = dict.fromkeys((*needs, *(code for one in topics for code in TOPIC_NEEDS.get(one, ()))))
    known = [code for code in codes if code in NEEDS]
    told = (WORDS[lang].get(code, ())[:MOST_WORDS] for lang in WORDS for code in known)
    return list(dict.fromkeys(word for words in told for word in words))


def need_labels(codes: Iterable[str]) -> list[str]:
    """Return what the needs are called on pages, in English."""
    return [NEEDS[code].label for code in codes if code in NEEDS]


def who_words(
    genders: Iterable[str], populations: Iterable[str], can_come: Iterable[str]
) -> list[str]:
    """Return the words for those a service is for. Populations are `age_group/origin` pairs."""
    pairs = [code.partition("/") for code in populations]
    ages, origins = (age for age, _, _ in pairs), (origin for _, _, origin in pairs)
    codes = dict.fromkeys((*genders, *ages, *origins, *can_come))
    return list(dict.fromkeys(word for code in codes for word in _words(code)))


def language_words(codes: Iterable[str]) -> list[str]:
    """Return every name of the languages: English, own name, aliases."""
    known = [LANGUAGES[code] for code in codes if code in LANGUAGES]
    names = [name for one in known for name in (one.name, one.autonym, *one.aliases)]
    words = [word for code in codes for word in _words(f"{LANGUAGE}{code}")]
    return list(dict.fromkeys((*names, *words)))

"""What people call things: words by code that are searched but never shown.

A hidden field of such words finds more than the engine's synonyms do, because typos in them are
forgiven too. The words of the needs are in shared.vocabulary; here are those for who may come.
English and Spanish; other languages are added as rows.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.vocabulary import LANGUAGES, NEEDS

GENDER_WORDS: dict[str, tuple[str, ...]] = {
    "man": ("men", "man", "male", "boys", "guys", "hombres", "hombre", "varones", "niños"),
    "woman": ("women", "woman", "female", "girls", "ladies", "mujeres", "mujer", "niñas"),
    "nonbinary": ("nonbinary", "transgender", "trans", "lgbtq", "gay", "queer"),
}
AGE_WORDS: dict[str, tuple[str, ...]] = {
    "adult": ("adults", "adultos"),
    "minor": ("teen", "youth", "minor", "child", "under 18", "jóvenes", "menores", "adolescentes"),
}
ORIGIN_WORDS: dict[str, tuple[str, ...]] = {
    "foreign_national": ("immigrant", "undocumented", "refugee", "inmigrante", "indocumentado"),
    "domestic": ("citizen", "green card", "ciudadano"),
}
CAN_COME_WORDS: dict[str, tuple[str, ...]] = {
    "no_id": ("no id", "without papers", "sin papeles", "sin identificación"),
    "felony": ("criminal record", "felony", "record", "antecedentes"),
    "no_sobriety": ("drinking", "using drugs", "not sober", "bebida"),
    "with_children": ("with children", "kids", "family", "baby", "con hijos", "familia", "bebé"),
    "pets": ("pets", "dog", "cat", "mascotas", "perro"),
}
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


def need_words(codes: Iterable[str]) -> list[str]:
    """Return the lay words of needs; codes nobody knows have none."""
    return [word for code in codes if code in NEEDS for word in NEEDS[code].words]


def need_labels(codes: Iterable[str]) -> list[str]:
    """Return what the needs are called on pages, in English."""
    return [NEEDS[code].label for code in codes if code in NEEDS]


def who_words(
    genders: Iterable[str], populations: Iterable[str], can_come: Iterable[str]
) -> list[str]:
    """Return the words for those a service is for. Populations are `age_group/origin` pairs."""
    pairs = [code.partition("/") for code in populations]
    found = [word for code in genders for word in GENDER_WORDS.get(code, ())]
    found += [word for age, _, _ in pairs for word in AGE_WORDS.get(age, ())]
    found += [word for _, _, origin in pairs for word in ORIGIN_WORDS.get(origin, ())]
    found += [word for code in can_come for word in CAN_COME_WORDS.get(code, ())]
    return list(dict.fromkeys(found))


def language_words(codes: Iterable[str]) -> list[str]:
    """Return every name of the languages: English, own name, aliases."""
    known = [LANGUAGES[code] for code in codes if code in LANGUAGES]
    names = [name for one in known for name in (one.name, one.autonym, *one.aliases)]
    return list(dict.fromkeys(names))

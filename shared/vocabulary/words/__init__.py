"""The thesaurus: what people call things, in twelve languages. Data, one table a language.

A line of a table is a code and the words for it: a need, who is asked for (gender, age, origin),
what must be possible (`CAN_COME`), a spoken language (`language-es`), or `small` for words that
tell nothing. A word may stand for several codes: whoever says "shelter" is shown every kind. Words
are written as people write them; case, accents and single typos need no entry of their own, forms
in other letters do (khana for खाना).

A word is added to its line; a language is a file more, named in `TABLES`. A reviewer who speaks
the language checks every line and is then named in `REVIEWED`: until then its words are a draft,
and only `make relevance` has looked at them.
"""

from __future__ import annotations

from shared.vocabulary.people import ADMISSION
from shared.vocabulary.words import ar, en, es, fr, hi, ht, ko, pt, ru, tl, vi, zh

SMALL = "small"
LANGUAGE = "language-"
CAN_COME = ADMISSION
TABLES: dict[str, str] = {
    "en": en.TABLE,
    "es": es.TABLE,
    "zh": zh.TABLE,
    "vi": vi.TABLE,
    "ko": ko.TABLE,
    "tl": tl.TABLE,
    "ar": ar.TABLE,
    "ru": ru.TABLE,
    "ht": ht.TABLE,
    "fr": fr.TABLE,
    "pt": pt.TABLE,
    "hi": hi.TABLE,
}
#: Who, speaking a language, has read its table last, and when: {"es": "2026-11-01 advocates"}.
REVIEWED: dict[str, str] = {}


def _read(table: str) -> dict[str, tuple[str, ...]]:
    """Return the words by code of a table; a line that begins with blanks goes on."""
    found = {}
    for line in table.replace("\n  ", " ").strip().splitlines():
        code, _, words = line.partition(":")
        if words:
            found[code] = tuple(word.strip() for word in words.split(",") if word.strip())
    return found


#: Words by language and code.
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    language: _read(table) for language, table in TABLES.items()
}


def words_for(code: str) -> tuple[str, ...]:
    """Return the words for a code in every language; none for a code nobody knows."""
    found = [word for table in WORDS.values() for word in table.get(code, ())]
    return tuple(dict.fromkeys(found))

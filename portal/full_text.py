"""Full-text questions to SQLite's FTS5: words, filters and typos. No page uses it directly.

It is the plain sister of the engine: every word first, then any word; a word nobody wrote is
replaced by the nearest one that somebody did.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from portal.rings import Step
from portal.wishes import EVERYWHERE, FACETS, UNSAID, Meaning, Wish, guide_languages

Json = dict[str, Any]

MOST_WORDS = 10
LONGEST_WORD = 40
MOST_CANDIDATES = 4_000
#: The full-text table of each kind of record.
WORDS = {"service": "service_words", "guide": "guide_words"}
#: Every word in it.
VOCABULARIES = {"service": "vocabulary", "guide": "guide_vocabulary"}
#: bm25 weights of its columns: what it is called counts most, `filters` never.
WEIGHTS = "10.0, 6.0, 1.0, 0.0"
#: Words so common that asking for them finds everything.
SMALL_WORDS = frozenset(
    {
        *("a", "an", "and", "are", "at", "can", "do", "for", "from", "have", "how", "i", "in"),
        *("is", "me", "my", "near", "need", "of", "on", "or", "someone", "the", "to", "want"),
        *("where", "who", "with", "you", "de", "el", "en", "es", "la", "las", "los", "mi"),
        *("necesito", "o", "para", "por", "que", "un", "una", "y"),
    }
)


def words_of(text: str) -> list[str]:
    """Return the words to look for: written small, without accents, each once, at most ten."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    flat = "".join(symbol for symbol in flat if not unicodedata.combining(symbol))
    found = [word[:LONGEST_WORD] for word in re.findall(r"\w+", flat)]
    telling = [word for word in found if word not in SMALL_WORDS and len(word) > 1]
    return list(dict.fromkeys(telling or found))[:MOST_WORDS]


def shown_words(document: Json) -> tuple[str, str, str]:
    """Return the name, the keywords and the rest of an index document as three texts."""
    name = document.get("name") or document.get("title") or ""
    hidden = ("need_labels", "keywords", "language_names", "places", "postal_codes", "topics")
    keywords = " ".join(word for field in hidden for word in document.get(field, ()))
    about = " ".join(
        str(document.get(field, ""))
        for field in ("organization_name", "summary", "description", "body")
    )
    return name, keywords, about


def filter_words(document: Json) -> str:
    """Return the codes of a document as words of letters and digits only, so that FTS finds them
    whole: `can_come` no_id is `cancomenoid`."""
    told = [_code("lang", document["lang"])] if "lang" in document else []
    told += [_code(field, value) for field in FACETS for value in document.get(field, ())]
    return " ".join(told)


def reach_codes(document: Json) -> list[str]:
    """Return the codes of where a service is and whom it serves, as a search near a place asks."""
    told = {field: document.get(field) or [UNSAID] for field in ("areas", "cells")}
    return [_code(field, value) for field, values in told.items() for value in values]


def _code(field: str, value: str) -> str:
    plain = "all" if value == EVERYWHERE else re.sub(r"[^a-z0-9]", "", value.casefold())
    return re.sub(r"[^a-z]", "", field) + plain


class Matcher:
    """Asks one database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        #: What a service must be in beside what it must match; "" for anything.
        self._within = ""

    def services(
        self, wish: Wish, meaning: Meaning, steps: Sequence[Step], size: int
    ) -> tuple[list[str], int]:
        """Return a page of ids and how many services fit; those of each step (`portal.rings`) come
        before those of the next."""
        wanted = [f"filters : ({one})" for one in _filters(wish, meaning)]
        if not any(steps):
            return self._fitting(wish, meaning, wanted, wish.offset, size)
        self._tell_apart(steps)
        found: list[str] = []
        total = 0
        for ring in range(len(steps)):
            self._within = f"rowid IN (SELECT number FROM near WHERE ring = {ring})"  # noqa: S608
            left = wish.offset + size - len(found)
            ids, count = self._fitting(wish, meaning, wanted, 0, left)
            found += ids
            total += count
        self._within = ""
        return found[wish.offset :], total

    def _tell_apart(self, steps: Sequence[Step]) -> None:
        """Write down for each service the first step that holds it."""
        self._db.execute("DELETE FROM near")
        for ring, step in reversed(list(enumerate(steps))):
            for alternative in step:
                codes = [[_code(field, one) for one in told] for field, told in alternative]
                here = " INTERSECT ".join(
                    f"SELECT number FROM reach WHERE code IN ({', '.join('?' * len(one))})"  # noqa: S608
                    for one in codes
                )
                self._db.execute(
                    f"REPLACE INTO near SELECT number, {ring} FROM ({here})",  # noqa: S608
                    [code for one in codes for code in one],
                )

    def _fitting(
        self, wish: Wish, meaning: Meaning, wanted: list[str], offset: int, size: int
    ) -> tuple[list[str], int]:
        if meaning.needs:
            return self._meant(meaning, wanted, offset, size)
        text = wish.text if meaning.is_nothing else meaning.rest
        return self._ids("service", text, wanted, offset, size)

    def _meant(
        self, meaning: Meaning, wanted: list[str], offset: int, size: int
    ) -> tuple[list[str], int]:
        """Everything that answers a need: first what answers all of them, or has other words."""
        match = " AND ".join(wanted)
        every = [f"filters : ({_any_of('needs', group)})" for group in meaning.needs]
        words = (
            [self._term("service", word) for word in words_of(meaning.rest)] if meaning.rest else []
        )
        told = [f"{{name keywords about}} : ({' OR '.join(words)})"] if words else []
        better = [[*every, *told], every, told]
        steps = [" AND ".join([*wanted, *more]) for more in better if more]
        found: dict[str, None] = {}
        for step in (*dict.fromkeys(steps), match):
            if len(found) < offset + size:
                found |= dict.fromkeys(self._page("service", step, 0, offset + size))
        return list(found)[offset : offset + size], self._count("service", match)

    def guides(self, text: str, lang: str, size: int) -> list[str]:
        """Return the ids of guides in a language or in English; none when nothing was asked."""
        if not words_of(text):
            return []
        codes = " OR ".join(_code("lang", code) for code in guide_languages(lang))
        return self._ids("guide", text, [f"filters : ({codes})"], 0, size)[0]

    def _ids(
        self, kind: str, text: str, wanted: list[str], offset: int, size: int
    ) -> tuple[list[str], int]:
        """Those with every word come first, then those with any."""
        words = [self._term(kind, word) for word in words_of(text)]
        if not words:
            match = " AND ".join(wanted)
            return self._page(kind, match, offset, size), self._count(kind, match)
        told = "{name keywords about} : "
        every = " AND ".join([*wanted, f"{told}({' AND '.join(words)})"])
        some = " AND ".join([*wanted, f"{told}({' OR '.join(words)})"])
        best = self._page(kind, every, 0, offset + size)
        enough = len(best) == offset + size or len(words) == 1
        rest = [] if enough else self._page(kind, some, 0, offset + size + len(best))
        merged = list(dict.fromkeys([*best, *rest]))
        return merged[offset : offset + size], self._count(kind, some)

    def _page(self, kind: str, match: str, offset: int, size: int) -> list[str]:
        table, (where, values) = WORDS[kind], self._where(kind, match)
        best_first = f"bm25({table}, {WEIGHTS}), " if match else ""
        rows = self._db.execute(
            f"SELECT (SELECT id FROM records WHERE number = {table}.rowid) "  # noqa: S608
            f"FROM {table} {where} ORDER BY {best_first}{table}.rowid LIMIT ? OFFSET ?",
            (*values, size, offset),
        )
        return [key for (key,) in rows]

    def _count(self, kind: str, match: str) -> int:
        where, values = self._where(kind, match)
        found = self._db.execute(f"SELECT count(*) FROM {WORDS[kind]} {where}", values)  # noqa: S608
        return int(found.fetchone()[0])

    def _where(self, kind: str, match: str) -> tuple[str, tuple[str, ...]]:
        matches = f"{WORDS[kind]} MATCH ?" if match else ""
        fit = [one for one in (matches, self._within) if one]
        return f"WHERE {' AND '.join(fit)}" if fit else "", (match,) if match else ()

    def _term(self, kind: str, word: str) -> str:
        """Return the FTS term for a word, typos mended; quoted, so that it is never an operator."""
        if len(word) < 4:  # the beginning of too many others; but a bed is one of the beds
            return f'("{word}" OR "{word}s")'
        if self._knows(kind, word):
            return f'"{word}"*'
        allowed = 1 if len(word) < 8 else 2
        near = [(distance, known) for known, distance in self._nearest(kind, word, allowed)]
        return f'"{min(near)[1]}"' if near else f'"{word}"*'

    def _knows(self, kind: str, word: str) -> bool:
        after = word + "\U0010ffff"
        sql = f"SELECT 1 FROM {VOCABULARIES[kind]} WHERE term >= ? AND term <= ? LIMIT 1"  # noqa: S608
        return self._db.execute(sql, (word, after)).fetchone() is not None

    def _nearest(self, kind: str, word: str, allowed: int) -> Iterator[tuple[str, int]]:
        rows: Iterable[tuple[str]] = self._db.execute(
            f"SELECT term FROM {VOCABULARIES[kind]} WHERE term >= ? AND term < ? "  # noqa: S608
            "AND length(term) BETWEEN ? AND ? LIMIT ?",
            (
                word[0],
                word[0] + "\U0010ffff",
                len(word) - allowed,
                len(word) + allowed,
                MOST_CANDIDATES,
            ),
        )
        for (known,) in rows:
            distance = edits(word, known, allowed)
            if distance <= allowed:
                yield known, distance


def _any_of(facet: str, codes: Iterable[str]) -> str:
    return " OR ".join(_code(facet, code) for code in codes)


def _filters(wish: Wish, meaning: Meaning) -> Iterator[str]:
    for facet, chosen in meaning.conditions:
        yield _any_of(facet, chosen)
    for facet in FACETS:
        codes = [_code(facet, code) for code in wish.choices.get(facet, ())]
        if codes:
            yield (" AND " if facet == "can_come" else " OR ").join(codes)


def edits(one: str, other: str, most: int) -> int:
    """Return how many letters must be changed, added, left out or swapped; `most` + 1 if more.

    Optimal string alignment distance (Damerau 1964).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        following = [i]
        for j, twin in enumerate(other, 1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (letter != twin))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == twin:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        if min(following) > most:
            return most + 1
        before, row = row, following
    return row[-1]

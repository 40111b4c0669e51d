"""The thesaurus as the portal asks it: what phrases mean, one or two wrong letters forgiven.

Chinese and Korean are taken syllable by syllable, so that words need no blanks between them and
particles no entries; the article of Arabic is left off. A phrase is looked for as it was typed
first and without accents then. One that means something else in another language (abrigo: a coat,
a shelter) is read in the language that knows most of the words around it. Built once, in 100 ms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from portal.full_text import edits
from shared.vocabulary.words import WORDS

#: Typos are mended in the alphabets in which they are one letter off.
_MENDED = re.compile(r"[a-z\u0400-\u04ff]+")
#: A syllable or sign that stands alone, or a run of letters with the signs that belong to them.
_ALONE = "\u3400-\u9fff\uac00-\ud7a3"
_TOKEN = re.compile(rf"[{_ALONE}]|(?:(?![{_ALONE}_])[\w\u0300-\u036f\u064b-\u0652\u0900-\u0dff])+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ASCII_TOKEN = re.compile(r"[a-z0-9]+")
_ARTICLE = re.compile(r"(?:[وفبك]?ال|لل)(?=..)")
_JOINED = "وفبلك"
_PLAIN = str.maketrans({"đ": "d", "ة": "ه", "ى": "ي", "ı": "i", "œ": "e"})
LONGEST_TOKEN = 40
#: Words this long may have one wrong letter, and these two.
ONE_TYPO, TWO_TYPOS = 5, 8
SHORTEST_STEM = 5

#: Codes by language.
Codes = dict[str, tuple[str, ...]]


def tokens_of(text: str, most: int = 40) -> list[str]:
    """Return the words of a text, written small; at most so many."""
    if text.isascii():
        return [one[:LONGEST_TOKEN] for one in _ASCII_TOKEN.findall(text.lower())[:most]]
    small = unicodedata.normalize("NFC", text.casefold())
    return [one[:LONGEST_TOKEN] for one in _TOKEN.findall(small)[:most]]


def as_words(text: str) -> str:
    """Return a text as phrases are kept: its words without accents, with blanks between."""
    return " ".join(folded(token) for token in tokens_of(text))


def folded(token: str) -> str:
    """Return a word without accents and article."""
    if token.isascii():
        return token
    flat = unicodedata.normalize("NFKD", token).translate(_PLAIN)
    bare = "".join(sign for sign in flat if not unicodedata.combining(sign))
    return _ARTICLE.sub("", unicodedata.normalize("NFC", bare), count=1)


@dataclass
class Entry:
    """The phrases that begin with a word: their codes, and how many words the longest has."""

    phrases: dict[str, Codes]
    longest: int


class Thesaurus:
    """Codes by phrase. A phrase is its tokens with blanks between."""

    def __init__(self) -> None:
        self._typed: dict[str, Entry] = {}
        self._plain: dict[str, Entry] = {}
        self._languages: dict[str, tuple[str, ...]] = {}
        for language, table in WORDS.items():
            for code, words in table.items():
                for word in words:
                    self._add(language, code, tokens_of(word))
        self._without: dict[str, list[str]] = {}
        self._stems: dict[str, str] = {}
        for token in sorted(self._languages):
            for stem in (token, *_stems(token)):
                self._stems.setdefault(stem, token)
            if len(token) >= ONE_TYPO - 1 and _MENDED.fullmatch(token):
                for shorter in _shorter(token):
                    self._without.setdefault(shorter, []).append(token)

    def _add(self, language: str, code: str, typed: list[str]) -> None:
        plain = [folded(one) for one in typed]
        for by_first, tokens in ((self._typed, typed), (self._plain, plain)):
            entry = by_first.setdefault(tokens[0], Entry({}, 0))
            codes = entry.phrases.setdefault(" ".join(tokens), {})
            if code not in codes.get(language, ()):
                codes[language] = (*codes.get(language, ()), code)
            entry.longest = max(entry.longest, len(tokens))
        for token in plain:
            if language not in self._languages.get(token, ()):
                self._languages[token] = (*self._languages.get(token, ()), language)

    def phrase_at(self, typed: Sequence[str], plain: Sequence[str], at: int) -> tuple[Codes, int]:
        """Return the codes of the longest phrase that begins there, and its length; 0 for none.

        Of two that are as long, the one written just as it was typed counts.
        """
        found = _longest(self._typed, typed, at)
        other = _longest(self._plain, plain, at)
        return other if other[1] > found[1] else found

    def languages_of(self, tokens: Iterable[str]) -> set[str]:
        """Return the language that knows most of these words, or those that know as many."""
        counts: dict[str, int] = {}
        for token in tokens:
            for language in self._languages.get(token, ()):
                counts[language] = counts.get(language, 0) + 1
        most = max(counts.values(), default=0)
        return {language for language, count in counts.items() if count == most}

    def mended(self, token: str) -> str:
        """Return the known word that was meant by one without accents, or the word itself."""
        if token in self._languages:
            return token
        for end in (token[1:] if token[:1] in _JOINED else "", token.removesuffix("s")):
            if end in self._languages:
                return end
        if len(token) < ONE_TYPO or not _MENDED.fullmatch(token):
            return token
        near = self._nearest(token, 1 if len(token) < TWO_TYPOS else 2)
        return near or next((self._stems[s] for s in _stems(token) if s in self._stems), token)

    def _nearest(self, token: str, allowed: int) -> str:
        near = {known for shorter in _shorter(token) for known in self._without.get(shorter, ())}
        alike = [
            (distance, known)
            for known in near
            if known[0] == token[0] and (distance := edits(token, known, allowed)) <= allowed
        ]
        return min(alike)[1] if alike else ""


def _longest(by_first: dict[str, Entry], tokens: Sequence[str], at: int) -> tuple[Codes, int]:
    entry = by_first.get(tokens[at])
    if entry is not None:
        for length in range(min(entry.longest, len(tokens) - at), 0, -1):
            codes = entry.phrases.get(" ".join(tokens[at : at + length]))
            if codes is not None:
                return codes, length
    return {}, 0


def _stems(word: str) -> Iterator[str]:
    """A Russian word without its last one to three letters: what its cases have in common."""
    if _CYRILLIC.match(word):
        for end in range(len(word) - 1, max(len(word) - 4, SHORTEST_STEM - 1), -1):
            yield word[:end]


def _shorter(word: str) -> Iterator[str]:
    """The word, and the word with any one letter left out: those alike share one of them."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


@cache
def thesaurus() -> Thesaurus:
    """Return the thesaurus, made when it is first asked for."""
    return Thesaurus()

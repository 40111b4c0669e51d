"""What the words of a search mean: needs, who it is for, languages and places, found before asking.

What is understood becomes conditions, the same for the engine and the saved copy; what is not is
left as words to look for. A service that answers the need but is not for the person who asks must
not come first, so who it is for is a condition too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portal.phrases import folded, thesaurus, tokens_of
from portal.wishes import NOTHING, Condition, Meaning, Spot, Wish
from shared.vocabulary import AGE_GROUPS, GENDERS, NEEDS, ORIGINS
from shared.vocabulary.words import CAN_COME, LANGUAGE, SMALL

MOST_TOKENS = 40
MOST_REST = 8
LONGEST_PLACE = 3
#: Needs that are about children anyway: then nobody asks whether children may come along.
ABOUT_CHILDREN = frozenset(
    {"child_care", "legal_guardianship", "permanency_placement", "reunification_repatriation"}
)


def meaning_of(wish: Wish, places: Mapping[str, Spot]) -> Meaning:
    """Return what a wish's words mean beside what was chosen: a choice is never second-guessed.

    `places` are by the name of a town, county or postal code, as tokens with blanks between. Of
    several that are named the first counts.
    """
    if wish.as_typed or not wish.text:
        return NOTHING
    found = _Reading(wish.text, {} if wish.spot or wish.anywhere else places)
    found.read()
    needs = () if wish.choices.get("needs") else tuple(dict.fromkeys(found.needs))
    codes = dict.fromkeys(found.codes)
    if needs and ABOUT_CHILDREN & {code for group in needs for code in group}:
        codes.pop("with_children", None)
    who = [one for one in _who(list(codes)) if not wish.choices.get(one[0])]
    wishes = [one for one in _wishes(list(codes)) if not wish.choices.get(one[0])]
    rest = " ".join(found.rest[:MOST_REST])
    return Meaning(needs, tuple(who), tuple(wishes), rest, found.spot)


def loosened(meaning: Meaning) -> Iterator[Meaning]:
    """Yield a meaning and then what to ask for when nothing is found: less, and the words alone."""
    yield meaning
    if (meaning.wishes or meaning.spot) and (meaning.needs or meaning.who):
        yield Meaning(meaning.needs, meaning.who, (), meaning.rest)
    if not meaning.is_nothing:
        yield NOTHING


class _Reading:
    """Takes the longest phrases that are known from the left to the right."""

    def __init__(self, text: str, places: Mapping[str, Spot]) -> None:
        self._known, self._places = thesaurus(), places
        self._typed = tokens_of(text, MOST_TOKENS)
        self._plain = [folded(token) for token in self._typed]
        self._tokens = [self._known.mended(token) for token in self._plain]
        self._languages = self._known.languages_of(self._tokens)
        self.needs: list[tuple[str, ...]] = []
        self.codes: list[str] = []
        self.spot: Spot | None = None
        self.rest: list[str] = []

    def read(self) -> None:
        """Read the text."""
        at = 0
        while at < len(self._tokens):
            # A place of one word comes after what a word means, but before what it may mistype.
            shortest = 2 if self._tokens[at] == self._plain[at] else 1
            length = self._place(at, shortest) or self._phrase(at) or self._place(at, 1)
            if not length and len(self._typed[at]) > 1:
                self.rest.append(self._typed[at])
            at += length or 1

    def _place(self, at: int, shortest: int) -> int:
        if not self._places:
            return 0
        for length in range(min(LONGEST_PLACE, len(self._plain) - at), shortest - 1, -1):
            spot = self._places.get(" ".join(self._plain[at : at + length]))
            if spot is not None:
                self.spot = self.spot or spot
                return length
        return 0

    def _phrase(self, at: int) -> int:
        found, length = self._known.phrase_at(self._typed, self._tokens, at)
        here = [found[language] for language in found if language in self._languages]
        codes = list(dict.fromkeys(code for one in here or found.values() for code in one))
        needs = tuple(code for code in codes if code in NEEDS)
        self.needs += [needs] if needs else []
        self.codes += [code for code in codes if code not in NEEDS and code != SMALL]
        return length


def _who(codes: list[str]) -> Iterator[Condition]:
    """Conditions on who a service is for: each gender named, and the ages and origins named."""
    for code in codes:
        if code in GENDERS:
            yield "genders", (code,)
    ages = [code for code in codes if code in AGE_GROUPS]
    origins = [code for code in codes if code in ORIGINS]
    if ages or origins:
        pairs = [
            f"{age}/{origin}"
            for age in ages or ("adult", "minor")
            for origin in origins or ("foreign_national", "domestic")
        ]
        yield "populations", tuple(pairs)


def _wishes(codes: list[str]) -> Iterator[Condition]:
    """Conditions on what must be possible, and on the languages spoken: any of those named."""
    for code in codes:
        if code in CAN_COME:
            yield "can_come", (code,)
    spoken = tuple(code.removeprefix(LANGUAGE) for code in codes if code.startswith(LANGUAGE))
    if spoken:
        yield "languages", spoken

"""What stands on a county's two sheets of paper: the places to call first, cut to what fits.

A sheet may be found by somebody else: names that tell what a place is for are left out, and of a
hidden place there is only its area (`portal.slips`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import east_asian_width

import msgspec

from portal.i18n import N_, translate
from portal.service_words import POPULATIONS, age_range, first_phone, where, who_words
from portal.slips import plain_name, short_hours
from shared.directory import ServiceCard
from shared.vocabulary import ADMISSION, NEEDS

#: The needs on each sheet, and how many rows of print there are for them.
SHEETS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("emergency_housing", "food_clothing", "legal_assistance"), 44),
    (("medical_care", "translation"), 26),
)
#: Needs of both sheets.
SHOWN_NEEDS: tuple[str, ...] = tuple(code for codes, _ in SHEETS for code in codes)
#: Small letters in a row of print, fewer than there are: capitals and signs of Asia count twice.
ROW = 90
LONGEST_NAME = 80
LONGEST_WHERE = 60
LONGEST_PHONE = 40
LONGEST_HOURS = 120
#: Room for the word before them.
HOURS = "Horario:"


@dataclass(frozen=True)
class Entry:
    """A place on the sheet: each of the lines but the number may be ""."""

    name: str
    phone: str
    hours: str
    where: str
    who: str

    @property
    def rows(self) -> int:
        """Return how many rows of print it takes at most."""
        lines = (f"{self.name}  {self.phone}", f"{self.where}  {HOURS}  {self.hours}", self.who)
        return sum(-(-_width(line) // ROW) for line in lines if line.strip())


@dataclass
class Group:
    """The places for one need: its words, and the entries, best first."""

    code: str
    words: str
    entries: list[Entry] = field(default_factory=list)


def sheets(found: Mapping[str, Sequence[ServiceCard]], lang: str) -> list[list[Group]]:
    """Return the groups of each sheet, of cards by need, best first; a group may be empty."""
    return [
        _sheet({code: found.get(code, ()) for code in codes}, rows, lang) for codes, rows in SHEETS
    ]


def _sheet(found: Mapping[str, Sequence[ServiceCard]], rows: int, lang: str) -> list[Group]:
    """Take the best of each need, then the next of each, while there is room."""
    groups = [Group(code, translate(lang, NEEDS[code].label)) for code in found]
    left = [iter(found[group.code]) for group in groups]
    going = list(zip(groups, left, strict=True))
    while going:
        still = []
        for group, cards in going:
            one = next((entry(card, lang) for card in cards), None)
            if one is not None and one.rows <= rows:
                group.entries.append(one)
                rows -= one.rows
                still.append((group, cards))
        going = still
    return groups


def entry(card: ServiceCard, lang: str) -> Entry:
    """Return what the sheet says of a service that has a number."""
    phone = first_phone(card)
    hours = short_hours(card, lang)
    # Those for everybody need no four lines to say so.
    is_for_all = set(card.populations) >= set(POPULATIONS)
    populations = [] if is_for_all else card.populations
    # On paper there is room for what decides whether somebody may come, not for every comfort.
    can_come = [code for code in card.can_come if code in ADMISSION]
    told = msgspec.structs.replace(card, populations=populations, can_come=can_come)
    who = [age_range(card, lang), *who_words(told, lang)]
    return Entry(
        name=_cut(plain_name(card), LONGEST_NAME) or translate(lang, N_("A number to call")),
        phone=phone.number if phone else "",
        hours=hours
        if 0 < len(hours) <= LONGEST_HOURS
        else translate(lang, N_("Call to find out.")),
        where=_cut(where(card), LONGEST_WHERE),
        who=" · ".join(line for line in who if line),
    )


def can_be_called(card: ServiceCard) -> bool:
    """Say whether a card has a number that fits on paper."""
    phone = first_phone(card)
    return phone is not None and len(phone.number) <= LONGEST_PHONE


def _cut(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _width(text: str) -> int:
    return sum(2 if one.isupper() or one in "mw@%—…" or _is_wide(one) else 1 for one in text)


def _is_wide(symbol: str) -> bool:
    return not symbol.isascii() and (symbol > "\u024f" or east_asian_width(symbol) in "WF")

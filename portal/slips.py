"""What a person takes along of a service: a card on paper, a note, a text message.

Any of them may be found by somebody else. They say whom to call, when and how to get there, never
what for; of a hidden place they say no more than its name and number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Literal
from urllib.parse import quote

from babel.dates import get_day_names

from portal.i18n import N_, translate
from portal.service_words import first_phone, hours_by_day, where
from shared.directory import Place, ServiceCard

#: One text message (3GPP TS 23.038); a note of this length can also be learned by heart.
LONGEST_NOTE = 160
Width = Literal["wide", "abbreviated"]
#: Beginnings of words that tell what happened to whoever holds the card, in English and Spanish.
TELLING = re.compile(
    r"\b(traffick|tr[aá]fico de|trata\b|slave|esclav|victim|víctima|surviv|sobreviv|exploit|explota"
    r"|abus|violen|rape|violaci|assault|agresi|prostitut|battered|maltrat|sexual|crime|delito|crisis"
    r"|safe ?(?:home|house)|casa segura)",
    re.IGNORECASE,
)
#: What everybody carries, by how papers are named in English and Spanish: a card has these words of
#: ours and no others, because any other paper may tell of a case, a visa or the police.
PLAIN_PAPERS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b({names})", re.IGNORECASE), words)
    for names, words in (
        (r"ids?\b|identity|identificaci", N_("Any ID you have")),
        (r"passport|pasaporte", N_("Passport")),
        (r"birth certificate|(?:acta|certificado|partida) de nacimiento", N_("Birth certificate")),
        (r"social security|seguro social", N_("Social Security card")),
        (r"photos?\b|fotos?\b", N_("Photos of yourself")),
        (
            r"proof of (?:address|where)|comprobante de domicilio|lease",
            N_("Proof of where you live"),
        ),
        (r"pay ?stubs?|proof of (?:pay|income)|talones|ingresos", N_("Proof of pay")),
    )
)


@dataclass(frozen=True)
class Slip:
    """What stands on a card to print: `name` and `phone` may be "", the rest are lines."""

    name: str
    phone: str
    hours: list[str]
    ways: list[str]


def slip(card: ServiceCard, lang: str) -> Slip:
    """Return what to print of a service."""
    phone = first_phone(card)
    hours = _hours(card, lang, "wide") or [translate(lang, N_("Call to find out."))]
    return Slip(plain_name(card), phone.number if phone else "", hours, ways(card, lang))


def plain_name(card: ServiceCard) -> str:
    """Return the first of its names that does not tell what it is for, "" when all do."""
    open_places = [place.name for place in card.places if not place.confidential]
    return next(iter(_quiet([card.name, card.organization_name, *open_places])), "")


def ways(card: ServiceCard, lang: str) -> list[str]:
    """Return how to get there in words, a line each; never where a hidden place is."""
    lines = [line for place in card.places for line in _way(place, lang)]
    if not lines or any(place.confidential for place in card.places):
        lines.append(translate(lang, N_("Call. They tell you how to come.")))
    return list(dict.fromkeys(lines))


def _way(place: Place, lang: str) -> Iterable[str]:
    """Yield the lines of one place that may be shown; a street without a town finds nobody."""
    if place.confidential or not place.city:
        return
    town = " ".join(part for part in (place.city, place.region, place.postal_code) if part)
    if place.street:
        yield translate(lang, N_("Go to %(place)s."), place=f"{place.street}, {town}")
    else:
        yield translate(lang, N_("It is in %(place)s. Call for the street."), place=town)
    yield from _quiet([place.transportation])


def short_note(card: ServiceCard) -> str:
    """Return what to write down: name, number, place; at most 160 letters, nothing telling."""
    phone = first_phone(card)
    hidden = any(place.confidential for place in card.places)
    parts = [plain_name(card), phone.number if phone else "", "" if hidden else where(card)]
    note = ", ".join(part for part in parts if part)
    return note if len(note) <= LONGEST_NOTE else f"{note[: LONGEST_NOTE - 1]}…"


def text_message(card: ServiceCard, lang: str) -> str:
    """Return a text of at most 160 letters: the number and the hours, no name, no need.

    It is "" when there is no number to call.
    """
    phone = first_phone(card)
    if phone is None:
        return ""
    number = translate(lang, N_("Call %(number)s"), number=phone.number)
    # Plain spaces and hyphens: other ones make phones send 70 letters a message, not 160.
    hours = "; ".join(_hours(card, lang, "abbreviated")).replace("\u202f", " ").replace("–", "-")
    text = f"{number}. {hours}" if hours else number
    return next((one for one in (text, number) if len(one) <= LONGEST_NOTE), "")


def short_hours(card: ServiceCard, lang: str) -> str:
    """Return the hours in one line with short names of days, "" when nobody said."""
    return "; ".join(_hours(card, lang, "abbreviated"))


def text_link(card: ServiceCard, lang: str) -> str:
    """Return the link that opens the phone's own messages with the text, to whom is hers to say.

    The form is that of RFC 5724; "" when there is no text.
    """
    text = text_message(card, lang)
    return f"sms:?body={quote(text, safe='')}" if text else ""


def plain_papers(papers: Iterable[str], lang: str) -> list[str]:
    """Return what everybody carries of the papers to bring, in our own words."""
    told = list(papers)
    return [translate(lang, words) for names, words in PLAIN_PAPERS if any(map(names.search, told))]


def _quiet(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text and not TELLING.search(text)]


def _hours(card: ServiceCard, lang: str, width: Width) -> list[str]:
    """Return the hours, days in a row with the same ones in one line; [] when nobody said."""
    if card.open_24_7:
        return [translate(lang, N_("Open day and night"))]
    names, lines = day_names(lang, width), []
    # Days in a row are all as far from their place in the list.
    rows = enumerate(hours_by_day(card, lang).items())
    for (_, hours), run in groupby(rows, lambda row: (row[1][0] - row[0], row[1][1])):
        days = [names[day] for _, (day, _) in run]
        lines.append(f"{' – '.join(dict.fromkeys((days[0], days[-1])))}: {hours}")
    return lines


@lru_cache
def day_names(lang: str, width: Width) -> tuple[str, ...]:
    """Return the names of the days, Monday first."""
    names = get_day_names(width, locale=lang)
    return tuple(str(names[day]) for day in range(7))

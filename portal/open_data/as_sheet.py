"""A service card as a line of a sheet: words, not codes, and no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from portal.named_places import area_name
from portal.open_data.as_hsds import WEB
from portal.service_words import SPACE, age_range, hours_by_day, need_words, who_words
from portal.slips import day_names
from shared.directory import ServiceCard
from shared.inert import inert
from shared.vocabulary import LANGUAGES

#: What a spreadsheet shows of a cell without breaking the sheet; its own limit is 32,767.
LONGEST_CELL = 2_000
#: Before the first line, it tells spreadsheets that the text is UTF-8.
MARK = b"\xef\xbb\xbf"
COLUMNS = (
    *("service", "organization", "helps_with", "who_can_come", "ages", "area", "address"),
    *("phone", "text_to", "website", "hours", "languages", "cost", "papers_to_bring"),
    *("how_to_get_in", "about", "takes_new_people", "space", "space_told_at", "last_checked"),
    *("service_id", "organization_id"),
)


def head() -> bytes:
    """Return the first line."""
    return MARK + row(COLUMNS)


def line(card: ServiceCard) -> bytes:
    """Return a service as a line, in English."""
    told = _words(card) | _where(card)
    return row(told[name] for name in COLUMNS)


def _words(card: ServiceCard) -> dict[str, str]:
    space = SPACE.get(card.capacity.outward, "")
    return {
        "service": card.name,
        "organization": card.organization_name,
        "helps_with": "; ".join(need_words(card, "en")),
        "who_can_come": "; ".join(who_words(card, "en")) or card.eligibility,
        "ages": age_range(card, "en"),
        "phone": "; ".join(one.number for one in card.phones if one.kind == "voice"),
        "text_to": "; ".join(one.number for one in card.phones if one.kind == "text"),
        "website": card.url if WEB.fullmatch(card.url) else "",
        "hours": _hours(card),
        "languages": "; ".join(LANGUAGES[c].name for c in card.languages if c in LANGUAGES),
        "cost": card.cost or ("Free" if card.free else ""),
        "papers_to_bring": "; ".join(card.documents),
        "how_to_get_in": card.how_to_apply,
        "about": card.description,
        "takes_new_people": "yes" if card.status == "active" else "no",
        "space": space,
        "space_told_at": card.capacity.updated_at if space else "",
        "last_checked": card.verified_on,
        "service_id": card.id,
        "organization_id": card.organization,
    }


def _where(card: ServiceCard) -> dict[str, str]:
    areas = dict.fromkeys((*card.areas, *(place.area for place in card.places)))
    addresses = [
        " ".join(part for part in (one.street, one.city, one.region, one.postal_code) if part)
        for one in card.places
        if not one.confidential
    ]
    return {
        "area": "; ".join(area_name(code) for code in areas if code),
        "address": "; ".join(filter(None, dict.fromkeys(addresses))),
    }


def _hours(card: ServiceCard) -> str:
    if card.open_24_7:
        return "Open day and night"
    days = day_names("en", "abbreviated")
    return "; ".join(f"{days[day]} {hours}" for day, hours in hours_by_day(card, "en").items())


def row(cells: Iterable[str]) -> bytes:
    """Return a line of a sheet."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(map(_cell, cells))
    return text.getvalue().encode()


def _cell(text: str) -> str:
    """One line of text that is not too long and that no spreadsheet runs."""
    begin = " ".join(text[: 4 * LONGEST_CELL].split())
    flat = begin if begin.isprintable() else _printable(begin)
    return inert(flat if len(flat) <= LONGEST_CELL else f"{flat[: LONGEST_CELL - 1]}…")


def _printable(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())

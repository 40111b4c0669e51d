"""A county's pack as one file that needs nothing else, made when somebody asks for it.

It is made from the portal's copy of the directory and kept while the copy is the same.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import dataclass, field
from datetime import date

import msgspec
from markupsafe import Markup

from portal.named_places import area_name
from portal.offline.sheets import SHOWN_NEEDS, can_be_called, sheets
from portal.offline.texts import link, texts
from portal.rendering import TEMPLATES, Renderer
from portal.snapshot import DirectorySnapshot
from shared.directory import ServiceCard
from shared.fields import is_area
from shared.settings import Settings

MOST_KEPT = 200
#: Of more than these only the best are looked at.
MOST_CANDIDATES = 40
STYLE = (TEMPLATES / "offline" / "pack.css").read_text()
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
#: The file says so itself too: it is opened far from here.
IN_FILE = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
POLICY = f"{IN_FILE}; frame-ancestors 'none'"


class _Place(msgspec.Struct):
    area: str = ""


class _Brief(msgspec.Struct):
    """What of a card says whether it may be on a sheet, and on whose."""

    status: str = "active"
    out_of_date: bool = False
    needs: list[str] = []
    areas: list[str] = []
    places: list[_Place] = []


_briefs = msgspec.json.Decoder(_Brief)
_cards = msgspec.json.Decoder(ServiceCard)


@dataclass(frozen=True)
class Pack:
    """The file, and what tells whether somebody has it already."""

    body: bytes
    etag: str


@dataclass
class _Index:
    """The cards in JSON by area, "" for those that are for everybody; as of one mark."""

    mark: str = ""
    by_area: dict[str, list[bytes]] = field(default_factory=dict)
    packs: dict[tuple[str, str], Pack] = field(default_factory=dict)


class Packs:
    """Makes the packs."""

    def __init__(self, settings: Settings, snapshot: DirectorySnapshot, renderer: Renderer) -> None:
        self._settings, self._snapshot, self._renderer = settings, snapshot, renderer
        self._index = _Index()
        self._making = asyncio.Lock()

    async def areas(self) -> list[tuple[str, str]]:
        """Return (code, name) of every county with a service, by name; [] without a copy."""
        index = await self._current()
        codes = [code for code in index.by_area if "-" in code]
        return sorted(((code, area_name(code)) for code in codes), key=lambda one: one[::-1])

    async def pack(self, area: str, lang: str, today: date) -> Pack | None:
        """Return a county's pack; None when no service is known there."""
        index = await self._current()
        if "-" not in area or area not in index.by_area:
            return None
        made = index.packs.get((area, lang))
        if made is None:
            made = await asyncio.to_thread(self._make, index, area, lang, today)
            if len(index.packs) >= MOST_KEPT:
                index.packs.clear()
            index.packs[area, lang] = made
        return made

    async def _current(self) -> _Index:
        async with self._making:
            mark = self._snapshot.mark
            if mark != self._index.mark:
                bodies = self._snapshot.bodies()
                self._index = await asyncio.to_thread(_index_of, mark, bodies)
            return self._index

    def _make(self, index: _Index, area: str, lang: str, today: date) -> Pack:
        found = {need: _best(index, area, need) for need in SHOWN_NEEDS}
        both = sheets(found, lang)
        parts = texts([group for sheet in both for group in sheet], self._settings, lang)
        context = {
            "name": area_name(area),
            "sheets": both,
            "texts": [(text, link(text)) for text in parts],
            "today": today,
            "policy": IN_FILE,
            "style": Markup(STYLE),  # noqa: S704 - our own file
            "portal_url": self._settings.portal_url,
        }
        body = self._renderer.text(lang, "offline/pack.html", context).encode()
        return Pack(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def _index_of(mark: str, bodies: list[bytes]) -> _Index:
    by_area: dict[str, list[bytes]] = {}
    for body in bodies:
        card = _briefs.decode(body)
        is_shown = any(need in SHOWN_NEEDS for need in card.needs)
        if card.status != "active" or card.out_of_date or not is_shown:
            continue
        areas = {*card.areas, *(place.area for place in card.places if place.area)}
        for area in filter(_is_known, areas or {""}):
            by_area.setdefault(area, []).append(body)
    return _Index(mark, by_area)


def _is_known(area: str) -> bool:
    return area == "" or is_area(area)


def _best(index: _Index, area: str, need: str) -> list[ServiceCard]:
    """Return the cards for a need: those in the county, then its State's, then everybody's."""
    best: dict[str, ServiceCard] = {}
    for code in (area, area.partition("-")[0], ""):
        cards = [_cards.decode(body) for body in index.by_area.get(code, ())]
        fit = [card for card in cards if need in card.needs and can_be_called(card)]
        # Checked last comes first, among those that are as near and as open.
        fit.sort(key=lambda card: card.verified_on, reverse=True)
        fit.sort(key=lambda card: (not _is_in(card, area), not card.member, not card.open_24_7))
        best |= {card.id: card for card in fit if card.id not in best}
    return list(best.values())[:MOST_CANDIDATES]


def _is_in(card: ServiceCard, area: str) -> bool:
    return any(place.area == area for place in card.places)

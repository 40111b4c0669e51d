"""An organization in words, put together of its services: nothing else of it is known here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from portal.named_places import area_name
from portal.service_words import language_names, need_words
from shared.directory import Phone, ServiceCard

#: A list that is longer helps nobody who reads it on a phone.
MOST_TOWNS = 12
MOST_PHONES = 8
WEB = ("https://", "http://")


@dataclass(frozen=True)
class Organization:
    """What the page says above the services; `url` and each list may be empty."""

    id: str
    name: str
    needs: list[str]
    towns: list[str]
    has_hidden_place: bool
    phones: list[Phone]
    url: str
    languages: list[Markup]


def organization(cards: Sequence[ServiceCard], lang: str) -> Organization:
    """Return an organization from the cards of its services; there is at least one."""
    places = [place for card in cards for place in card.places]
    towns = _each_once(area_name(one.area) if one.confidential else one.city for one in places)
    areas = _each_once(area_name(code) for card in cards for code in card.areas)
    codes = _each_once(code for card in cards for code in card.languages)
    return Organization(
        id=cards[0].organization,
        name=cards[0].organization_name,
        needs=_each_once(words for card in cards for words in need_words(card, lang)),
        towns=(towns or areas)[:MOST_TOWNS],
        has_hidden_place=any(one.confidential for one in places),
        phones=_phones(cards),
        url=_website(cards),
        languages=language_names(codes),
    )


def _phones(cards: Iterable[ServiceCard]) -> list[Phone]:
    """The numbers, those of most services first; fax numbers are for offices."""
    told = Counter((one.kind, one.number) for card in cards for one in card.phones)
    numbers = [Phone(number=number, kind=kind) for (kind, number), _ in told.most_common()]
    return [one for one in numbers if one.kind != "fax"][:MOST_PHONES]


def _website(cards: Iterable[ServiceCard]) -> str:
    """The address most services name; of several the shortest, as that is nearest the front."""
    told = Counter(card.url for card in cards if card.url.startswith(WEB))
    return min(told, key=lambda url: (-told[url], len(url), url), default="")


def _each_once(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]

"""Words and places of a question turned into ids, from the portal's own copy of the directory.

What somebody looks for, and near where, stays in this process: the registry is asked for ids. The
copy is public, so nobody finds by a word or a postal code what is not.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from portal.distances import distance_m, middle, point_of
from portal.ports import Snapshot
from shared.directory import Place
from shared.errors import Invalid, Unavailable
from shared.hsds import MOST_IDS

Json = dict[str, Any]
#: The parameters that are answered here and sent nowhere.
KEPT_HERE = ("search", "postcode", "proximity")


class _Card(msgspec.Struct):
    """What of a service card is looked at."""

    id: str
    organization: str
    organization_name: str
    name: str
    description: str = ""
    places: list[Place] = []


_cards = msgspec.json.Decoder(_Card)


async def by_ids(snapshot: Snapshot, resource: str, asked: Json) -> Json:
    """Return what is asked of a list with ids in place of words, postal code and distance.

    Raises Unavailable while there is no copy to look in, and Invalid when more fit than may be
    named.
    """
    here = {name: asked[name] for name in KEPT_HERE if name in asked}
    if not words_of(here.get("search", "")):
        here.pop("search", None)
    rest = {name: asked[name] for name in asked.keys() - set(KEPT_HERE)}
    if not here:
        return rest
    if snapshot.age_s() is None:
        raise Unavailable(
            next(iter(here)),
            "cannot be looked for yet: the directory is still being read",
            "try again in a minute",
        )
    found = await asyncio.to_thread(_found, snapshot.bodies(), resource, here)
    for ids in found.values():
        if len(ids) > MOST_IDS:
            raise Invalid(next(reversed(here)), f"fits more than {MOST_IDS}", "narrow the search")
    return {**rest, **found}


def has_words(text: str, words: Iterable[str]) -> bool:
    """Say whether every word (of `words_of`) is somewhere in a text."""
    folded = fold(text)
    return all(word in folded for word in words)


def words_of(text: str) -> list[str]:
    """Return the words of a text as `has_words` takes them."""
    return fold(text).split()


def fold(text: str) -> str:
    """Return a text without capitals and accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _found(bodies: list[bytes], resource: str, here: Json) -> dict[str, list[str]]:
    cards = [_cards.decode(body) for body in bodies]
    words = words_of(here.get("search", ""))
    if resource == "organizations":
        fit = {card.organization for card in cards if has_words(card.organization_name, words)}
        return {"ids": sorted(fit)}
    said = [card for card in cards if has_words(f"{card.name}\n{card.description}", words)]
    if "postcode" not in here:
        return {"ids": sorted(card.id for card in said)}
    near = _near(_places(cards), _places(said), here["postcode"], here.get("proximity"))
    return {"places": sorted({id for place in near for id in place.ids})}


def _places(cards: Iterable[_Card]) -> list[Place]:
    return [place for card in cards for place in card.places if not place.confidential]


def _near(
    everywhere: list[Place], places: list[Place], postcode: str, metres: float | None
) -> Iterator[Place]:
    """Those of the places in a postal code, or within metres of the middle of all that are."""
    if metres is None:
        yield from (place for place in places if place.postal_code == postcode)
        return
    points = [point_of(place) for place in everywhere if place.postal_code == postcode]
    center = middle([at for at in points if at is not None])
    for place in places:
        at = point_of(place)
        if center is not None and at is not None and distance_m(center, at) <= metres:
            yield place

"""Results as HTML, each made at most once a minute.

What a result says changes by the minute only (open now, checked so long ago) or with its card, so
a page of twenty is mostly put together from what other searches of this minute made.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from markupsafe import Markup

from portal.rendering import Renderer
from portal.service_words import result
from shared.directory import ServiceCard

REMEMBERED = 2_000


class ResultItems:
    """Makes the list items of a page of results."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._item = lru_cache(REMEMBERED)(self._make)

    def html(self, cards: Iterable[ServiceCard], lang: str, prefix: str, at: datetime) -> Markup:
        """Return the items in order. `prefix` goes before each address, `at` is now."""
        minute = at.astimezone().replace(second=0, microsecond=0)
        items = (self._item(_Same(card), lang, prefix, minute) for card in cards)
        return Markup("".join(items))  # noqa: S704 - each is made by a template

    def _make(self, same: _Same, lang: str, prefix: str, minute: datetime) -> str:
        one = result(same.card, lang, minute)
        context = {"one": one, "to": lambda path: prefix + path}
        return self._renderer.text(lang, "services/result.html", context)


class _Same:
    """A card that is the same as another when it says the same; quick to compare."""

    __slots__ = ("_hash", "card")

    def __init__(self, card: ServiceCard) -> None:
        self.card = card
        self._hash = hash((card.id, card.capacity))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.card == other.card

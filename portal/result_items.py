"""Results as HTML, each made at most once a minute, and the page around them, made once.

What a result says changes by the minute only (open now, checked so long ago) or with its card, so
a page of twenty is mostly put together from what other searches of this minute made. The page
around it differs by the words that were searched for, which a change of language carries on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from markupsafe import Markup, escape

from portal.distances import far_words
from portal.facets import HOLE
from portal.rendering import Renderer
from portal.saved_copy import Told
from portal.service_words import result
from portal.snapshot import card_of
from shared.cells import Point
from shared.directory import ServiceCard

REMEMBERED = 4_000
#: Where a result says how far it is; nothing in a record can look like it.
FAR = "<!--far-->"


class ResultItems:
    """Makes the list items of a page of results, and the page around them."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._frame = lru_cache(self._make_frame)
        self._made: dict[tuple[str, str, str], tuple[Told, datetime, tuple[str, str, str]]] = {}

    def html(
        self,
        found: Mapping[str, Told | None],
        others: Mapping[str, ServiceCard],
        lang: str,
        prefix: str,
        at: datetime,
        middle: Point | None = None,
    ) -> Markup:
        """Return the items in order; `others` are cards of those the snapshot tells nothing of.

        `prefix` goes before each address, `at` is now. With `middle` each says how far it is from
        there.
        """
        minute = at.astimezone().replace(second=0, microsecond=0)
        items = []
        for id, told in found.items():
            if told is not None:
                whole, before, after = self._item(id, told, lang, prefix, minute)
                far = far_words(told[0], middle, lang) if middle else ""
                items.append(f"{before} · {escape(far)}{after}" if far else whole)
            elif id in others:
                items.append(self._make(others[id], lang, prefix, minute)[0])
        return Markup("".join(items))  # noqa: S704 - each is made by a template

    def _item(
        self, id: str, told: Told, lang: str, prefix: str, minute: datetime
    ) -> tuple[str, str, str]:
        made = self._made.get((id, lang, prefix))
        if made is None or made[0] != told or made[1] != minute:
            if len(self._made) >= REMEMBERED:
                self._made.clear()
            made = (told, minute, self._make(card_of(told), lang, prefix, minute))
            self._made[id, lang, prefix] = made
        return made[2]

    def around(
        self, lang: str, prefix: str, here: str, carry: Sequence[tuple[str, str]], inside: str
    ) -> str:
        """Return the page at the address `here` with this inside; `carry` is what was asked."""
        pieces = self._frame(lang, prefix, here, min(len(carry), 2))
        if not carry:
            return pieces[0] + inside + pieces[1]
        before, equals, between, *_ = pieces
        fields = between.join(f"{escape(name)}{equals}{escape(value)}" for name, value in carry)
        return "".join((before, fields, pieces[-2], inside, pieces[-1]))

    def _make_frame(self, lang: str, prefix: str, here: str, fields: int) -> list[str]:
        """Take the page apart where the names and values of the fields and the results go."""
        context = {
            "here": here,
            "to": lambda path: (prefix + path).rstrip("/") or "/",
            "carry": [(HOLE, HOLE)] * fields,
            "identity": None,
            "results": HOLE,
        }
        return self._renderer.text(lang, "services/frame.html", context).split(HOLE)

    def _make(
        self, card: ServiceCard, lang: str, prefix: str, minute: datetime
    ) -> tuple[str, str, str]:
        """Return an item whole, and what is before and after the distance in it."""
        context = {"one": result(card, lang, minute), "to": lambda path: prefix + path}
        made = self._renderer.text(lang, "services/result.html", context)
        before, _, after = made.partition(FAR)
        return before + after, before, after

"""The search form and its choices: made once per language, put together for each page.

A box is two pieces of HTML between which `checked` and the count go, and the form is pieces between
which go the boxes and what was typed, so that forty boxes cost a page a few microseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from markupsafe import Markup, escape

from portal.forms import Field, summary
from portal.i18n import N_, translate
from portal.rendering import Renderer
from portal.service_words import POPULATIONS
from shared.vocabulary import CAN_COME, GENDERS, LANGUAGES, NEEDS

NEED_WORDS = {code: need.label for code, need in NEEDS.items()}
LANGUAGE_WORDS = {code: language.autonym for code, language in LANGUAGES.items()}
GENDER_WORDS = {code: words for code, words in GENDERS.items() if code != "unknown"}
#: Needs offered in a page of results, beside those that were chosen.
MOST_NEEDS = 8

FIELDS: tuple[Field, ...] = (
    Field("needs", N_("What you need"), kind="many", choices=NEED_WORDS),
    Field("genders", N_("Who it is for"), kind="many", choices=GENDER_WORDS),
    Field("populations", N_("Age and papers"), kind="many", choices=POPULATIONS),
    Field("can_come", N_("It must be possible to come"), kind="many", choices=CAN_COME),
    Field("languages", N_("Languages spoken"), kind="many", choices=LANGUAGE_WORDS),
)

#: How far it may be, in miles.
FAR = Field(
    "far",
    N_("How far"),
    kind="one",
    choices={
        "any": N_("Any distance"),
        "10": N_("Within 10 miles"),
        "25": N_("Within 25 miles"),
        "100": N_("Within 100 miles"),
    },
)
ANY = "any"

NEED = Field(
    "need",
    N_("What do you need?"),
    N_("Use your own words. For example: bed tonight, lawyer, food, someone to talk to"),
    limit=200,
)
PLACE = Field(
    "place", N_("Where?"), N_("A town, county or ZIP code. You can leave this empty."), limit=80
)
#: Where the pieces of the form are taken apart; no template holds this letter.
HOLE = "\ue000"


@dataclass(frozen=True)
class Box:
    """A checkbox or a radio button with a hole for `checked` and one for the count."""

    code: str
    before: str
    label: str
    after: str


@dataclass(frozen=True)
class Group:
    """The boxes of one facet."""

    name: str
    before: str
    boxes: tuple[Box, ...]
    after: str


class FacetBoxes:
    """Makes the boxes of a page from what was chosen and counted."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._groups = lru_cache(self._make)
        self._form = lru_cache(self._make_form)

    def form(
        self, lang: str, prefix: str, need: str, place: str, boxes: Markup, *, is_open: bool
    ) -> Markup:
        """Return the form with what was typed in it. `prefix` goes before its address."""
        before, middle, until_boxes, after = self._form(lang, prefix, is_open)
        told = (before, escape(need), middle, escape(place), until_boxes, boxes, after)
        return Markup("".join(told))  # noqa: S704 - made of our templates and escaped text

    def _make_form(self, lang: str, prefix: str, is_open: bool) -> list[str]:
        context = {
            "to": lambda path: prefix + path,
            "need_field": NEED,
            "place_field": PLACE,
            "need": HOLE,
            "place": HOLE,
            "boxes": HOLE,
            "open": is_open,
            **summary([]),
        }
        return self._renderer.text(lang, "services/choices.html", context).split(HOLE)

    def html(
        self,
        lang: str,
        chosen: Mapping[str, Iterable[str]],
        counts: Mapping[str, Mapping[str, int]] | None = None,
    ) -> Markup:
        """Return the boxes. With `counts`, those that find nothing are left out unless chosen."""
        told = [
            _group(
                group,
                frozenset(chosen.get(group.name, ())),
                counts.get(group.name, {}) if counts and group.name != FAR.name else None,
            )
            for group in self._groups(lang)
        ]
        return Markup("".join(told))  # noqa: S704 - made of our templates and numbers only

    def _make(self, lang: str) -> tuple[Group, ...]:
        return tuple(self._group(lang, field) for field in (FAR, *FIELDS))

    def _group(self, lang: str, field: Field) -> Group:
        whole = self._renderer.text(lang, "services/facet.html", {"field": field})
        before, _, rest = whole.partition("<!--boxes-->")
        middle, _, after = rest.partition("<!--end-->")
        parts = [part.strip() for part in middle.split("<!--box-->")][1:]
        boxes = [Box(code, *_three(part)) for code, part in zip(field.choices, parts, strict=True)]
        if field.name == "languages":
            boxes.sort(key=lambda box: (box.code != lang, box.code != "en"))
        return Group(field.name, before, tuple(boxes), after)

    def words(self, lang: str, chosen: Mapping[str, Iterable[str]]) -> list[str]:
        """Return what was chosen, in words."""
        return [
            translate(lang, field.choices[code])
            for field in (FAR, *FIELDS)
            for code in chosen.get(field.name, ())
            if code != ANY
        ]


def _three(part: str) -> tuple[str, str, str]:
    before, _, rest = part.partition("<!--checked-->")
    label, _, after = rest.partition("<!--count-->")
    return before, label, after


def _group(group: Group, chosen: frozenset[str], counts: Mapping[str, int] | None) -> str:
    """Counts are shown only while nothing is chosen here: a choice more would widen, not narrow."""
    told = []
    found = {} if counts is None else _found(group, counts)
    for box in group.boxes:
        if box.code in chosen:
            told.append(f"{box.before} checked{box.label}{box.after}")
        elif counts is None:
            told.append(f"{box.before}{box.label}{box.after}")
        elif box.code in found:
            number = "" if chosen else f" ({found[box.code]})"
            told.append(f"{box.before}{box.label}{number}{box.after}")
    return f"{group.before}{''.join(told)}{group.after}" if told else ""


def _found(group: Group, counts: Mapping[str, int]) -> Mapping[str, int]:
    """A box must find something; of the needs those are shown that find most."""
    if group.name == "needs" and len(counts) > MOST_NEEDS:
        counts = dict(sorted(counts.items(), key=itemgetter(1), reverse=True)[:MOST_NEEDS])
    return counts if all(counts.values()) else {c: n for c, n in counts.items() if n}

"""What a search asks for and what it finds, the same for the engine and for the saved copy."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.cells import Point

#: Results a page shows.
PAGE_SIZE = 20
#: Guides shown under them.
MOST_GUIDES = 3
#: Guides that a language does not have come in this one.
GUIDES_ELSE = "en"
#: Services that are open to people of every area carry this in place of an area.
EVERYWHERE = "*"
#: What the choices of the form filter by, and what is counted for each.
FACETS = ("needs", "languages", "genders", "populations", "can_come")
#: As an area or a cell: the service names none.
UNSAID = "unsaid"

#: A facet, and the codes of which a service must have one.
Condition = tuple[str, tuple[str, ...]]


def guide_languages(lang: str) -> tuple[str, ...]:
    """Return the languages to look for guides in, the person's own first."""
    return tuple(dict.fromkeys((lang, GUIDES_ELSE)))


@dataclass(frozen=True)
class Spot:
    """A town, a county or a postal code of the directory: its name, and its areas by code.

    `middle` is that of the public places in it, None where none has coordinates. `others` are
    other places of the same name, as one may write them to mean them.
    """

    name: str = ""
    areas: tuple[str, ...] = ()
    middle: Point | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Near:
    """A spot as a search asks for it: its areas, and the cells in each ring around its middle.

    Each ring holds the cells of the one before it. With `is_limited` nothing beyond the last ring
    is asked for, but what has no public address.
    """

    areas: tuple[str, ...] = ()
    rings: tuple[tuple[str, ...], ...] = ()
    is_limited: bool = False


@dataclass(frozen=True)
class Wish:
    """A search: words as typed, a place, and codes chosen by facet. `page` starts at 1.

    `miles` is how far it may be, 0 for any. `as_typed` asks for the words themselves, not for what
    they mean; with `anywhere` a place in the words is none.
    """

    text: str = ""
    spot: Spot | None = None
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    as_typed: bool = False
    miles: int = 0
    anywhere: bool = False

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE


@dataclass(frozen=True)
class Meaning:
    """What was understood. `needs` has a group of codes for each thing asked for.

    `who` and `wishes` are conditions; a wish may be dropped when nothing fits, who may not.
    `rest` are the words nobody knows, `spot` is the place that was named.
    """

    needs: tuple[tuple[str, ...], ...] = ()
    who: tuple[Condition, ...] = ()
    wishes: tuple[Condition, ...] = ()
    rest: str = ""
    spot: Spot | None = None

    @property
    def is_nothing(self) -> bool:
        return not (self.needs or self.who or self.wishes or self.spot)

    @property
    def need_codes(self) -> tuple[str, ...]:
        """Return every need that may be meant, each once."""
        return tuple(dict.fromkeys(code for group in self.needs for code in group))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return everything a service must meet."""
        needs = (("needs", self.need_codes),) if self.needs else ()
        return (*needs, *self.who, *self.wishes)


NOTHING = Meaning()


@dataclass(frozen=True)
class Findings:
    """Ids of services, best first; how many there are (at least); guides by slug and language.

    `counts` is, by facet and code, how many services have it; empty from the saved copy.
    `meaning` is what the words were taken for; `missed` is the name of a place in the words near
    which nothing was found, so that this is from all places.
    """

    services: list[str] = field(default_factory=list)
    total: int = 0
    guides: list[tuple[str, str]] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    is_saved_copy: bool = False
    meaning: Meaning = NOTHING
    missed: str = ""

"""What a search asks for and what it finds, the same for the engine and for the saved copy."""

from __future__ import annotations

from dataclasses import dataclass, field

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

#: A facet, and the codes of which a service must have one.
Condition = tuple[str, tuple[str, ...]]


def guide_languages(lang: str) -> tuple[str, ...]:
    """Return the languages to look for guides in, the person's own first."""
    return tuple(dict.fromkeys((lang, GUIDES_ELSE)))


@dataclass(frozen=True)
class Wish:
    """A search: words as typed, areas by code, and codes chosen by facet. `page` starts at 1.

    `as_typed` asks for the words themselves, not for what they mean.
    """

    text: str = ""
    areas: tuple[str, ...] = ()
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    as_typed: bool = False

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE


@dataclass(frozen=True)
class Meaning:
    """What was understood. `needs` has a group of codes for each thing asked for.

    `who` and `wishes` are conditions; a wish may be dropped when nothing fits, who may not.
    `rest` are the words nobody knows.
    """

    needs: tuple[tuple[str, ...], ...] = ()
    who: tuple[Condition, ...] = ()
    wishes: tuple[Condition, ...] = ()
    rest: str = ""

    @property
    def is_nothing(self) -> bool:
        return not (self.needs or self.who or self.wishes)

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
    `meaning` is what the words were taken for.
    """

    services: list[str] = field(default_factory=list)
    total: int = 0
    guides: list[tuple[str, str]] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    is_saved_copy: bool = False
    meaning: Meaning = NOTHING

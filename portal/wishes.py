"""What a search asks for and what it finds, the same for the engine and for the saved copy."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Results a page shows.
PAGE_SIZE = 20
#: Guides shown under them.
MOST_GUIDES = 3
#: Services that are open to people of every area carry this in place of an area.
EVERYWHERE = "*"
#: What the choices of the form filter by, and what is counted for each.
FACETS = ("needs", "languages", "genders", "populations", "can_come")


@dataclass(frozen=True)
class Wish:
    """A search: words as typed, areas by code, and codes chosen by facet. `page` starts at 1."""

    text: str = ""
    areas: tuple[str, ...] = ()
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE


@dataclass(frozen=True)
class Findings:
    """Ids of services, best first; how many there are (at least); guides by slug and language.

    `counts` is, by facet and code, how many services have it; empty from the saved copy.
    """

    services: list[str] = field(default_factory=list)
    total: int = 0
    guides: list[tuple[str, str]] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    is_saved_copy: bool = False

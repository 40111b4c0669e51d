"""The counties as a list to look through without a search: by State or by letter, when many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

#: Code and name of a county's area.
Area = tuple[str, str]
#: More than these are in groups, each with an anchor.
MOST_UNGROUPED = 20
#: More than these on one page are more than 14 KB packed: then each State has its own.
MOST_ON_PAGE = 250


@dataclass(frozen=True)
class Counties:
    """What the page lists: counties by heading ("" without one), or States with their numbers."""

    groups: dict[str, list[Area]]
    states: dict[str, int]
    #: The State whose counties alone are listed, or "".
    state: str = ""


def in_order(areas: list[Area], wanted: str = "") -> Counties:
    """Return the counties in groups. `wanted` is a State's code; another text asks for nothing.

    Few are one group, more are grouped by State, or by letter within one State. Too many for a
    page are the States alone, until one is wanted.
    """
    states = dict(sorted(Counter(state_of(area) for area in areas).items()))
    if len(areas) <= MOST_ON_PAGE or len(states) == 1:
        by = state_of if len(states) > 1 else letter_of
        return Counties(_grouped(areas, by), {})
    if wanted in states:
        inside = [area for area in areas if state_of(area) == wanted]
        return Counties(_grouped(inside, letter_of), {}, wanted)
    return Counties({}, states)


def state_of(area: Area) -> str:
    """Return the code of the State an area is in."""
    return area[0][:2]


def letter_of(area: Area) -> str:
    """Return the letter an area is found under."""
    return area[1][:1].upper()


def _grouped(areas: list[Area], by: Callable[[Area], str]) -> dict[str, list[Area]]:
    if len(areas) <= MOST_UNGROUPED:
        return {"": areas} if areas else {}
    groups: defaultdict[str, list[Area]] = defaultdict(list)
    for area in areas:
        groups[by(area)].append(area)
    return dict(sorted(groups.items()))

"""What is asked for, ring by ring, when a place is named, and how the answers become one list.

Every question holds what the one before it finds and more, each answered best first. So the lists
put one after the other, without doubles, are what is near first and complete to the length each
was asked for: pages of it neither repeat nor leave out. Pure; the same for the engine and the
saved copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from portal.wishes import EVERYWHERE, UNSAID, Condition, Near

#: How far the rings reach, in miles, and the size of the cells they are made of.
RINGS = {3: "f", 10: "f", 25: "f", 100: "c"}
#: Where services without a public address stand: a county is about so wide.
HIDDEN_AT_MI = 25

#: A service must meet all conditions of one of these.
Step = tuple[tuple[Condition, ...], ...]


def steps_of(near: Near | None) -> list[Step]:
    """Return what to ask for, one after the other; a step without conditions asks for everything.

    Inside each ring are those that serve the area or do not say which they serve. What has no
    public address stands with those a county away. Last comes all that serves the area, then what
    is near and says that it serves another.
    """
    if near is None:
        return [()]
    serves = "areas", (*near.areas, EVERYWHERE)
    if not near.rings:
        return [((serves,),)]
    may_serve = "areas", (*near.areas, EVERYWHERE, UNSAID)
    hidden: tuple[Condition, ...] = serves, ("cells", (UNSAID,))
    steps: list[Step] = []
    for miles, cells in zip(RINGS, near.rings, strict=False):
        here = _inside(cells, may_serve)
        steps.append((*here, hidden) if miles >= HIDDEN_AT_MI else here)
    last = near.rings[-1]
    if near.is_limited:
        steps.append((*_inside(last), hidden))
    else:
        close = near.rings[list(RINGS).index(HIDDEN_AT_MI)]
        steps.append(((serves,), *_inside(last, may_serve), *_inside(close)))
    return [step for step in dict.fromkeys(steps) if step]


def joined(parts: Iterable[Sequence[str]], offset: int, size: int) -> list[str]:
    """Return a page of the lists put one after the other. Each must be `offset` + `size` long, or
    as long as it can be."""
    return list(dict.fromkeys(chain.from_iterable(parts)))[offset : offset + size]


def _inside(cells: tuple[str, ...], *more: Condition) -> Step:
    return (((*more, ("cells", cells))),) if cells else ()

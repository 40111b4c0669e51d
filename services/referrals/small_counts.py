"""Counts that are small, and those that would give one away, hidden. No I/O.

The smallest count shown is 5 (the network's rule for every report). The rule is that of the cell
size suppression policy of the Centers for Medicare & Medicaid Services, which hides up to 10
(https://www.hhs.gov/guidance/document/cms-cell-suppression-policy): no small cell is shown, and
none can be worked out from totals, percentages or other cells. So where only one list of small
cells fits what is hidden, the next smallest cell is hidden too, with every cell like it: where a
cell stands decides nothing, so what is hidden could as well be the other way round. Source of
hiding further cells: Federal Committee on Statistical Methodology, Statistical Policy Working
Paper 22 (2005), primary and complementary suppression.
"""

from __future__ import annotations

SMALLEST = 5


def hidden(counts: list[int]) -> set[int]:
    """Return the places that may not be shown of counts whose sum somebody may know."""
    places = {place for place, count in enumerate(counts) if count < SMALLEST}
    left = [place for place in range(len(counts)) if place not in places]
    if places and left and _tells(sum(counts[at] for at in places), len(places)):
        least = min(counts[place] for place in left)
        places |= {place for place in left if counts[place] == least}
    return places


def _tells(total: int, cells: int) -> bool:
    """Say whether a sum of small cells is one cell, too small itself, or as small or as large as
    that many small cells can make it: then each of them is known."""
    is_least, is_most = total <= cells, total >= cells * (SMALLEST - 1)
    return cells == 1 or total < SMALLEST or is_least or is_most


def shown(counts: list[int]) -> list[int | None]:
    """Return what may be shown of such counts: multiples of 5, None for what is hidden.

    Rounded, two reports of different months or areas cannot be subtracted to a person.
    """
    places = hidden(counts)
    return [None if place in places else rounded(count) for place, count in enumerate(counts)]


def exact(counts: list[int]) -> list[int | None]:
    """Return such counts as they are, None for what is hidden; for reports that do not overlap."""
    places = hidden(counts)
    return [None if place in places else count for place, count in enumerate(counts)]


def rounded(count: int) -> int:
    """Return the nearest multiple of 5."""
    return (count + SMALLEST // 2) // SMALLEST * SMALLEST

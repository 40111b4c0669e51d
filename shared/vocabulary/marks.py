"""Words that nobody types, by which the search engine ranks: it can filter by codes, not rank by
them. Every document has one, and one for each pair of needs it answers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

#: In every document: a search for it and other words finds all, those with the words first.
ANYTHING = "zzanything"


def both(one: str, other: str) -> str:
    """Return the mark of what answers two needs at once."""
    first, second = sorted((one, other))
    return f"zz{first}{second}".replace("_", "")


def of(needs: Iterable[str]) -> list[str]:
    """Return every mark of a document with these needs."""
    return [ANYTHING, *(both(one, other) for one, other in combinations(sorted(set(needs)), 2))]

"""What changed since a revision, for readers that keep a copy of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.search.store.capacity import Capacities
from services.search.store.documents import Documents
from shared.storage.mongo import Document

Json = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Rows that changed, up to and with the revision it reached. Epoch "": nothing to read yet."""

    epoch: str
    reached: int
    more: bool
    documents: list[Document]
    capacities: list[Document]


class Changes:
    """Pages of changes, in the order of their revisions."""

    def __init__(self, documents: Documents, capacities: Capacities) -> None:
        self._rows = documents
        self._capacities = capacities.rows

    def after(self, revision: int, limit: int) -> Page:
        """Return the next page; it holds about `limit` rows, as a revision is never cut in two.

        While the projection is filled for the first time there is nothing to read: half a
        directory must not replace a reader's whole one.
        """
        epoch, visible = self._rows.revisions.visible()
        if not all(self._rows.is_filled(kind) for kind in ("service", "guide")):
            return Page("", 0, False, [], [])
        both = (self._rows.documents, self._capacities)
        window = {"revision": {"$gt": revision, "$lte": visible}}
        ends = [_end(rows, window, limit) for rows in both]
        reached = min([visible, *(end for end in ends if end is not None)])
        page = {"revision": {"$gt": revision, "$lte": reached}}
        found = [list(rows.find(page).sort("revision", 1)) for rows in both]
        return Page(epoch, reached, reached < visible, *found)


def _end(rows: Any, where: Json, limit: int) -> int | None:
    """Return the revision of the limit-th row, None when there are fewer."""
    last = list(rows.find(where, {"revision": 1}).sort("revision", 1).skip(limit - 1).limit(1))
    return last[0]["revision"] if last else None

"""Brings the documents into the engine: what changed at once, or everything into a new index."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from services.search.documents import as_document, index_id
from services.search.engine import Engine
from services.search.index_settings import BY_KIND, INDEX_NAMES, fingerprint
from services.search.store import Documents
from shared.storage.mongo import Document

log = logging.getLogger(__name__)
AT_ONCE = 1_000
#: The step at which a document was quarantined.
INDEXING = "indexing"


class Indexer:
    """Every method raises EngineDown when the engine does not work; then nothing is forgotten."""

    def __init__(self, documents: Documents, engine: Engine) -> None:
        self._documents = documents
        self._engine = engine

    def prepare(self) -> None:
        """Make the indexes that are missing, and give them the settings of this version."""
        for kind, index in INDEX_NAMES.items():
            mark, noted = fingerprint(kind), f"settings of {self._engine.name(index)}"
            is_there = self._engine.exists(index)
            if is_there and self._documents.note(noted) == mark:
                continue
            if is_there:
                self._engine.configure(index, BY_KIND[kind])
            else:
                self._engine.create(index, BY_KIND[kind])
            self._documents.all_pending(kind)
            self._documents.remember(noted, mark)

    def index_pending(self) -> int:
        """Index a batch of what changed and return how many documents that were."""
        rows = self._documents.pending(AT_ONCE)
        if not rows:
            return 0
        for kind, index in INDEX_NAMES.items():
            self._bring(index, kind, [row for row in rows if row["kind"] == kind])
        self._documents.indexed(rows)
        return len(rows)

    def _bring(self, index: str, kind: str, rows: Sequence[Document]) -> None:
        gone = [index_id(row["_id"]) for row in rows if row["withdrawn"]]
        refused = self._write(index, kind, [row for row in rows if not row["withdrawn"]])
        self._engine.remove(index, [*gone, *(index_id(one) for one in refused)])

    def _write(self, index: str, kind: str, rows: Sequence[Document]) -> dict[str, str]:
        """Write rows; what the engine refuses is quarantined and returned by id."""
        ids = {index_id(row["_id"]): row["_id"] for row in rows}
        answer = self._engine.write(index, [as_document(row) for row in rows])
        refused = {ids[key]: f"refused by the engine: {why}" for key, why in answer.items()}
        self._documents.quarantine(kind, refused, INDEXING)
        fit = [row["_id"] for row in rows if row["_id"] not in refused]
        self._documents.release(fit, INDEXING)
        if refused:
            log.error("documents refused by the engine", extra={"count": len(refused)})
        return refused

    def rebuild(self, beat: Callable[[], Any]) -> dict[str, int]:
        """Fill new indexes from the documents and put them in the place of the old ones.

        Searches go on meanwhile. Returns how many documents each index got.
        """
        counts = {}
        _, before = self._documents.revisions.visible()
        for kind, index in INDEX_NAMES.items():
            following = f"{index}_next"
            self._engine.create(following, BY_KIND[kind])
            rows = self._fill(following, kind, beat)
            if not self._engine.exists(index):
                self._engine.create(index, BY_KIND[kind])
            self._engine.swap(index, following)
            self._engine.delete(following)
            self._documents.indexed(rows)
            counts[index] = len(rows)
        self._documents.pending_since(before)
        return counts

    def _fill(self, index: str, kind: str, beat: Callable[[], Any]) -> list[Document]:
        done: list[Document] = []
        after = ""
        while rows := self._documents.shown(kind, after, AT_ONCE):
            beat()
            self._write(index, kind, rows)
            done += [{"_id": row["_id"], "revision": row["revision"]} for row in rows]
            after = rows[-1]["_id"]
        return done

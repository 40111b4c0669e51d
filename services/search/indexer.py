"""Brings the documents into the engine: what changed at once, or everything into a new index."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import msgspec

from services.search.documents import as_document, index_id
from services.search.engine import Engine, Refused
from services.search.index_settings import BY_KIND, INDEX_NAMES, fingerprint
from services.search.store import Documents
from shared.storage.mongo import Document

log = logging.getLogger(__name__)
#: A few large tasks are less work for the engine than many small ones.
AT_ONCE = 4_000
#: The step at which a document was quarantined.
INDEXING = "indexing"
#: What is called with a step of a rebuild, how many documents it did, and of how many.
Tell = Callable[[str, int, int], None]


class Indexer:
    """Every method raises EngineDown when the engine does not work; then nothing is forgotten."""

    def __init__(self, documents: Documents, engine: Engine) -> None:
        self._documents = documents
        self._engine = engine

    def prepare(self) -> list[Refused]:
        """Make the indexes that are missing, and give those that are not ours, or are of another
        version, our settings and all documents.

        The engine itself makes an index, without settings, for a document that is written when
        there is none; so it is noted which index, by when it was made, has which settings.
        An index whose settings are refused goes on with those it has; the refusals are returned.
        """
        refusals = []
        for kind, index in INDEX_NAMES.items():
            try:
                self._prepare(kind, index)
            except Refused as refusal:
                refusals.append(refusal)
        return refusals

    def _prepare(self, kind: str, index: str) -> None:
        made_at = self._engine.made_at(index)
        if made_at is None:
            # First: what is made next may be refused its settings.
            self._documents.all_pending(kind)
            self._engine.create(index, BY_KIND[kind])
            made_at = self._engine.made_at(index)
        elif self._documents.note(self._note_of(index)) == f"{fingerprint(kind)} {made_at}":
            return
        else:
            self._engine.configure(index, BY_KIND[kind])
            self._documents.all_pending(kind)
        self._remember(kind, index, made_at)

    def _note_of(self, index: str) -> str:
        return f"settings of {self._engine.name(index)}"

    def _remember(self, kind: str, index: str, made_at: str | None) -> None:
        self._documents.remember(self._note_of(index), f"{fingerprint(kind)} {made_at}")

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
        gone = [row["_id"] for row in rows if row["withdrawn"]]
        refused = self._write(index, kind, [row for row in rows if not row["withdrawn"]])
        self._engine.remove(index, [index_id(one) for one in (*gone, *refused)])
        self._documents.release(gone, INDEXING)

    def _write(self, index: str, kind: str, rows: Sequence[Document]) -> dict[str, str]:
        """Write rows; what is no document or is refused is quarantined and returned by id."""
        ids = {index_id(row["_id"]): row["_id"] for row in rows}
        documents, refused = _documents_of(rows)
        answer = self._engine.write(index, documents)
        refused |= {ids[key]: f"refused by the engine: {why}" for key, why in answer.items()}
        self._documents.quarantine(kind, refused, INDEXING)
        fit = [row["_id"] for row in rows if row["_id"] not in refused]
        self._documents.release(fit, INDEXING)
        if refused:
            log.error("documents refused by the engine", extra={"count": len(refused)})
        return refused

    def rebuild(self, tell: Tell) -> dict[str, int]:
        """Fill new indexes from the documents and put them in the place of the old ones.

        Searches go on meanwhile. Returns how many documents each index got.
        """
        counts = {}
        _, before = self._documents.revisions.visible()
        for kind, index in INDEX_NAMES.items():
            following = f"{index}_next"
            self._engine.create(following, BY_KIND[kind])
            rows = self._fill(following, kind, tell)
            if not self._engine.exists(index):
                self._engine.create(index, BY_KIND[kind])
            counts[index] = self._engine.count(following)
            self._engine.swap(index, following)
            tell(f"swapped {index}", len(rows), len(rows))
            self._engine.delete(following)
            for start in range(0, len(rows), AT_ONCE):
                self._documents.indexed(rows[start : start + AT_ONCE])
            self._remember(kind, index, self._engine.made_at(index))
        self._documents.pending_since(before)
        return counts

    def _fill(self, index: str, kind: str, tell: Tell) -> list[Document]:
        done: list[Document] = []
        after, total = "", self._documents.counts()[INDEX_NAMES[kind]]
        while rows := self._documents.shown(kind, after, AT_ONCE):
            self._write(index, kind, rows)
            done += [{"_id": row["_id"], "revision": row["revision"]} for row in rows]
            after = rows[-1]["_id"]
            tell(f"filling {index}", len(done), max(total, len(done)))
        return done


def _documents_of(rows: Sequence[Document]) -> tuple[list[Document], dict[str, str]]:
    """Return the index documents of rows, and by id why there is none of some."""
    made, unfit = [], {}
    for row in rows:
        try:
            made.append(as_document(row))
        except (msgspec.ValidationError, KeyError, TypeError) as error:
            unfit[row["_id"]] = f"cannot be made a document: {type(error).__name__}"
    return made, unfit

"""Keeps the projection and the index current, one instance at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from services.search.engine import Engine, EngineDown, Refused
from services.search.indexer import AT_ONCE, Indexer, Tell
from services.search.projector import Projector
from services.search.store import Capacities, Changes, Documents
from shared.clock import Clock
from shared.errors import Conflict, Unavailable
from shared.ids import new_id
from shared.settings import Settings
from shared.storage.lease import Lease
from shared.storage.mongo import Db

log = logging.getLogger(__name__)
Json = dict[str, Any]

#: A killed instance holds up the others no longer than this; two at once only work twice.
LEASE_S = 15.0
#: The two jobs of which one instance at a time does each.
FETCHING, INDEXING = "fetching", "indexing"
LOOK_AT_ENGINE_EVERY_S = 5.0
WAIT_FOR_REBUILD_S = 60.0
#: While more is wanted a full batch is waited for, so long at most.
WAIT_FOR_BATCH_S = 3.0
KINDS = ("service", "guide")


class Upkeep:
    """Everything search does, composed from its parts. `call` asks other services."""

    def __init__(self, settings: Settings, db: Db, clock: Clock, call: Callable[..., Any]) -> None:
        self.documents = Documents(db, clock)
        self.capacities = Capacities(db)
        self.changes = Changes(self.documents, self.capacities)
        self.engine = Engine(settings)
        self.projector = Projector(self.documents, self.capacities, call)
        self._settings, self._db, self._clock = settings, db, clock
        self._look_at = self._indexed_at = 0.0
        self._told: set[str] = set()

    def prepare(self) -> None:
        """Make the indexes of the database; safe to call at every start."""
        self.documents.prepare()
        self.capacities.prepare()

    def _lease(self, job: str) -> Lease:
        return Lease(self._db, job, new_id(), LEASE_S, self._clock)

    def fetch(self) -> None:
        """Fetch what is wanted; what fails now is done next time."""
        if not self.documents.wants() and all(map(self.documents.is_filled, KINDS)):
            return
        lease = self._lease(FETCHING)
        if not lease.hold():
            return
        try:
            self._try("registry", self._fetch, lease, "service", ("service", "organization"))
            self._try("library", self._fetch, lease, "guide", ("guide",))
        finally:
            lease.drop()

    def index(self) -> None:
        """Index what changed; what fails now is done next time.

        Beside `fetch`, so that the engine works while the next records come. While more is wanted
        a full batch is waited for, for a moment: a record that changes twice is then indexed once.
        """
        if time.monotonic() < self._look_at and not self.documents.lacks():
            return
        lease = self._lease(INDEXING)
        if not lease.hold():
            return
        try:
            self._try("engine", self._index, lease)
        finally:
            lease.drop()

    def _fetch(self, lease: Lease, kind: str, kinds: tuple[str, ...]) -> None:
        if not self.documents.is_filled(kind):
            self.projector.fetch_all(kind, lease.keep)
        while self.projector.fetch_wanted(kinds):
            lease.keep()

    def _index(self, lease: Lease) -> None:
        indexer = self._indexer(lease)
        refusals: list[Refused] = []
        if time.monotonic() > self._look_at:
            refusals = indexer.prepare()
            self._look_at = time.monotonic() + LOOK_AT_ENGINE_EVERY_S
        while self._is_worth_it() and indexer.index_pending():
            self._indexed_at = time.monotonic()
            lease.keep()
        if refusals:
            raise refusals[0]

    def _is_worth_it(self) -> bool:
        waited = time.monotonic() - self._indexed_at > WAIT_FOR_BATCH_S
        return waited or not self.documents.wants() or self.documents.lacks(AT_ONCE)

    def _indexer(self, lease: Lease) -> Indexer:
        """Return an indexer that keeps the lease however long the engine takes."""
        return Indexer(self.documents, Engine(self._settings, lease.keep))

    def _try(self, part: str, work: Callable[..., None], *arguments: Any) -> None:
        """Do a part of the upkeep; its trouble is told once, not every second."""
        try:
            work(*arguments)
        except (Unavailable, Conflict) as error:
            self._look_at = 0.0
            if part not in self._told:
                log.warning("upkeep waits", extra={"component": part, "error": error.rule})
            self._told.add(part)
        else:
            self._told.discard(part)

    def rebuild(self, tell: Tell = lambda step, done, total: None) -> Json:
        """Fetch everything anew and fill new indexes; return `indexed` for each, and the status.

        Raises Unavailable when the registry, the library or the engine does not answer, Conflict
        when another writes the index for too long; what is searched meanwhile is the old index.
        """
        with self._waited_for(FETCHING) as lease:
            for kind in KINDS:
                tell(f"fetching {kind}s", 0, 0)
                self.projector.fetch_all(kind, lease.keep)
        try:
            with self._waited_for(INDEXING) as lease:
                return {"indexed": self._indexer(lease).rebuild(tell), **self.status()}
        except EngineDown as down:  # a caller of the command knows errors by the class
            raise Unavailable(down.field, down.rule, down.advice) from None

    @contextmanager
    def _waited_for(self, job: str) -> Iterator[Lease]:
        lease = self._lease(job)
        until = time.monotonic() + WAIT_FOR_REBUILD_S
        while not lease.hold():
            if time.monotonic() > until:
                raise Conflict("index", "is being written by another", "try again in a minute")
            time.sleep(0.1)
        try:
            yield lease
        finally:
            lease.drop()

    def status(self) -> Json:
        """Return counts of the projection and of the engine's indexes (-1 while it is down)."""
        epoch, revision = self.documents.revisions.visible()
        engine: Json = {"ok": True}
        try:
            for index in ("services", "guides"):
                engine[index] = self.engine.count(index)
        except EngineDown:
            engine = {"ok": False, "services": -1, "guides": -1}
        return {"epoch": epoch, "revision": revision, "engine": engine, **self.documents.counts()}

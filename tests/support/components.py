"""The real components for tests: each started when a test first asks for it, ended with the run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import psutil

from infra.local.components import Component, Meilisearch, Mongod, RabbitMQ

C = TypeVar("C", bound=Component)
_FOLDER = "anydoor-test-"


class TestComponents:
    """Up to one shared broker, database and search engine, in a folder that goes away with them."""

    __test__ = False

    def __init__(self) -> None:
        _delete_folders_of_killed_runs()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
        self._shared = ExitStack()
        self._running: dict[type[Component], Component] = {}

    def shared(self, kind: type[C]) -> C:
        """The run's one component of this kind, started now if it is the first time."""
        known = self._running.get(kind)
        if isinstance(known, kind):
            known.wait_healthy()
            return known
        started = self._shared.enter_context(self.private(kind))
        self._running[kind] = started
        return started

    @contextmanager
    def private(self, kind: type[C]) -> Iterator[C]:
        """A started component of one's own; its data is deleted at the end."""
        component = kind(self.folder / f"{kind.name}-{unique_name()}")
        component.start()
        try:
            yield component
        finally:
            component.wipe()  # Quicker than asking politely, and nothing of it is wanted.

    def end(self) -> None:
        """End whatever runs and delete the folder."""
        self._shared.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _delete_folders_of_killed_runs() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        pid = folder.name.removeprefix(_FOLDER).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def unique_name() -> str:
    """A short name nothing else has, fit for a database, a virtual host or a folder."""
    return f"t{uuid4().hex[:10]}"


@contextmanager
def fresh_vhost(broker: RabbitMQ) -> Iterator[str]:
    """The URI of an empty virtual host, deleted at the end."""
    name = unique_name()
    uri = broker.add_vhost(name)
    try:
        yield uri
    finally:
        broker.delete_vhost(name)


@contextmanager
def fresh_databases(server: Mongod) -> Iterator[str]:
    """A prefix for database names; the databases that have it are dropped at the end."""
    prefix = unique_name()
    try:
        yield prefix
    finally:
        server.drop_databases(prefix)


__all__ = [
    "Meilisearch",
    "Mongod",
    "RabbitMQ",
    "TestComponents",
    "fresh_databases",
    "fresh_vhost",
    "unique_name",
]

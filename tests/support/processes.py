"""Anydoor's own programs for a test: real processes on the run's components, ended with the test.

What a program would have stated is written as its commit, and its real relay publishes it, so a
service under test hears of it in the way it always does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from infra.local import ports
from infra.local.program import ProcessKind, Program
from shared.clock import now
from shared.crypto import keys
from shared.events import Event
from shared.ids import new_id
from shared.messaging import Calls
from shared.settings import Settings, load
from shared.storage import Change, Claims, Streams, connect
from shared.storage.mongo import DURABLE, Db

T = TypeVar("T")
QUICK = {"RETRY_DELAY_MS": "200", "SCHEDULER_EVERY_S": "0.4", "CALL_DEADLINE_S": "20"}


class Processes:
    """The programs of one test, and hands to speak with them."""

    def __init__(self, folder: Path, amqp_uri: str, mongo_uri: str, prefix: str, **given: str):
        self.folder = folder
        self.environment = QUICK | {
            "AMQP_URI": amqp_uri,
            "MONGO_URI": mongo_uri,
            "MONGO_PREFIX": prefix,
            "KEYS_DIR": str(folder / "keys"),
            **given,
        }
        self.settings: Settings = load(self.environment)
        keys.make(self.settings.keys_dir)
        self._client = connect(self.settings, "test").client
        self.claims = Claims(self.settings, self.db("claims"))
        self.calls = Calls(self.settings)
        self.running: list[Program] = []
        self._waits = True

    def service(self, name: str, **given: str) -> Program:
        """Start a service; see `start`."""
        return self.start(ProcessKind(name, ("-m", "services.run", name)), given)

    def relay(self, name: str) -> Program:
        """Start the relay of a program."""
        command = ("-m", "shared.messaging.relay", name)
        return self.start(ProcessKind(f"relay-{name}", command), {})

    def portal(self) -> Program:
        """Start a portal; its pages are at its port."""
        command = ("-m", "portal")
        return self.start(ProcessKind("portal", command, "/health/live", "PORTAL_PORT"), {})

    def start(self, kind: ProcessKind, given: Mapping[str, str] | None = None) -> Program:
        """Start any program and return it when it is healthy, but see `together`."""
        instance = f"{kind.name}-{len(self.running)}"
        program = Program(
            kind,
            instance,
            self.folder,
            self.environment | dict(given or {}),
            ports.free_port(),
        )
        self.running.append(program)
        program.launch()
        if self._waits:
            self._wait_for([program])
        return program

    @contextmanager
    def together(self) -> Iterator[None]:
        """Have programs start beside one another; after the block all of them are healthy."""
        there = len(self.running)
        self._waits = False
        try:
            yield
        finally:
            self._waits = True
        self._wait_for(self.running[there:])

    def _wait_for(self, programs: Sequence[Program]) -> None:
        try:
            for program in programs:
                program.wait_healthy()
        except BaseException:
            self.end()  # else they would take processor time from all other tests
            raise

    def db(self, program: str) -> Db:
        """The database of a program."""
        name = f"{self.settings.mongo_prefix}_{program}"
        return self._client.get_database(name, write_concern=DURABLE)

    def state(self, program: str, stream: str, events: Sequence[Event]) -> str:
        """Have a program state events of a stream, in one commit; return the commit's cause."""
        cause = new_id()
        streams = Streams(self.db(program), now)
        streams.prepare()
        streams.change(stream, lambda state: Change(state or {}, events), cause=cause)
        return cause

    def end(self) -> None:
        """End every program."""
        self.calls.close()
        for program in self.running:
            program.kill9()
        self._client.close()


def eventually(look: Callable[[], T], wanted: Callable[[T], Any] = bool, within_s: float = 30) -> T:
    """Return what `look` sees as soon as it is wanted; fails with the last sight otherwise."""
    until, pause_s = time.monotonic() + within_s, 0.02
    while True:
        seen = look()
        if wanted(seen):
            return seen
        if time.monotonic() > until:
            raise AssertionError(f"not within {within_s} s; last seen: {seen!r}")
        time.sleep(pause_s)
        # Looking costs those who are to do it their processor.
        pause_s = min(pause_s * 1.3, 0.25)

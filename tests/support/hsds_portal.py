"""The HSDS API on a real registry: a portal that listens, and whose key is whose."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request

from infra.local.components import Meilisearch
from infra.local.ports import free_port
from portal.app import compose
from portal.backend import Backend
from portal.hsds.routes import PAGES, SCOPE
from portal.ports import KeyHolder
from portal.snapshot import DirectorySnapshot
from shared.messaging import Calls
from tests.support.portal_fakes import make_portal
from tests.support.processes import Processes
from tests.support.programs import until

POLL_S = 0.05


class HsdsPortal:
    """The portal's HSDS API at an address; `keys` are agencies by what their programs show."""

    def __init__(self, url: str, calls: Calls, snapshot: DirectorySnapshot) -> None:
        self.url = url
        self._calls = calls
        self._snapshot = snapshot
        self.keys: dict[str, str] = {}
        self.scopes = frozenset({SCOPE})

    async def identify(self, request: Request) -> KeyHolder | None:
        """Stand in for the accounts service, which has tests of its own."""
        agency = self.keys.get(request.headers["authorization"].removeprefix("Bearer "))
        return None if agency is None else KeyHolder("key", agency, self.scopes)

    def catch_up(self) -> None:
        """Return when the portal's copy of the directory is as the registry is."""
        listed: dict[str, Any] = {}
        told: dict[str, Any] = {"next": "-"}
        after = ""
        while told["next"]:
            told = self._calls.call("registry", "services_after", after=after, size=200)
            listed |= {card["id"]: _lasting(card) for card in told["services"]}
            after = told["next"]
        until(lambda: self._copied() == listed)

    def _copied(self) -> dict[str, Any]:
        cards = map(msgspec.json.decode, self._snapshot.bodies())
        return {card["id"]: _lasting(card) for card in cards}

    def client(self, agency: str = "") -> httpx2.Client:
        """Return a program of an agency, or of nobody."""
        headers = {}
        if agency:
            self.keys[f"key-of-{agency}"] = agency
            headers = {"authorization": f"Bearer key-of-{agency}"}
        return httpx2.Client(base_url=f"{self.url}/api/hsds", headers=headers, timeout=30)


def _lasting(card: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in card.items() if name not in ("version", "capacity")}


def start_search(processes: Processes, engine: Meilisearch) -> None:
    """Start what brings the directory to the portal."""
    prefix = f"{processes.settings.mongo_prefix}_"
    with processes.together():
        processes.service("library")
        processes.service(
            "search",
            MEILI_URL=engine.url,
            MEILI_KEY=engine.master_key,
            MEILI_INDEX_PREFIX=prefix,
        )
        processes.relay("registry")


@contextmanager
def hsds_portal(
    folder: Path, processes: Processes, engine: Meilisearch | None = None
) -> Iterator[HsdsPortal]:
    """Serve the HSDS API from a registry that runs, and with an engine from search too.

    Without one the portal has no copy of the directory.
    """
    port = free_port()
    backend = Backend(processes.settings)
    settings = msgspec.structs.replace(processes.settings, snapshot_dir=folder)
    snapshot = DirectorySnapshot(settings, backend, poll_every_s=POLL_S)
    made = HsdsPortal(f"http://127.0.0.1:{port}", processes.calls, snapshot)
    if engine is not None:
        start_search(processes, engine)

    @asynccontextmanager
    async def following(app: Starlette) -> AsyncIterator[None]:
        await snapshot.start()
        yield
        await snapshot.close()
        await backend.close()

    known = make_portal(folder, portal_url=made.url).parts
    parts = replace(known, backend=backend, identify_key=made.identify, snapshot=snapshot)
    config = uvicorn.Config(compose(parts, PAGES, following), port=port, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        if engine is not None:
            made.catch_up()
        yield made
    finally:
        server.should_exit = True
        thread.join()

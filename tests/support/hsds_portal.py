"""The HSDS API on a real registry: a portal that listens, and whose key is whose."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request

from infra.local.ports import free_port
from portal.app import compose
from portal.backend import Backend
from portal.hsds.routes import PAGES, SCOPE
from portal.ports import KeyHolder
from shared.settings import Settings
from tests.support.portal_fakes import make_portal
from tests.support.programs import until


class HsdsPortal:
    """The portal's HSDS API at an address; `keys` are agencies by what their programs show."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.keys: dict[str, str] = {}
        self.scopes = frozenset({SCOPE})

    async def identify(self, request: Request) -> KeyHolder | None:
        """Stand in for the accounts service, which has tests of its own."""
        agency = self.keys.get(request.headers["authorization"].removeprefix("Bearer "))
        return None if agency is None else KeyHolder("key", agency, self.scopes)

    def client(self, agency: str = "") -> httpx2.Client:
        """Return a program of an agency, or of nobody."""
        headers = {}
        if agency:
            self.keys[f"key-of-{agency}"] = agency
            headers = {"authorization": f"Bearer key-of-{agency}"}
        return httpx2.Client(base_url=f"{self.url}/api/hsds", headers=headers, timeout=30)


@contextmanager
def hsds_portal(folder: Path, settings: Settings) -> Iterator[HsdsPortal]:
    """Serve the HSDS API from a registry that runs with these settings."""
    port = free_port()
    made = HsdsPortal(f"http://127.0.0.1:{port}")
    backend = Backend(settings)

    @asynccontextmanager
    async def closing(app: Starlette) -> AsyncIterator[None]:
        yield
        await backend.close()

    known = make_portal(folder, portal_url=made.url).parts
    parts = replace(known, backend=backend, identify_key=made.identify)
    config = uvicorn.Config(compose(parts, PAGES, closing), port=port, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        yield made
    finally:
        server.should_exit = True
        thread.join()

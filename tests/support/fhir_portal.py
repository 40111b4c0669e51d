"""The FHIR face on real services: a portal in this process, and programs with agencies' keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from portal.api.fhir.routes import PAGES, READ, WRITE
from portal.app import compose
from portal.backend import Backend
from portal.ports import KeyHolder
from tests.support.portal_fakes import make_portal
from tests.support.processes import Processes


async def identify(request: Request) -> KeyHolder | None:
    """Stand in for the accounts service, which has tests of its own."""
    agency = request.headers["authorization"].removeprefix("Bearer ")
    return KeyHolder(f"key-of-{agency}", agency, frozenset({READ, WRITE, "directory:read"}))


def by(agency: str, **headers: str) -> dict[str, str]:
    """The headers of a program of an agency; `headers` with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"authorization": f"Bearer {agency}", **named}


@contextmanager
def fhir_portal(folder: Path, processes: Processes) -> Iterator[TestClient]:
    """Serve the FHIR face from services that run."""
    backend = Backend(processes.settings)

    @asynccontextmanager
    async def closing(app: Starlette) -> AsyncIterator[None]:
        yield
        await backend.close()

    parts = replace(make_portal(folder).parts, backend=backend, identify_key=identify)
    with TestClient(compose(parts, PAGES, closing), base_url="http://portal") as client:
        yield client

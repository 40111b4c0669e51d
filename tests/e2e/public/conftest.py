"""A portal on stand-ins, and a neutral page to leave to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.e2e.conftest import served
from tests.support.portal_fakes import FakePortal, make_portal

WEATHER = "Sunny all day"


def press(page: Page, button: str) -> None:
    """Press what leads to another page, and wait until that is shown."""
    page.evaluate("document.body.dataset.before = ''")
    page.click(button)
    page.wait_for_selector("body:not([data-before]) h1", state="attached")


async def _weather(request: Request) -> HTMLResponse:
    return HTMLResponse(f"<!DOCTYPE html><title>Weather</title><h1>{WEATHER}</h1>")


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[str]:
    """The neutral page of another site that Exit leads to."""
    with served(Starlette(routes=[Route("/", _weather)])) as address:
        yield f"{address}/"


@pytest.fixture
def portal(tmp_path: Path, elsewhere: str) -> FakePortal:
    """A fresh portal on stand-ins."""
    return make_portal(tmp_path, exit_to=elsewhere)


@pytest.fixture
def site(portal: FakePortal) -> Iterator[str]:
    """Its address."""
    with served(portal.app) as address:
        yield address

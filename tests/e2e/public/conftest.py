"""A portal on stand-ins, and a neutral page to leave to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.e2e.conftest import NARROW, served
from tests.support.portal_fakes import FakePortal, make_portal

WEATHER = "Sunny all day"
#: The steps of the request for help, in their order.
QUESTIONS = (
    *("safe", "needs", "who", "language", "area", "way", "contact", "avoid", "wishes"),
    "note",
)


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
    return make_portal(tmp_path, exit_url=elsewhere)


@pytest.fixture
def site(portal: FakePortal) -> Iterator[str]:
    """Its address."""
    with served(portal.app) as address:
        yield address


@pytest.fixture
def plain_page(new_context: Callable[..., BrowserContext]) -> Page:
    """A small phone without scripts."""
    return new_context(viewport=NARROW, java_script_enabled=False).new_page()


@pytest.fixture(scope="module")
def quick_portal(tmp_path_factory: pytest.TempPathFactory) -> FakePortal:
    """A portal that the tests of a module share."""
    return make_portal(tmp_path_factory.mktemp("portal"))


@pytest.fixture(scope="module")
def shared_visitor(quick_portal: FakePortal) -> Iterator[TestClient]:
    """A program that asks it."""
    wish = {"accept-language": "en"}
    with TestClient(quick_portal.app, follow_redirects=False, headers=wish) as program:
        yield program


@pytest.fixture
def visitor(quick_portal: FakePortal, shared_visitor: TestClient) -> TestClient:
    """The same, without the wrong codes and cookies of the test before."""
    quick_portal.parts.wrong_codes._seen.clear()
    shared_visitor.cookies.clear()
    return shared_visitor

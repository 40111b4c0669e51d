"""A browser, and a way to serve it an app."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.types import ASGIApp

from infra.local.binaries import chromium

ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an app on a free port of this machine and give its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser of these tests; gone after them, as no other loop runs beside Playwright's."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(chromium()), args=list(ARGUMENTS))
        yield running
        running.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser profiles that are gone after the test."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        options = {"viewport": WIDE, "locale": "en-US", **options}
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A window of a fresh profile."""
    return new_context().new_page()

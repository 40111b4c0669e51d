"""A real website on this machine whose pages can go, move, refuse and never end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: What a page answers: a status, and where it leads.
Page = tuple[int, str]


class Website:
    """Answers HEAD and GET of `pages`; `head` holds those that answer HEAD otherwise."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.head: dict[str, Page] = {}
        self.asked: list[tuple[str, str]] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, method: str, path: str) -> Page:
        """Return what a page answers, and keep that it was asked."""
        with self._lock:
            self.asked.append((method, path))
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
        time.sleep(0.01)  # so that requests at once would be seen as such
        with self._lock:
            self.at_once -= 1
        of_head = self.head.get(path) if method == "HEAD" else None
        return of_head or self.pages.get(path, (404, ""))

    def end(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def website() -> Iterator[Website]:
    """Give a website for the length of a with-block."""
    site = Website()
    try:
        yield site
    finally:
        site.end()


def _handler(site: Website) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer("HEAD")

        def do_GET(self) -> None:
            self._answer("GET")

        def _answer(self, method: str) -> None:
            status, location = site.answer(method, self.path)
            if status == 0:
                return  # hangs up without a word
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(2**40))  # nobody may wait for it
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler

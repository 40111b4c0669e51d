"""An agency's webhook receiver: a real HTTP(S) server that notes what it got and can be ended."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from infra.local import ports


@dataclass(frozen=True)
class Got:
    """One request as it arrived; `event` is its body."""

    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = msgspec.json.decode(self.body)
        return event


Answer = Callable[[dict[str, Any]], int]


class Receiver:
    """Answers POSTs with the status `answer` gives for the event; 0 never answers."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.port = ports.free_port()
        self.answer: Answer = lambda event: 204
        self.got: list[Got] = []
        self._tls = tls
        self._server: ThreadingHTTPServer | None = None
        self.start()

    @property
    def url(self) -> str:
        """Where it is."""
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://localhost:{self.port}/in?from=anydoor"

    @property
    def taken(self) -> list[str]:
        """The ids of the events it acknowledged, in order."""
        return [one.event["id"] for one in self.got if 200 <= one.status < 300]

    def start(self) -> None:
        """Listen, again on the same port."""
        server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        server.daemon_threads = True
        if self._tls is not None:
            server.socket = self._tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._server = server

    def end(self) -> None:
        """Stop listening: whoever connects is refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.answer(msgspec.json.decode(body))
            receiver.got.append(Got(dict(self.headers.items()), body, status))
            if status == 0:
                time.sleep(3)
                return
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            receiver.got.append(Got({}, b'{"id":"followed"}', 599))
            self.send_error(404)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def dripping() -> Iterator[str]:
    """The address of a server whose answer never ends: a byte now and then, always another."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        with contextlib.suppress(OSError):
            while not over.is_set():
                one, _ = server.accept()
                threading.Thread(target=_drip_into, args=(one, over), daemon=True).start()

    threading.Thread(target=drip, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    finally:
        over.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def _drip_into(one: socket.socket, over: threading.Event) -> None:
    with contextlib.suppress(OSError), one:
        one.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while not over.wait(0.2):
            one.sendall(b"x")

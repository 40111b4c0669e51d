"""An agency's webhook endpoint on this machine, which checks every signature it is sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec


class Receiver:
    """Answers 204 to what is signed with its secret (Standard Webhooks 1.0), 401 to the rest."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.refused = 0
        self.secret = ""
        outer = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                good = outer.is_signed(dict(self.headers.items()), body)
                if good:
                    outer.events.append(msgspec.json.decode(body))
                else:
                    outer.refused += 1
                self.send_response(204 if good else 401)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing: the journey tells how many came."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/anydoor"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def is_signed(self, headers: dict[str, str], body: bytes) -> bool:
        """Check a delivery as the specification says: id, timestamp and body, HMAC-SHA256."""
        given = {name.lower(): value for name, value in headers.items()}
        signed = b".".join(
            (
                given.get("webhook-id", "").encode(),
                given.get("webhook-timestamp", "").encode(),
                body,
            )
        )
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        offered = [part.removeprefix("v1,") for part in given.get("webhook-signature", "").split()]
        return any(hmac.compare_digest(wanted, one) for one in offered)

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()

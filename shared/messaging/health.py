"""/health and /metrics of a service or relay, on a small HTTP server of its own."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from shared.settings import Settings, WrongSettings

log = logging.getLogger(__name__)
Probe = Callable[[], dict[str, Any]]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log in one line that whoever asked did not wait for the answer; not who it was."""
        log.info("health answer not taken", extra={"error": type(sys.exception()).__name__})


def serve_health(settings: Settings, name: str, probe: Probe) -> int:
    """Answer GET /health (200 or 503, JSON) and /metrics (text) and return the port.

    `probe` returns {"ok": bool, ...numbers}; what it raises is a 503. Ends the process with one
    line when the port is taken.
    """

    class Answer(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            found = _probe(probe)
            if self.path == "/health":
                body = json.dumps({"name": name, **found}).encode()
                self._send(200 if found["ok"] else 503, "application/json", body)
            elif self.path == "/metrics":
                self._send(200, "text/plain; version=0.0.4", _metrics(name, found).encode())
            else:
                self._send(404, "text/plain", b"only /health and /metrics are here\n")

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: these requests come every second."""

    try:
        server = _Server((settings.health_host, settings.health_port), Answer)
    except OSError:
        raise WrongSettings(f"HEALTH_PORT {settings.health_port} is taken or not allowed") from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


def _probe(probe: Probe) -> dict[str, Any]:
    try:
        return probe()
    except Exception as error:  # noqa: BLE001 (whatever is wrong, the answer is "not well")
        return {"ok": False, "error": type(error).__name__}


def _metrics(name: str, found: dict[str, Any]) -> str:
    """Prometheus text format 0.0.4: every number of the probe as a gauge."""
    lines = []
    for key, value in sorted(found.items()):
        if isinstance(value, bool | int | float):
            metric = f"anydoor_{key}"
            lines += [f"# TYPE {metric} gauge", f'{metric}{{process="{name}"}} {float(value)}']
    return "\n".join(lines) + "\n"

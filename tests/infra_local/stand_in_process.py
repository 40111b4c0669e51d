"""A stand-in for an Anydoor process: `python -m tests.infra_local.stand_in_process NAME`.

It answers every GET with its environment, or ends at once when STAND_IN_BROKEN is its name.
"""

from __future__ import annotations

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps(dict(os.environ)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main(name: str) -> None:
    if os.environ.get("STAND_IN_BROKEN") == name:
        sys.exit(f"{name}: MEILI_URL must be an address")
    if name == "topology":
        return
    port = os.environ["PORTAL_PORT" if name == "portal" else "HEALTH_PORT"]
    ThreadingHTTPServer(("127.0.0.1", int(port)), Answer).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])

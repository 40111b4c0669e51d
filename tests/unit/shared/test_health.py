"""A process goes on telling its health when whoever asks goes away."""

from __future__ import annotations

import logging
import socket
import struct
import urllib.request
from typing import Any

import pytest

from shared.messaging.health import serve_health
from shared.settings import load


def test_a_probe_that_leaves_early_is_one_line_without_its_address(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    answering: list[bool] = []

    def probe() -> dict[str, Any]:
        if not answering:
            answering.append(True)
            # A reset, not an end: what is written into the connection now fails.
            left.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            left.close()
        return {"ok": True}

    port = serve_health(load({}), "registry", probe)
    left = socket.create_connection(("127.0.0.1", port))
    with caplog.at_level(logging.INFO):
        left.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        for _ in range(100):
            if caplog.records:
                break
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
                assert answer.status == 200
    assert [record.getMessage() for record in caplog.records] == ["health answer not taken"]
    assert capsys.readouterr().err == ""

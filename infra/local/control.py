"""Talking to a running supervisor: one JSON line asks, one JSON line answers, on a local socket."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Answer = dict[str, Any]
_NAME = "control.socket"


class NoSupervisor(ConnectionError):
    """Nobody answers: the demo does not run."""


def ask(folder: Path, request: Answer, seconds: float = 5) -> Answer:
    """Send a request to the folder's supervisor; NoSupervisor when there is none."""
    with socket.socket(socket.AF_UNIX) as client, _address(folder) as address:
        client.settimeout(seconds)
        try:
            client.connect(address)
            client.sendall(json.dumps(request).encode() + b"\n")
            with client.makefile("rb") as stream:
                line = stream.readline()
        except (OSError, TimeoutError) as silence:
            raise NoSupervisor(str(silence)) from silence
    if not line:
        raise NoSupervisor("the supervisor ended")
    answer: Answer = json.loads(line)
    return answer


def serve(folder: Path, reply: Callable[[Answer], Answer]) -> None:
    """Answer requests from now on, in a thread of its own."""
    server = socket.socket(socket.AF_UNIX)
    (folder / _NAME).unlink(missing_ok=True)
    with _address(folder) as address:
        server.bind(address)
    (folder / _NAME).chmod(0o600)
    server.listen()
    threading.Thread(target=_answer_all, args=(server, reply), name="control", daemon=True).start()


def _answer_all(server: socket.socket, reply: Callable[[Answer], Answer]) -> None:
    while True:
        client, _ = server.accept()
        with client, client.makefile("rwb") as stream:
            client.settimeout(5)
            try:
                answer = reply(json.loads(stream.readline()))
                stream.write(json.dumps(answer).encode() + b"\n")
            except (OSError, ValueError):
                continue  # That client is gone or spoke nonsense; the next one matters.


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    # A socket's path may be 107 bytes long; the project may lie deeper than that.
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{_NAME}"
    finally:
        os.close(handle)

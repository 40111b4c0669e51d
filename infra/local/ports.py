"""Which ports on 127.0.0.1 are free, and who has one that is not."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from collections import deque
from collections.abc import Iterable
from pathlib import Path

import psutil

HOST = "127.0.0.1"

# Below the range the kernel takes the near end of outgoing connections from: a port from there
# could be gone when a killed server comes back for it.
_QUIET = range(20_000, 32_000)
#: Two demos that start at the same moment look at the same ports: each keeps a lock on its own.
_CLAIMS = Path(tempfile.gettempdir()) / f"anydoor-ports-{os.getuid()}"
#: Locks held at most: who was given a port so long ago listens on it by now.
_MOST_HELD = 200
_held: deque[int] = deque()


def free_port() -> int:
    """A port nobody listens on now, and that no program alive was given before."""
    start = random.randrange(len(_QUIET))
    return first_free([*_QUIET[start:], *_QUIET[:start]])


def first_free(candidates: Iterable[int]) -> int:
    """The first of `candidates` that nobody listens on; OSError when all are taken."""
    for port in candidates:
        if is_free(port) and _claim(port):
            return port
    raise OSError("every port looked at is taken")


def _claim(port: int) -> bool:
    """Take a port's lock, which goes with this process."""
    _CLAIMS.mkdir(mode=0o700, exist_ok=True)
    held = os.open(_CLAIMS / str(port), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return False
    _held.append(held)
    if len(_held) > _MOST_HELD:
        os.close(_held.popleft())
    return True


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def who_listens(port: int) -> str:
    """Who has the port, for a message to a person: "pid 123 (nginx)", or what can be said."""
    for connection in psutil.net_connections("tcp"):
        is_listener = connection.status == psutil.CONN_LISTEN
        if is_listener and connection.laddr[1:] == (port,) and connection.pid:
            return f"pid {connection.pid} ({psutil.Process(connection.pid).name()})"
    return "nobody" if is_free(port) else "a program of another user"

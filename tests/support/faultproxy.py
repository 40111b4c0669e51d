"""A TCP proxy that cuts, freezes and refuses: `with FaultProxy(broker.port) as proxy: ...`."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

HOST = "127.0.0.1"
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s: closing sends RST, as a cut line looks


class FaultProxy:
    """Passes every connection on to a port, until told otherwise; its own is `port`."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server((HOST, 0))
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()
        self._flows = threading.Event()
        self._flows.set()
        self._refuses = False
        self.port = int(self._listener.getsockname()[1])
        self.cuts = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._flows.set()
        self.cut()

    def cut(self) -> int:
        """Reset every connection; returns how many there were."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for end in pair:
                _reset(end)
        self.cuts += len(pairs)
        return len(pairs)

    @contextmanager
    def cutting(self, every_s: float) -> Iterator[None]:
        """Reset every connection again and again inside the block."""
        over = threading.Event()

        def run() -> None:
            while not over.wait(every_s):
                self.cut()

        cutter = threading.Thread(target=run, daemon=True)
        cutter.start()
        try:
            yield
        finally:
            over.set()
            cutter.join(10)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Keep connections open and carry nothing inside the block."""
        self._flows.clear()
        try:
            yield
        finally:
            self._flows.set()

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Cut what there is and let nobody in inside the block."""
        self._refuses = True
        self.cut()
        try:
            yield
        finally:
            self._refuses = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self._refuses:
                    raise ConnectionRefusedError
                far = socket.create_connection((HOST, self._target), 2)
            except OSError:
                _reset(near)
                continue
            far.settimeout(None)
            with self._lock:
                self._pairs.add((near, far))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                self._flows.wait()
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def _reset(end: socket.socket) -> None:
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        end.close()

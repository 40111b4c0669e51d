"""Anydoor's own processes as supervised programs, and the table of those a demo consists of."""

from __future__ import annotations

import http.client
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local import ports
from infra.local.binaries import ROOT
from infra.local.component import Component


@dataclass(frozen=True)
class ProcessKind:
    """One row of the process table: what to run, and where it says how it is.

    `command` is what follows the Python interpreter. Its port goes to it as `port_variable`.
    """

    name: str
    command: tuple[str, ...]
    health_path: str = "/health"
    port_variable: str = "HEALTH_PORT"
    is_scalable: bool = False


def _service(name: str) -> ProcessKind:
    return ProcessKind(name, ("-m", "services.run", name), is_scalable=True)


def _relay(name: str) -> ProcessKind:
    return ProcessKind(f"relay-{name}", ("-m", "shared.messaging.relay", name))


#: Run to its end, successfully, before the processes start.
TOPOLOGY = ProcessKind("topology", ("-m", "services.topology"))

PROCESSES = (
    ProcessKind("portal", ("-m", "portal"), "/health/live", "PORTAL_PORT"),
    *(
        _service(name)
        for name in (
            "registry",
            "library",
            "tips",
            "referrals",
            "search",
            "subscriptions",
            "accounts",
        )
    ),
    *(_relay(name) for name in ("registry", "library", "tips", "referrals", "portal")),
)


class Program(Component):
    """A Python process that answers GET on its health path with 200 when it serves."""

    advice = "mend what its log says, then `make demo` again"
    boot_seconds = 60.0

    def __init__(
        self,
        kind: ProcessKind,
        instance: str,
        folder: Path,
        environment: Mapping[str, str],
        port: int,
    ) -> None:
        self.name = instance
        self.kind = kind
        self._given = dict(environment)
        super().__init__(folder / "run" / instance, port, folder / "log" / f"{instance}.log")
        self.working_folder = ROOT

    @property
    def uri(self) -> str:
        """Where it says how it is."""
        return f"http://{ports.HOST}:{self.port}{self.kind.health_path}"

    def _command(self) -> list[str]:
        return [sys.executable, *self.kind.command]

    def _environment(self) -> dict[str, str]:
        own = {
            "INSTANCE": self.name,
            self.kind.port_variable: str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        return dict(os.environ) | self._given | own

    def _greet(self) -> None:
        connection = http.client.HTTPConnection(ports.HOST, self.port, timeout=2)
        try:
            connection.request("GET", self.kind.health_path)
            status = connection.getresponse().status
        finally:
            connection.close()
        if status != 200:
            raise ConnectionError(f"{self.kind.health_path} answered {status}")

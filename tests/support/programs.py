"""Real processes for tests: run with an environment, waited for, frozen, killed, restarted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self, TypeVar

from infra.local.binaries import ROOT
from infra.local.keeper import Keeper, Pace
from infra.local.ports import free_port
from infra.local.program import ProcessKind, Program

T = TypeVar("T")
PACE = Pace(first_delay=0.2, longest_delay=1.0, look_when_healthy=0.5)


class Programs:
    """Starts programs that share an environment and a folder; all end with the `with` block."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = dict(environment)
        self._ending = ExitStack()
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def prepared(self, *command: str, **environment: str) -> Program:
        """A program not started yet: `python -m command...`; its HEALTH_PORT is its `port`."""
        self._count += 1
        kind = ProcessKind(command[-1], ("-m", *command))
        given = self.environment | environment
        name = f"{command[-1]}-{self._count}"
        program = Program(kind, name, self.folder, given, free_port())
        self._ending.callback(program.kill9)
        return program

    def start(self, *command: str, **environment: str) -> Program:
        """A program that serves; see `prepared`."""
        program = self.prepared(*command, **environment)
        program.start()
        return program

    def keep(self, program: Program) -> Program:
        """Start a program, and start it again whenever it ends."""
        keeper = Keeper(program, PACE, lambda: None)
        keeper.start()
        self._ending.callback(keeper.stop)
        program_is_up = lambda: program.is_healthy()  # noqa: E731
        until(program_is_up, 60, f"{program.name} serves")
        return program

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end and return how that went."""
        return subprocess.run(
            [sys.executable, "-m", *command],
            env={**os.environ, **self.environment, **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )


def kill_outright(program: Program) -> None:
    """SIGKILL, for a program that its keeper starts again."""
    if program.pid is not None:
        os.kill(program.pid, signal.SIGKILL)


def until(condition: Callable[[], T], seconds: float = 60.0, what: str = "it happens") -> T:
    """Look again and again until `condition` gives something true, and return that."""
    deadline, pause_s = time.monotonic() + seconds, 0.02
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{seconds:g} s passed before {what}; last seen: {found!r}")
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.2, 0.15)


@contextmanager
def frozen(program: Program) -> Iterator[None]:
    """The program stopped in its tracks (SIGSTOP) for the length of the block."""
    program.freeze()
    try:
        yield
    finally:
        program.thaw()

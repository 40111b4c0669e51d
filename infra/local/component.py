"""The life of one supervised program: launched, healthy, frozen, killed, stopped."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

from infra.local import ports
from infra.local.process import end_family, log_tail, signal_family, spawn, wait_for_exit

_LOOK_EVERY = 0.05  # seconds between two looks at a program that is still coming up


class ComponentFailed(RuntimeError):
    """A program did not come up, or is gone: which one, its last words, and what to do."""

    def __init__(self, component: str, reason: str, log: Path, advice: str) -> None:
        self.component = component
        self.reason = reason
        self.log = log
        self.log_tail = log_tail(log)
        self.advice = advice
        super().__init__(f"{component}: {reason}")

    def explain(self) -> str:
        """The whole story for a person, over several lines."""
        tail = "\n".join(f"    {line}" for line in self.log_tail.splitlines())
        last_words = f"The last lines of {self.log}:\n{tail}\n" if tail else ""
        return f"{self.component}: {self.reason}\n{last_words}What to do: {self.advice}"


class Component(ABC):
    """A server program with a folder and a port on 127.0.0.1; see infra.local.components."""

    name: str
    advice = "read its log; `make down`, then `make demo` again"
    boot_seconds = 60.0
    stop_seconds = 15.0

    def __init__(self, folder: Path, port: int | None = None, log: Path | None = None) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.port = port if port is not None else ports.free_port()
        self.log = log.absolute() if log else self.folder / f"{self.name}.log"
        self.working_folder = self.folder
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def _command(self) -> list[str]:
        """The program's path and its arguments."""

    @abstractmethod
    def _greet(self) -> None:
        """Have one real exchange with it within two seconds, or raise."""

    def _environment(self) -> dict[str, str]:
        return dict(os.environ)

    def _prepare(self) -> None:  # noqa: B027  Most have nothing to prepare.
        """Write what the program reads when it starts."""

    @property
    def pid(self) -> int | None:
        """The process id of the server itself, None when it does not run."""
        return self._process.pid if self._process and self.is_running() else None

    @property
    def exit_code(self) -> int | None:
        """How the last process ended (minus the signal's number), None while it runs."""
        return self._process.poll() if self._process else None

    def is_running(self) -> bool:
        """Whether the process exists, be it healthy or not."""
        return self._process is not None and self._process.poll() is None

    def is_healthy(self) -> bool:
        """Whether a client is served now."""
        if not self.is_running():
            return False
        try:
            self._greet()
        except Exception:  # noqa: BLE001  Whatever a client may meet, it was not served.
            return False
        return True

    def launch(self) -> None:
        """Start the process and return at once; ComponentFailed when that is impossible."""
        if self.is_running():
            return
        if not ports.is_free(self.port):
            reason = f"port {self.port} is in use by {ports.who_listens(self.port)}"
            raise ComponentFailed(self.name, reason, self.log, "end that program, or change ports")
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            self._prepare()
            self._process = spawn(
                self._command(), self.log, self._environment(), self.working_folder
            )
        except OSError as error:
            reason = f"it could not be started: {error}"
            raise ComponentFailed(self.name, reason, self.log, self.advice) from error

    def wait_healthy(self, seconds: float | None = None) -> None:
        """Return once a client is served; ComponentFailed when it ends or the time is up first."""
        limit = self.boot_seconds if seconds is None else seconds
        deadline = time.monotonic() + limit
        while not self.is_healthy():
            if self._process is None or wait_for_exit(self._process.pid, _LOOK_EVERY):
                reason = f"it ended (exit code {self.exit_code}) before it served anyone"
                raise ComponentFailed(self.name, reason, self.log, self.advice)
            if time.monotonic() > deadline:
                reason = f"it runs, but served nobody within {limit:g} s"
                raise ComponentFailed(self.name, reason, self.log, self.advice)

    def start(self, seconds: float | None = None) -> None:
        """Start it and return once a client is served; nothing is left running if that fails."""
        try:
            self.launch()
            self.wait_healthy(seconds)
        except BaseException:
            self.stop()
            raise

    def wait_exit(self, seconds: float) -> bool:
        """Whether the process was gone within that time (true at once when there is none)."""
        return self._process is None or (
            wait_for_exit(self._process.pid, seconds) and self._process.poll() is not None
        )

    def stop(self) -> None:
        """End it politely, by force after `stop_seconds`; also when it is frozen or not there."""
        if self._process is not None and self.is_running():
            end_family(self._process.pid, self.stop_seconds)
            self._process.wait(10)

    def kill9(self) -> None:
        """SIGKILL to the process and everything it started; returns when it is gone."""
        if self._process is not None and self.is_running():
            signal_family(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def restart(self) -> None:
        """Stop it, start it, and return once a client is served."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """SIGSTOP: connections are accepted by the kernel and nobody answers."""
        if self.pid:
            signal_family(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on where it was frozen."""
        if self.pid:
            signal_family(self.pid, signal.SIGCONT)

    def wipe(self) -> None:
        """End it if it runs and delete its data; its address and passwords stay."""
        self.kill9()
        shutil.rmtree(self.data, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def secret(self, name: str) -> str:
        """A random word kept in the folder, readable by its owner only; the same at every call."""
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(24))
        return path.read_text()

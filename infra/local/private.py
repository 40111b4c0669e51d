"""A demo of one's own, in another folder and on another port, for tests and measurements."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local.binaries import ROOT
from infra.local.ports import free_port
from infra.local.state import Record
from shared.settings import Settings, load


class DemoFailed(RuntimeError):
    """A command in the demo failed; holds the end of what it printed."""


@dataclass(frozen=True)
class PrivateDemo:
    """All components and processes of the suite, apart from any other demo on this machine."""

    folder: Path
    port: int = field(default_factory=free_port)
    more: dict[str, str] = field(default_factory=dict)

    @property
    def portal_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str, seconds: float = 300.0) -> str:
        """Run `python -m infra.local ...` for this demo and return what it printed."""
        own = {"ANYDOOR_VAR": str(self.folder), "PORTAL_PORT": str(self.port), **self.more}
        done = subprocess.run(
            [sys.executable, "-m", "infra.local", *arguments],
            cwd=ROOT,
            env={**os.environ, **own},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if done.returncode:
            raise DemoFailed(f"{' '.join(arguments)}: {done.stdout[-3_000:]}{done.stderr[-3_000:]}")
        return done.stdout

    def module(self, name: str, *arguments: str, seconds: float = 300.0) -> str:
        """Run a module with this demo's addresses and return what it printed."""
        return self.run("exec", sys.executable, "-m", name, *arguments, seconds=seconds)

    def state(self) -> dict[str, Any]:
        """Return what the supervisor wrote down: processes with pids and ports."""
        return Record(self.folder).read()

    def settings(self) -> Settings:
        """Return the settings its processes were given."""
        return load(self.state()["environment"])


@contextmanager
def private_demo(folder: Path, *, with_sample: bool = True, **more: str) -> Iterator[PrivateDemo]:
    """Run a demo for the length of a with-block; `more` are settings of its processes."""
    demo = PrivateDemo(folder, more={name.upper(): value for name, value in more.items()})
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{name}={value}" for name, value in demo.more.items()]
    (folder / "demo.env").write_text("\n".join(lines) + "\n")
    try:
        demo.run("up")
        if with_sample:
            demo.module("infra.seed")
        yield demo
    finally:
        demo.run("down")

"""What a supervisor wrote down about itself, and which of it is still true."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any, TextIO

import psutil


class Record:
    """var/state.json: process ids, ports, addresses and settings of what runs."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state.json"
        self._lock_path = folder / "supervisor.lock"
        self._lock: TextIO | None = None

    def claim(self) -> bool:
        """Whether this process is now the folder's one supervisor; the kernel ends the claim."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = self._lock_path.open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock = None
            return False
        return True

    def is_claimed(self) -> bool:
        """Whether a supervisor is alive for this folder."""
        if not self._lock_path.exists():
            return False
        with self._lock_path.open("w") as probe:
            try:
                fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False

    def write(self, state: dict[str, Any]) -> None:
        """Replace the record in one step; only the owner may read it, it holds passwords."""
        fresh = self.path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(state, indent=1))
        fresh.replace(self.path)

    def read(self) -> dict[str, Any]:
        """The record as last written; empty when there is none."""
        try:
            state: dict[str, Any] = json.loads(self.path.read_text())
        except FileNotFoundError:
            return {}
        return state

    def remove(self) -> None:
        """Forget it: everything in it has ended."""
        self.path.unlink(missing_ok=True)

    def leftovers(self) -> list[psutil.Process]:
        """Processes of the record that still live: the same id and the same moment of birth."""
        alive = []
        for identity in self.read().get("identities", {}).values():
            try:
                process = psutil.Process(identity["pid"])
                is_same = abs(process.create_time() - identity["born"]) < 1
                if is_same and process.status() != psutil.STATUS_ZOMBIE:
                    alive.append(process)
            except psutil.NoSuchProcess:
                continue
        return alive


def identity(pid: int | None) -> dict[str, float] | None:
    """What tells a process from a later one with the same id; None when there is no process."""
    try:
        return {"pid": pid, "born": psutil.Process(pid).create_time()} if pid else None
    except psutil.NoSuchProcess:
        return None


def own_identity() -> dict[str, float]:
    """The identity of this process."""
    return {"pid": os.getpid(), "born": psutil.Process().create_time()}

"""Child processes that end with their parent, and what can be done to one from outside."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

# The kernel ends a child when the *thread* that made it ends, so one lasting thread makes all.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")
_ROTATE_ABOVE = 20 * 1024 * 1024


def spawn(
    command: Sequence[str], log: Path, environment: Mapping[str, str], folder: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, its output appended to `log`.

    It is killed when this program ends, however that happens. OSError: it cannot be started.
    """
    if not Path(command[0]).exists():
        raise FileNotFoundError(f"there is no program {command[0]}")
    rotate(log)
    leashed = ["setpriv", "--pdeathsig", "KILL", "--", *command]
    with log.open("ab") as output:
        return _spawner.submit(
            subprocess.Popen[bytes],
            leashed,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        ).result()


def rotate(log: Path) -> None:
    """Make the log's folder, and set a log of more than 20 MB aside as <name>.1."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _ROTATE_ABOVE:
        log.replace(log.with_name(log.name + ".1"))


def log_tail(log: Path, lines: int = 15) -> str:
    """The last lines of `log`; empty when there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as handle:
        handle.seek(max(0, log.stat().st_size - 16_384))
        return "\n".join(handle.read().decode(errors="replace").splitlines()[-lines:])


def wait_for_exit(pid: int, seconds: float) -> bool:
    """Whether the process was gone within that time; it is woken by the kernel, not by looking."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)


def signal_family(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process and everything it started, the process itself first."""
    for member in list(_family(pid)):
        with contextlib.suppress(psutil.NoSuchProcess):
            member.send_signal(number)


def end_family(pid: int, patience: float) -> None:
    """Ask a process to end, and kill it and everything it started once `patience` seconds pass."""
    family = list(_family(pid))
    with contextlib.suppress(psutil.NoSuchProcess):
        for member in family:
            member.send_signal(signal.SIGCONT)
        if family:
            family[0].terminate()
    wait_for_exit(pid, patience)
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    wait_for_exit(pid, 10)


def _family(pid: int) -> Iterator[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        head = psutil.Process(pid)
        yield head
        yield from head.children(recursive=True)

"""What a person at the terminal can do with the demo, and what they are told meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.local import control, ports
from infra.local.binaries import ROOT
from infra.local.component import ComponentFailed
from infra.local.plan import Plan, make_keys, var_folder
from infra.local.process import end_family, rotate, wait_for_exit
from infra.local.state import Record

_END_SECONDS = 90.0


def up(plan: Plan, module: str) -> int:
    """Start the demo in the background and return once all of it serves; 1 when it does not.

    `module` is what the background process runs; it must make the same plan.
    """
    folder = plan.folder
    if Record(folder).is_claimed():
        return _already_up(folder)
    _clear_leftovers(folder)
    if not ports.is_free(plan.portal_port):
        print(
            f"Port {plan.portal_port}, the portal's, is in use by "
            f"{ports.who_listens(plan.portal_port)}.\n"
            "What to do: end that program, or choose another: PORTAL_PORT=8001 make demo"
        )
        return 1
    make_keys(plan)
    log = folder / "log" / "supervisor.log"
    rotate(log)
    print(f"Starting Anydoor (logs are in {_short(log.parent)}).", flush=True)
    with log.open("ab") as output:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", module, "supervise"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return _report_progress(folder, supervisor, log)
    except KeyboardInterrupt:
        print("\nStill starting in the background; `make status` shows it, `make down` ends it.")
        return 130


def down() -> int:
    """End the demo; harmless when none runs."""
    folder = var_folder()
    record = Record(folder)
    try:
        pid = control.ask(folder, {"ask": "down"})["pid"]
    except control.NoSupervisor:
        if record.is_claimed():
            return _end_by_force(record)
        if not _clear_leftovers(folder):
            print("Anydoor does not run.")
        return 0
    print("Ending Anydoor ...", flush=True)
    if not wait_for_exit(pid, _END_SECONDS):
        return _end_by_force(record)
    print("Everything has ended. The data stays in var/; `make clean` deletes it.")
    return 0


def status() -> int:
    """Print what runs; 0 when all of it serves, 1 when something does not, 3 when nothing runs."""
    try:
        state = control.ask(var_folder(), {"ask": "status"})
    except control.NoSupervisor:
        if Record(var_folder()).leftovers():
            print("An earlier run was cut off and left processes behind; `make down` ends them.")
        else:
            print("Anydoor does not run. `make demo` starts it.")
        return 3
    print(
        f"{'process':<16} {'state':<10} {'pid':>8} {'port':>6} {'serving for':>12} {'restarts':>9}"
    )
    for name, process in state["processes"].items():
        serving = _duration(process["seconds_healthy"])
        print(
            f"{name:<16} {process['state']:<10} {process['pid'] or '-':>8} "
            f"{process['port']:>6} {serving:>12} {process['restarts']:>9}"
        )
    if state["failure"]:
        print(state["failure"])
    return 0 if _is_all_healthy(state) else 1


def scale(service: str, count: int) -> int:
    """Run `count` instances of a service."""
    try:
        answer = control.ask(
            var_folder(), {"ask": "scale", "service": service, "count": count}, seconds=30
        )
    except control.NoSupervisor:
        print("Anydoor does not run. `make demo` starts it.")
        return 3
    if "error" in answer:
        print(answer["error"])
        return 1
    print(
        f"{service}: {', '.join(answer['instances']) or 'no instance'}; `make status` shows them."
    )
    return 0


def follow_logs(names: list[str]) -> int:
    """Show the logs as they grow: all, or those of the named processes and their instances."""
    patterns = [f"{name}*.log" for name in names] or ["*.log"]
    folder = var_folder() / "log"
    logs = sorted({path for pattern in patterns for path in folder.glob(pattern)})
    logs = [path for path in logs if not path.name.startswith("bootstrap-")]
    if not logs:
        print(f"There is no log {' or '.join(patterns)} in {_short(folder)}.")
        return 1
    return os.execvp("tail", ["tail", "-n", "20", "-F", *map(str, logs)])  # noqa: S606


def execute(program: str, arguments: list[str]) -> int:
    """Become `program`, with the demo's addresses and settings in its environment."""
    record = Record(var_folder())
    if not record.is_claimed():
        print("Anydoor does not run. `make demo` starts it.")
        return 3
    settings = record.read().get("environment", {})
    return os.execvpe(program, [program, *arguments], dict(os.environ) | settings)  # noqa: S606


def _report_progress(folder: Path, supervisor: subprocess.Popen[bytes], log: Path) -> int:
    told: set[str] = set()
    while True:
        if wait_for_exit(supervisor.pid, 0.2):
            code = supervisor.wait()
            reason = f"it ended (exit code {code})"
            print(ComponentFailed("supervisor", reason, log, "mend what its log says").explain())
            return 1
        try:
            state = control.ask(folder, {"ask": "status"})
        except control.NoSupervisor:
            continue
        for name, process in state["processes"].items():
            if process["has_been_healthy"] and name not in told:
                told.add(name)
                print(f"  {name:<16} serves after {state['seconds']:.1f} s", flush=True)
        if state["phase"] == "up":
            return 0
        if state["phase"] == "failed":
            print(f"\nAnydoor could not start.\n{state['failure']}", flush=True)
            control.ask(folder, {"ask": "down"})
            supervisor.wait(_END_SECONDS)
            return 1


def _already_up(folder: Path) -> int:
    try:
        state = control.ask(folder, {"ask": "status"})
    except control.NoSupervisor:
        print("A supervisor runs but does not answer; `make down` ends it.")
        return 1
    if state["phase"] == "up" and _is_all_healthy(state):
        print("Anydoor runs already. `make down` ends it.")
        return 0
    print("Anydoor is running, but not all of it serves:")
    status()
    return 1


def _is_all_healthy(state: dict[str, Any]) -> bool:
    return all(process["state"] == "healthy" for process in state["processes"].values())


def _clear_leftovers(folder: Path) -> bool:
    """End what an earlier run left behind, and say so; whether there was anything."""
    record = Record(folder)
    if not record.read():
        return False
    leftovers = record.leftovers()
    print("An earlier run was cut off without `make down`.")
    for process in leftovers:
        print(f"  ending what it left: pid {process.pid} ({process.name()})")
        end_family(process.pid, 5)
    record.remove()
    return True


def _end_by_force(record: Record) -> int:
    """Kill a supervisor that does not answer; the kernel ends its children with it."""
    identity = record.read().get("identities", {}).get("supervisor", {})
    print("The supervisor does not answer; ending it and its processes by force.")
    for process in record.leftovers():
        if process.pid == identity.get("pid"):
            end_family(process.pid, 0)
    survivors = record.leftovers()
    for process in survivors:
        end_family(process.pid, 0)
    record.remove()
    if record.is_claimed():
        print("It is still there. Its process id is in var/log/supervisor.log's first lines.")
        return 1
    return 0


def _duration(seconds: float) -> str:
    if not seconds:
        return "-"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)

"""The one process behind a demo: starts everything, restarts what dies, ends it all.

`python -m infra.local up` runs it in the background; see infra.local.__main__.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local import control
from infra.local.component import ComponentFailed
from infra.local.keeper import Keeper, State
from infra.local.plan import Plan
from infra.local.program import ProcessKind, Program
from infra.local.state import Record, identity, own_identity

log = logging.getLogger(__name__)

_MOST_INSTANCES = 16
_ENDED_TOO_OFTEN = 3  # starts that never became healthy, before `up` gives the program up
_LOOK_EVERY = 0.1


class Supervisor:
    """Runs one plan until it is told to stop."""

    def __init__(self, plan: Plan, record: Record) -> None:
        self.plan = plan
        self.phase = "starting"
        self.failure: ComponentFailed | None = None
        self._record = record
        self._began = time.time()
        self._keepers: dict[str, Keeper] = {}
        self._changing = threading.RLock()
        self._is_stopping = threading.Event()

    def run(self) -> None:
        """Bring everything up, keep it up, and return when everything has ended."""
        control.serve(self.plan.folder, self.reply)
        try:
            self._bring_up()
            self._is_stopping.wait()
        finally:
            self._end_all()

    def stop(self) -> None:
        """Have `run` end everything and return."""
        self._is_stopping.set()

    def reply(self, request: control.Answer) -> control.Answer:
        """Answer one request of `python -m infra.local`."""
        match request:
            case {"ask": "status"}:
                return self._describe()
            case {"ask": "down"}:
                self.stop()
                return {"pid": os.getpid()}
            case {"ask": "scale", "service": str(service), "count": int(count)}:
                return self._scale(service, count)
        return {"error": "the supervisor knows status, down and scale"}

    def _bring_up(self) -> None:
        try:
            for component in self.plan.components:
                self._keep(Keeper(component, self.plan.pace, self._write))
            self._await_healthy()
            if self.plan.first is not None:
                self._run_to_its_end(self.plan.first)
            for kind in self.plan.kinds:
                self._keep(self._keeper_of(kind, kind.name))
            self._await_healthy()
        except ComponentFailed as failure:
            log.error("%s", failure)
            self.failure = failure
            self.phase = "failed"
        else:
            self.phase = "up"
        self._write()

    def _keeper_of(self, kind: ProcessKind, instance: str) -> Keeper:
        plan = self.plan
        port = plan.port_for(kind)
        program = Program(kind, instance, plan.folder, plan.environment, port)
        return Keeper(program, plan.pace, self._write)

    def _keep(self, keeper: Keeper) -> None:
        with self._changing:
            self._keepers[keeper.component.name] = keeper
        keeper.start()

    def _await_healthy(self) -> None:
        deadline = time.monotonic() + self.plan.patience
        while waiting := [k for k in self._all_keepers() if not k.has_been_healthy]:
            for keeper in waiting:
                if keeper.restarts >= _ENDED_TOO_OFTEN and keeper.failure:
                    raise keeper.failure
            if time.monotonic() > deadline:
                component = waiting[0].component
                reason = f"it served nobody within {self.plan.patience:g} s"
                raise ComponentFailed(component.name, reason, component.log, component.advice)
            if self._is_stopping.wait(_LOOK_EVERY):
                return

    def _run_to_its_end(self, kind: ProcessKind) -> None:
        if self._is_stopping.is_set():
            return
        task = Program(kind, kind.name, self.plan.folder, self.plan.environment, port=0)
        task.launch()
        if not task.wait_exit(self.plan.patience):
            task.stop()
        if task.exit_code != 0:
            reason = f"it ended with exit code {task.exit_code}, and must end with 0"
            raise ComponentFailed(kind.name, reason, task.log, task.advice)

    def _all_keepers(self) -> list[Keeper]:
        with self._changing:
            return list(self._keepers.values())

    def _end_all(self) -> None:
        self.phase = "stopping"
        self._write()
        components = {component.name for component in self.plan.components}
        keepers = self._all_keepers()
        with ThreadPoolExecutor(max_workers=32) as pool:
            list(pool.map(Keeper.stop, (k for k in keepers if k.component.name not in components)))
            list(pool.map(Keeper.stop, (k for k in keepers if k.component.name in components)))
        self._record.remove()

    def _scale(self, service: str, count: int) -> control.Answer:
        kinds = {kind.name: kind for kind in self.plan.kinds if kind.is_scalable}
        if service not in kinds:
            return {"error": f"no service {service!r} to scale; there are {', '.join(kinds)}"}
        if not 0 <= count <= _MOST_INSTANCES:
            return {"error": f"a service runs between 0 and {_MOST_INSTANCES} instances"}
        wanted = [service if n == 1 else f"{service}-{n}" for n in range(1, count + 1)]
        with self._changing:
            missing = [name for name in wanted if name not in self._keepers]
            try:
                fresh = [self._keeper_of(kinds[service], name) for name in missing]
            except OSError as error:
                return {"error": str(error)}
            surplus = (_instances_of(service) & self._keepers.keys()) - set(wanted)
            leaving = [self._keepers.pop(name) for name in surplus]
            for keeper in fresh:
                self._keep(keeper)
        for keeper in leaving:
            threading.Thread(target=keeper.stop, daemon=True).start()
        self._write()
        return {"instances": wanted}

    def _describe(self) -> dict[str, Any]:
        now = time.time()
        return {
            "pid": os.getpid(),
            "phase": self.phase,
            "seconds": now - self._began,
            "failure": self.failure.explain() if self.failure else "",
            "processes": {k.component.name: _describe(k) for k in self._all_keepers()},
        }

    def _write(self) -> None:
        with self._changing:
            identities = {
                keeper.component.name: identity(keeper.component.pid)
                for keeper in self._keepers.values()
            }
            state = self._describe() | {
                "environment": dict(self.plan.environment),
                "identities": {name: known for name, known in identities.items() if known}
                | {"supervisor": own_identity()},
            }
            self._record.write(state)


def _instances_of(service: str) -> set[str]:
    return {service, *(f"{service}-{n}" for n in range(2, _MOST_INSTANCES + 1))}


def _describe(keeper: Keeper) -> dict[str, Any]:
    component = keeper.component
    return {
        "state": keeper.state.value,
        "has_been_healthy": keeper.has_been_healthy,
        "pid": component.pid,
        "port": component.port,
        "restarts": keeper.restarts,
        "seconds_healthy": keeper.healthy_for() if keeper.state is State.HEALTHY else 0,
        "log": str(component.log),
    }


def supervise(plan: Plan) -> None:
    """Run a plan in this process until SIGTERM or a `down`; the folder has one supervisor only."""
    record = Record(plan.folder)
    if not record.claim():
        sys.exit("another supervisor runs for this folder")
    logging.basicConfig(level="INFO", format="%(asctime)s %(message)s")
    supervisor = Supervisor(plan, record)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: supervisor.stop())
    supervisor.run()

"""Keeps one program alive: whatever ends it, it is started again, ever more patiently."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from infra.local.component import Component, ComponentFailed

log = logging.getLogger(__name__)


class State(StrEnum):
    """How a kept program is."""

    STARTING = "starting"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"  # it runs, and serves nobody for now
    ENDED = "ended"  # it is down, and will be started again
    STOPPED = "stopped"


@dataclass(frozen=True)
class Pace:
    """How patiently a program is restarted and looked at; seconds."""

    first_delay: float = 0.5
    longest_delay: float = 10.0
    healthy_again_after: float = 30.0
    look_when_starting: float = 0.1
    look_when_unhealthy: float = 1.0
    look_when_healthy: float = 5.0


class Keeper:
    """One program and the thread that keeps it alive until `stop`."""

    def __init__(self, component: Component, pace: Pace, on_change: Callable[[], None]) -> None:
        self.component = component
        self.state = State.STARTING
        self.restarts = 0
        self.has_been_healthy = False
        self._healthy_since: float | None = None
        self.failure: ComponentFailed | None = None
        self._pace = pace
        self._on_change = on_change
        self._is_stopping = threading.Event()
        self._launching = threading.Lock()
        self._thread = threading.Thread(target=self._keep, name=component.name, daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def healthy_for(self) -> float:
        """Seconds since this start of it first served somebody; 0 when it has not."""
        return time.monotonic() - self._healthy_since if self._healthy_since else 0.0

    def stop(self) -> None:
        """End the program and the keeping of it."""
        self._is_stopping.set()
        with self._launching:
            self.component.stop()
        self._thread.join()
        self._become(State.STOPPED)

    def _keep(self) -> None:
        delay = self._pace.first_delay
        while not self._is_stopping.is_set():
            self._become(State.STARTING)
            if self._launch():
                self._watch()
            if self._is_stopping.is_set():
                return
            if self.healthy_for() >= self._pace.healthy_again_after:
                delay = self._pace.first_delay
            self._note_end(delay)
            self._is_stopping.wait(delay)
            delay = min(delay * 2, self._pace.longest_delay)

    def _launch(self) -> bool:
        with self._launching:
            if self._is_stopping.is_set():
                return False
            try:
                self.component.launch()
            except ComponentFailed as failure:
                self.failure = failure
                return False
            return True

    def _watch(self) -> None:
        """Return when the program has ended."""
        self._healthy_since = None
        while True:
            if self.component.is_healthy():
                self._healthy_since = self._healthy_since or time.monotonic()
                self.has_been_healthy = True
                self._become(State.HEALTHY)
                wait = self._pace.look_when_healthy
            elif self._healthy_since:
                self._become(State.UNHEALTHY)
                wait = self._pace.look_when_unhealthy
            else:
                wait = self._pace.look_when_starting
            if self.component.wait_exit(wait):
                return

    def _note_end(self, delay: float) -> None:
        component = self.component
        if component.exit_code is not None:
            reason = f"it ended (exit code {component.exit_code})"
            self.failure = ComponentFailed(component.name, reason, component.log, component.advice)
        self.restarts += 1
        log.warning("%s; again in %.1f s", self.failure, delay)
        self._become(State.ENDED)

    def _become(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self._on_change()

"""up, down, status, scale and exec, over a real supervisor with stand-in processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from infra.local.ports import free_port
from tests.infra_local.stand_ins import MODULE


@dataclass
class Demo:
    """A folder, a portal port, and the commands run in them."""

    folder: Path
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        own = {"ANYDOOR_VAR": str(self.folder), "STAND_IN_PORT": str(self.port)}
        return subprocess.run(
            [sys.executable, "-m", MODULE, *arguments],
            env=os.environ | own | self.extra,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        return state

    def pid_of(self, name: str) -> int:
        return int(self.state()["processes"][name]["pid"] or 0)

    def everyone(self) -> list[psutil.Process]:
        """All processes of this demo that live, found by what they were started with."""
        return [
            process
            for process in psutil.process_iter()
            if process.pid != os.getpid() and _has_variable(process, self.folder)
        ]


def _has_variable(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.environ().get("ANYDOOR_VAR") == str(folder)
    except psutil.Error:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    deep = tmp_path / ("a-folder-deeper-than-a-socket-path-may-be-long-" * 3)
    deep.mkdir()
    demo = Demo(deep)
    yield demo
    demo.run("down")
    assert demo.everyone() == []


def test_everything_starts_is_shown_and_ends(demo: Demo) -> None:
    started = demo.run("up")
    assert started.returncode == 0, started.stdout + started.stderr
    for name in ("meilisearch", "portal", "referrals", "relay-tips"):
        assert f"{name} " in started.stdout
        assert (demo.folder / "log" / f"{name}.log").exists()
    shown = demo.run("status")
    assert shown.returncode == 0
    assert shown.stdout.count("healthy") == 4

    ended = demo.run("down")
    assert ended.returncode == 0
    assert demo.everyone() == []
    assert not (demo.folder / "state.json").exists()
    assert demo.run("status").returncode == 3


def test_a_process_is_given_its_name_its_port_and_the_addresses(demo: Demo) -> None:
    demo.run("up")
    with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/health/ready") as answer:
        seen = json.load(answer)
    assert seen["INSTANCE"] == "portal"
    assert seen["PORTAL_PORT"] == str(demo.port)
    assert seen["MEILI_URL"].startswith("http://127.0.0.1:")


def test_a_command_can_be_run_with_the_demo_s_addresses(demo: Demo) -> None:
    assert demo.run("exec", "env").returncode == 3
    demo.run("up")
    assert "MEILI_URL=http://127.0.0.1:" in demo.run("exec", "env").stdout


def test_the_passwords_written_down_are_the_owner_s_only(demo: Demo) -> None:
    demo.run("up")
    assert (demo.folder / "state.json").stat().st_mode & 0o077 == 0
    assert (demo.folder / "meilisearch" / "master_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["referrals", "portal", "meilisearch"])
def test_whatever_is_killed_comes_back(demo: Demo, name: str) -> None:
    demo.run("up")
    killed = demo.pid_of(name)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: demo.pid_of(name) not in {0, killed})
    wait_until(lambda: demo.run("status").returncode == 0)
    assert demo.state()["processes"][name]["restarts"] == 1


def test_a_service_is_scaled_up_and_down(demo: Demo) -> None:
    demo.run("up")
    assert "referrals, referrals-2, referrals-3" in demo.run("scale", "referrals", "3").stdout
    wait_until(lambda: demo.run("status").stdout.count("healthy") == 6)
    ports = {process["port"] for process in demo.state()["processes"].values()}
    assert len(ports) == 6
    assert "no instance" in demo.run("scale", "referrals", "0").stdout
    wait_until(lambda: len(demo.everyone()) == 4)
    assert demo.run("status").stdout.count("healthy") == 3
    assert "no service 'relay-tips' to scale" in demo.run("scale", "relay-tips", "2").stdout
    assert "between 0 and 16" in demo.run("scale", "referrals", "99").stdout


@pytest.mark.parametrize("broken", ["relay-tips", "topology"])
def test_a_process_that_cannot_start_is_named_with_its_last_words(demo: Demo, broken: str) -> None:
    demo.extra["STAND_IN_BROKEN"] = broken
    started = demo.run("up")
    assert started.returncode == 1
    assert "Anydoor could not start." in started.stdout
    assert f"{broken}: it ended" in started.stdout
    assert f"{broken}: MEILI_URL must be an address" in started.stdout
    assert "What to do: " in started.stdout
    assert demo.everyone() == []


def test_a_portal_port_taken_by_a_stranger_is_said(demo: Demo) -> None:
    with socket.create_server(("127.0.0.1", demo.port)):
        started = demo.run("up")
    assert started.returncode == 1
    assert f"Port {demo.port}, the portal's, is in use by pid {os.getpid()}" in started.stdout
    assert "PORTAL_PORT=8001 make demo" in started.stdout


def test_starting_twice_changes_nothing(demo: Demo) -> None:
    demo.run("up")
    before = demo.state()["identities"]
    again = demo.run("up")
    assert again.returncode == 0
    assert "runs already" in again.stdout
    assert demo.state()["identities"] == before


def test_a_killed_supervisor_leaves_nobody_behind(demo: Demo) -> None:
    demo.run("up")
    os.kill(int(demo.state()["pid"]), signal.SIGKILL)
    wait_until(lambda: demo.everyone() == [])
    assert "does not run" in demo.run("status").stdout
    again = demo.run("up")
    assert again.returncode == 0
    assert "An earlier run was cut off" in again.stdout


def test_a_frozen_supervisor_is_ended_by_force(demo: Demo) -> None:
    demo.run("up")
    os.kill(int(demo.state()["pid"]), signal.SIGSTOP)
    ended = demo.run("down")
    assert ended.returncode == 0
    assert "by force" in ended.stdout
    wait_until(lambda: demo.everyone() == [])


def test_ending_what_does_not_run_is_harmless(demo: Demo) -> None:
    ended = demo.run("down")
    assert ended.returncode == 0
    assert "does not run" in ended.stdout


def test_an_unknown_command_shows_the_known_ones(demo: Demo) -> None:
    refused = demo.run("scale", "referrals", "many")
    assert refused.returncode == 2
    assert "scale SERVICE N" in refused.stderr

"""How patiently a program is restarted, and what a demo's settings may say."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from infra.local.component import Component
from infra.local.keeper import Keeper, Pace, State
from infra.local.plan import WrongDemoSettings, demo_plan, read_settings


class EndsAtOnce(Component):
    """A program that never serves anybody."""

    name = "ends-at-once"
    starts: list[float]

    def _command(self) -> list[str]:
        self.starts.append(time.monotonic())
        return ["/bin/false"]

    def _greet(self) -> None:
        raise ConnectionError


def test_a_program_that_keeps_ending_is_restarted_ever_more_patiently(tmp_path: Path) -> None:
    program = EndsAtOnce(tmp_path)
    program.starts = []
    keeper = Keeper(program, Pace(first_delay=0.1, longest_delay=0.4), lambda: None)
    keeper.start()
    while len(program.starts) < 6:
        time.sleep(0.02)
    keeper.stop()
    waits = [b - a for a, b in zip(program.starts, program.starts[1:], strict=False)]
    for wait, least in zip(waits, (0.1, 0.2, 0.4, 0.4, 0.4), strict=False):
        assert wait >= least
    assert max(waits) < 2
    assert keeper.state is State.STOPPED
    assert keeper.failure is not None
    assert "exit code 1" in str(keeper.failure)


def test_settings_are_read_from_lines(tmp_path: Path) -> None:
    file = tmp_path / "demo.env"
    assert read_settings(file) == {}
    file.write_text('# chosen by us\n\nCOORDINATOR_AGENCY=a1\nLOG_LEVEL="DEBUG"\n')
    assert read_settings(file) == {"COORDINATOR_AGENCY": "a1", "LOG_LEVEL": "DEBUG"}


def test_a_wrong_settings_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "demo.env"
    file.write_text("A=1\nnot a setting\n")
    with pytest.raises(WrongDemoSettings, match="line 2: write NAME=value"):
        read_settings(file)


def test_a_real_server_s_address_means_it_is_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANYDOOR_VAR", str(tmp_path))
    assert [c.name for c in demo_plan().components] == ["rabbitmq", "mongod", "meilisearch"]
    monkeypatch.setenv("AMQP_URI", "amqp://broker.example.org/anydoor")
    monkeypatch.setenv("MEILI_URL", "http://search.example.org")
    plan = demo_plan()
    assert [component.name for component in plan.components] == ["mongod"]
    assert plan.environment["AMQP_URI"] == "amqp://broker.example.org/anydoor"


def test_a_wrong_portal_port_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYDOOR_VAR", str(tmp_path))
    monkeypatch.setenv("PORTAL_PORT", "front")
    with pytest.raises(WrongDemoSettings, match="PORTAL_PORT"):
        demo_plan()

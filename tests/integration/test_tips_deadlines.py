"""Tips when the clock runs out, a process is killed, or a setting is missing."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from infra.local.component import ComponentFailed
from tests.support.processes import Processes, eventually
from tests.support.tip_hands import TRIAGE, arrived, call, move, submit


def test_a_tip_nobody_opens_moves_up_once_per_deadline(
    tmp_path_factory: pytest.TempPathFactory, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    folder = tmp_path_factory.mktemp("overdue")
    processes = Processes(
        folder,
        amqp_uri,
        mongo_uri,
        mongo_prefix,
        TRIAGE_AGENCY=TRIAGE,
        TIP_OPEN_WITHIN_S="2",
        SCHEDULER_EVERY_S="0.05",
    )
    try:
        with processes.together():
            for _ in range(3):
                processes.service("tips")
            processes.relay("portal")
        tips = [submit(processes)[0] for _ in range(10)]
        for tip in tips:
            late = eventually(
                partial(arrived, processes, tip), lambda it: it["role"] == "supervisor"
            )
            assert late["state"] == "received"
        commits = processes.db("tips")["commits"]
        for tip in tips:
            after = move(processes, "open", tip)
            assert after["deadline"] == ""
            spent = (_seconds(commits, tip)) / 2
            assert commits.count_documents({"stream": tip, "events.type": "tip.overdue"}) <= spent
    finally:
        processes.end()


def _seconds(commits: Any, tip: str) -> float:
    history = list(commits.find({"stream": tip}).sort("version", 1))
    seconds: float = (history[-1]["at"] - history[0]["at"]).total_seconds()
    return seconds


def test_tips_survive_a_killed_service(
    tmp_path_factory: pytest.TempPathFactory, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    processes = Processes(folder, amqp_uri, mongo_uri, mongo_prefix, TRIAGE_AGENCY=TRIAGE)
    try:
        service = processes.service("tips")
        processes.relay("portal")
        tips = set()
        for _ in range(3):
            tips |= {submit(processes)[0] for _ in range(30)}
            service.kill9()
            service.start()
        eventually(
            lambda: {line["tip"] for line in call(processes, "waiting", agency=TRIAGE)},
            lambda seen: seen == tips,
            60,
        )
        assert processes.db("tips")["commits"].count_documents({}) == len(tips)
    finally:
        processes.end()


def test_without_a_triage_agency_the_service_says_so_and_ends(
    tmp_path_factory: pytest.TempPathFactory, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    folder = tmp_path_factory.mktemp("unset")
    processes = Processes(folder, amqp_uri, mongo_uri, mongo_prefix)
    try:
        with pytest.raises(ComponentFailed) as failed:
            processes.service("tips")
        assert "TRIAGE_AGENCY must be the id" in failed.value.log_tail
        assert "exit code 78" in failed.value.reason
    finally:
        processes.end()

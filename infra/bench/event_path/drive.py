"""Starts one variant of the path, sends it load and counts what arrives, when and in order."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from infra.local.ports import free_port
from shared.ids import new_id

CLIENTS = 64
STREAMS = 500
HERE = "infra.bench.event_path"


@dataclass(frozen=True)
class Result:
    """What one run showed. Times in milliseconds from asking at the door to applied at the end."""

    variant: str
    accepted: int
    applied: int
    lost: int
    gaps: int
    per_second: float
    p50_ms: float
    p99_ms: float

    def line(self) -> str:
        return (
            f"{self.variant:<22} {self.per_second:8.0f}/s   p50 {self.p50_ms:7.1f} ms   "
            f"p99 {self.p99_ms:7.1f} ms   lost {self.lost}   gaps {self.gaps}"
        )


@dataclass(frozen=True)
class Rig:
    """Where a variant runs: components, environment and the ports of its door."""

    amqp_uri: str
    mongo_uri: str
    prefix: str
    folder: Path

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "AMQP_URI": self.amqp_uri,
            "MONGO_URI": self.mongo_uri,
            "MONGO_PREFIX": self.prefix,
            "SPOOL_DIR": str(self.folder / "spool"),
            "LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "ignore",
            **more,
        }


@contextmanager
def variant(rig: Rig, name: str) -> Iterator[int]:
    """Run the processes of one variant and give the door's port."""
    running: list[subprocess.Popen[bytes]] = []

    def start(*command: str, **environment: str) -> None:
        log = (rig.folder / f"{name}.log").open("ab")
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", *command],
                env=rig.environment(**environment),
                stdout=log,
                stderr=log,
            )
        )

    port = free_port()
    ports = [free_port() for _ in range(4)]
    try:
        for at, step in enumerate(("alpha", "beta")):
            start(f"{HERE}.{name}", step, HEALTH_PORT=str(ports[at]))
        if name == "ours":
            _wait(ports[:2])
            for at, source in enumerate(("portal", "alpha")):
                start(f"{HERE}.relay", source, HEALTH_PORT=str(ports[2 + at]))
            _wait(ports[2:])
        else:
            time.sleep(5)  # these two have no health page; the run itself counts what is lost
        door = ["uvicorn", f"{HERE}.door:app", "--port", str(port), "--no-access-log"]
        start(*door, "--log-level", "warning", DOOR="intake" if name == "ours" else "amqp")
        _wait_for_port(port)
        yield port
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(ports: list[int], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    for port in ports:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                    break
            except OSError:
                if time.monotonic() > until:
                    raise TimeoutError(f"nothing answers on port {port}") from None
                time.sleep(0.1)


def _wait_for_port(port: int) -> None:
    import socket

    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


async def send(port: int, count: int, rate: float | None, clients: int = CLIENTS) -> list[str]:
    """Post `count` requests, at `rate` a second or as fast as answered; return accepted ids."""
    accepted: list[str] = []
    left = iter(range(count))
    began = time.perf_counter()

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for at in left:
            if rate is not None:
                await asyncio.sleep(max(0.0, began + at / rate - time.perf_counter()))
            asked = new_id()
            body = json.dumps(
                {
                    "id": asked,
                    "stream": f"stream-{at % STREAMS}" if at % 2 else asked,
                    "needs": ["emergency_housing", "legal_assistance"],
                    "area": "XS-lakeshore",
                    "asked_at": time.time(),
                    "note": "x" * 200,
                }
            ).encode()
            head = f"POST /ask HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            if answer[9:12] == b"202":
                accepted.append(asked)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return accepted


def measure(
    rig: Rig, name: str, count: int, rate: float | None = None, quiet_s: float = 20.0
) -> Result:
    """Run one variant once and return what it showed."""
    database: Any = MongoClient(rig.mongo_uri)
    applied = database[f"{rig.prefix}_beta"]["applied"]
    with variant(rig, name) as port:
        asyncio.run(send(port, 200, None))
        _drained(applied, 200, quiet_s)
        began = time.time()
        accepted = asyncio.run(send(port, count, rate))
        _drained(applied, 200 + len(accepted), quiet_s)
    rows = list(applied.find({"asked_at": {"$gte": began}}))
    gaps = _gaps(database[f"{rig.prefix}_alpha"]["commits"], applied) if name == "ours" else 0
    took = max((row["applied_at"] for row in rows), default=began) - began
    latency = sorted(1_000 * (row["applied_at"] - row["asked_at"]) for row in rows)
    return Result(
        variant=name if rate is None else f"{name} at {rate:.0f}/s",
        accepted=len(accepted),
        applied=len(rows),
        lost=len(set(accepted)) - len(rows),
        gaps=gaps,
        per_second=len(rows) / max(took, 0.001),
        p50_ms=_at(latency, 0.5),
        p99_ms=_at(latency, 0.99),
    )


def _drained(applied: Any, wanted: int, quiet_s: float) -> None:
    """Wait until all has arrived, or nothing has for `quiet_s` seconds."""
    count, since = -1, time.monotonic()
    while count < wanted:
        found = applied.count_documents({})
        if found != count:
            count, since = found, time.monotonic()
        elif time.monotonic() - since > quiet_s:
            return
        time.sleep(0.05)


def _gaps(commits: Any, applied: Any) -> int:
    """Streams whose versions, as committed or as applied, are not 1, 2, 3 and so on."""
    wrong = 0
    for collection in (commits, applied):
        versions: dict[str, list[int]] = defaultdict(list)
        for row in collection.find({}, {"stream": 1, "version": 1}):
            versions[row["stream"]].append(row["version"])
        wrong += sum(sorted(v) != list(range(1, len(v) + 1)) for v in versions.values())
    return wrong


def _at(sorted_values: list[float], part: float) -> float:
    if not sorted_values:
        return float("nan")
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * part))]

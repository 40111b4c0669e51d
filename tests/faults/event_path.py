"""The measured path of infra/bench/event_path under faults: door, relay, alpha, relay, beta."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from infra.local.components import Mongod
from infra.local.ports import HOST, free_port
from infra.local.program import ProcessKind, Program
from shared.ids import new_id
from tests.support.programs import Programs, kill_outright, until

Document = dict[str, Any]
PATH = "infra.bench.event_path"
CLIENTS = 48
STREAMS = 300
DRAINS_WITHIN_S = 150.0


class Door(Program):
    """The door has no health page; that it refuses GET is answer enough."""

    def _greet(self) -> None:
        import http.client

        connection = http.client.HTTPConnection(HOST, self.port, timeout=2)
        try:
            connection.request("GET", "/ask")
            connection.getresponse().read()
        finally:
            connection.close()


@dataclass
class Progress:
    """What the senders achieved so far."""

    accepted: set[str] = field(default_factory=set)
    refusals: Counter[str] = field(default_factory=Counter)
    is_over: bool = False


class EventPath(Programs):
    """All five processes, kept alive; whatever is killed comes back."""

    def __init__(self, folder: Path, amqp_uri: str, mongod: Mongod) -> None:
        environment = {
            "AMQP_URI": amqp_uri,
            "MONGO_URI": mongod.uri,
            "MONGO_PREFIX": "faults",
            "SPOOL_DIR": str(folder / "spool"),
            "RETRY_DELAY_MS": "300",
            "RECONCILE_EVERY_S": "2",
            "RECONCILE_AFTER_S": "8",
            "LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "ignore",
        }
        super().__init__(folder, environment)
        self.progress = Progress()
        self._client: MongoClient[Document] = MongoClient(mongod.uri)
        self._ending.callback(self._client.close)
        self.by_name: dict[str, Program] = {}

    def start_all(self) -> None:
        """Start every process and wait until each serves."""
        for step in ("alpha", "beta"):
            self.by_name[step] = self.keep(self.prepared(f"{PATH}.ours", step))
        for source in ("portal", "alpha"):
            relay = self.prepared(f"{PATH}.relay", source)
            self.by_name[f"relay-{source}"] = self.keep(relay)
        port = free_port()
        command = ("-m", "uvicorn", f"{PATH}.door:app", "--port", str(port), "--no-access-log")
        kind = ProcessKind("door", (*command, "--log-level", "warning"))
        given = self.environment | {"DOOR": "intake"}
        self.by_name["door"] = self.keep(Door(kind, "door", self.folder, given, port))

    def kill(self, name: str) -> None:
        """SIGKILL to one of the processes; its keeper starts it again."""
        kill_outright(self.by_name[name])

    def send(self, count: int, rate: float) -> None:
        """Ask `count` times, about `rate` a second; each again with its id until accepted."""
        asyncio.run(self._send(count, rate))

    async def _send(self, count: int, rate: float) -> None:
        left = iter(range(count))
        began = time.monotonic()
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(CLIENTS):
                    group.create_task(self._client_run(left, began, rate))
        finally:
            self.progress.is_over = True

    async def _client_run(self, left: Iterator[int], began: float, rate: float) -> None:
        timeout = aiohttp.ClientTimeout(total=8)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            for at in left:
                await asyncio.sleep(max(0.0, began + at / rate - time.monotonic()))
                asked = new_id()
                body = {
                    "id": asked,
                    "stream": f"stream-{at % STREAMS}" if at % 2 else asked,
                    "needs": ["emergency_housing"],
                    "area": "XS-lakeshore",
                    "asked_at": time.time(),
                }
                while not await self._ask(session, body):
                    self.progress.refusals["asked again"] += 1
                self.progress.accepted.add(asked)

    async def _ask(self, session: aiohttp.ClientSession, body: Document) -> bool:
        url = f"http://{HOST}:{self.by_name['door'].port}/ask"
        try:
            async with session.post(url, json=body) as answer:
                if answer.status == 202:
                    return True
                self.progress.refusals[str(answer.status)] += 1
        except (aiohttp.ClientError, TimeoutError) as error:
            self.progress.refusals[type(error).__name__] += 1
            await asyncio.sleep(0.1)  # nobody listens: the door is being started again
        return False

    def rows(self, program: str, collection: str, **where: Any) -> list[Document]:
        return list(self._client[f"faults_{program}"][collection].find(where))

    def applied(self) -> int:
        """How many have come to the end of the path; 0 while the database does not answer."""
        try:
            return self._client["faults_beta"]["applied"].count_documents({})
        except PyMongoError:
            return 0

    def drained(self) -> None:
        """Wait until all that was accepted has been applied and published, or time is up."""
        wanted = len(self.progress.accepted)
        deadline = time.monotonic() + DRAINS_WITHIN_S
        while self.applied() < wanted and time.monotonic() < deadline:
            time.sleep(0.2)
        for program in ("portal", "alpha"):
            commits = self._client[f"faults_{program}"]["commits"]
            what = f"the relay of {program} has published all"
            until(partial(_is_all_published, commits), 60, what)


def _is_all_published(commits: Any) -> bool:
    return commits.find_one({"published": False}) is None


@contextmanager
def trouble(path: EventPath, plan: Plan) -> Iterator[None]:
    """Do each act once so many events are accepted."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            for point, act in plan:
                while len(path.progress.accepted) < point and not path.progress.is_over:
                    time.sleep(0.02)
                print(f"at {len(path.progress.accepted)}: {act.name}")
                act.do()
        except BaseException as error:  # noqa: BLE001 (raised in the test's own thread)
            failures.append(error)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    yield
    worker.join(120)
    assert not worker.is_alive(), "the trouble did not end"
    if failures:
        raise failures[0]


@dataclass(frozen=True)
class Act:
    """One thing that is done to the system."""

    name: str
    do: Callable[[], None]

    def times(self, count: int) -> list[Act]:
        return [self] * count


Plan = list[tuple[float, Act]]


def at_random(count: int, seed: int, acts: Sequence[Act], in_order: bool = False) -> Plan:
    """Each act at a random point of the way from the first of `count` events to the last."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    points = sorted(chance.uniform(0.03, 0.97) * count for _ in acts)
    shuffled = list(acts) if in_order else chance.sample(acts, len(acts))
    return list(zip(points, shuffled, strict=True))


def check_all_arrived_once(path: EventPath) -> None:
    """0 lost, 0 applied twice, 0 gaps, nothing parked: from the three databases alone."""
    asked = path.rows("portal", "commits")
    assert {row["_id"] for row in asked} >= path.progress.accepted, "accepted, and not kept"
    told = Counter(event["id"] for row in asked for event in row["events"])
    recorded = places(path.rows("alpha", "commits"))
    applied = places(path.rows("beta", "applied"))
    assert [row["error"] for row in path.rows("backbone", "parked")] == []
    lost_first, lost_second = told.keys() - recorded.keys(), recorded.keys() - applied.keys()
    assert (len(lost_first), len(lost_second)) == (0, 0), f"lost: {lost_first} {lost_second}"
    assert recorded.keys() <= told.keys(), "recorded, and never asked"
    assert applied == recorded, "applied in another place than recorded"
    assert gaps(recorded.values()) == []
    for row in path.rows("alpha", "states"):
        stream = [place for place in recorded.values() if place[0] == row["_id"]]
        assert row["state"]["count"] == row["version"] == len(stream), "an effect came twice"


def places(rows: list[Document]) -> dict[str, tuple[str, int]]:
    """Which cause led to which place in which stream."""
    return {row["_id"]: (row["stream"], row["version"]) for row in rows}


def gaps(places: Iterable[Sequence[Any]]) -> list[str]:
    """The streams whose versions are not 1, 2, 3 and so on."""
    versions: dict[str, list[int]] = defaultdict(list)
    for stream, version in places:
        versions[stream].append(version)
    return [one for one, all_ in versions.items() if sorted(all_) != list(range(1, len(all_) + 1))]

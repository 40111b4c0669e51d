"""A busy evening with everything dying: clients who ask, agencies who answer, a killer, a watch."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import psutil
from pymongo.errors import PyMongoError

from portal.tickets import Ticket
from services.registry.domain import written
from shared.clock import now
from shared.errors import AnydoorError, Unavailable
from shared.ids import derived_id
from tests.support.suite import Suite

Json = dict[str, Any]
NEEDS = ("emergency_housing", "legal_assistance", "translation", "food_clothing", "medical_care")
AREAS = ("XS-lakeshore", "XS-pine", "XS-harbor")
#: What an open stream may not lack.
OWNED = ("owner.agency", "owner.role", "next_action.due_at", "next_due_at")


class Worker(threading.Thread):
    """Does one thing again and again until told to stop; what goes wrong is kept."""

    def __init__(self, act: Callable[[], None], pause_s: float) -> None:
        super().__init__(daemon=True)
        self._act, self._pause_s = act, pause_s
        self._ending = threading.Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._ending.wait(self._pause_s):
                self._act()
        except BaseException as failure:  # noqa: BLE001 (raised again where it is waited for)
            self.failure = failure

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self.join()
        if self.failure is not None:
            raise self.failure


class Crowd:
    """Clients who ask for help, evenly over some time, each again until the portal has it."""

    def __init__(self, suite: Suite, count: int, seconds: float, luck: random.Random) -> None:
        self._suite, self._pace = suite, seconds / count
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self.tickets = [suite.new_ticket() for _ in range(count)]
        self.asked = {
            ticket.id: (luck.sample(NEEDS, luck.choice((1, 2, 2, 3))), luck.choice(AREAS))
            for ticket in self.tickets
        }
        self.accepted: set[str] = set()
        self.refused = 0
        self._next = 0

    @property
    def is_done(self) -> bool:
        """Whether everybody has asked and been heard."""
        return len(self.accepted) == len(self.tickets)

    def ask(self) -> None:
        """Let the next one ask as soon as it is her turn."""
        with self._lock:
            at, self._next = self._next, self._next + 1
        if at >= len(self.tickets):
            return
        time.sleep(max(0.0, self._began + at * self._pace - time.monotonic()))
        self._until_accepted(self.tickets[at])

    def _until_accepted(self, ticket: Ticket) -> None:
        needs, area = self.asked[ticket.id]
        while not self._suite.ask_for_help(ticket, *needs, area=area):
            self.refused += 1
            time.sleep(0.3)
        self.accepted.add(ticket.id)


class Agencies:
    """Every agency's staff: they accept most offers, decline some, leave some to expire."""

    def __init__(self, suite: Suite, luck: random.Random) -> None:
        self._suite, self._luck = suite, luck
        self._ignored: set[str] = set()
        self.answers: Counter[str] = Counter()

    def work(self) -> None:
        """Answer what is offered to anybody now."""
        with contextlib.suppress(Unavailable, PyMongoError):
            states = self._suite.db("referrals")["states"]
            for agency in states.distinct("state.offered_to", {"state.status": "open"}):
                for one in self._ask("offers", agency=agency):
                    self._answer(agency, one["stream"], one["offer"])

    def _answer(self, agency: str, stream: str, offer: str) -> None:
        if offer in self._ignored:
            return
        chance = self._luck.random()
        told = {"stream": stream, "offer": offer, "agency": agency}
        if chance < 0.05:
            self._ignored.add(offer)
        elif chance < 0.15:
            reason = "no_capacity" if chance < 0.07 else "other"
            self._act("decline", offer, **told, reason=reason)
        else:
            done = self._act("accept", offer, **told)
            if done and chance > 0.6 and done["state"] == "accepted":
                self._serve(agency, stream, done["referral"])

    def _serve(self, agency: str, stream: str, referral: str) -> None:
        for move in ("start", "complete"):
            self._act(move, referral, stream=stream, referral=referral, agency=agency)

    def _act(self, method: str, about: str, **told: str) -> Json | None:
        """Give a command, again with the same id until there is an answer."""
        for _ in range(3):
            try:
                command = derived_id(method, about)
                done: Json = self._ask(method, command_id=command, actor="staff", **told)
            except Unavailable:
                continue
            except AnydoorError as refused:
                self.answers[f"{method}: {refused}"] += 1
                return None
            self.answers[method] += 1
            return done
        return None

    def _ask(self, method: str, **told: str) -> Any:
        return self._suite.calls.call("referrals", method, deadline_s=3, **told)


class Killer:
    """Kills every process once in a random order, then random ones; never twice while down."""

    def __init__(self, suite: Suite, luck: random.Random) -> None:
        self._suite, self._luck = suite, luck
        self._names = [name for name in suite.processes() if name != "meilisearch"]
        self._waiting = luck.sample(self._names, len(self._names))
        self._began = time.monotonic()
        self._next_at = 0.0
        self.killed: list[str] = []

    @property
    def is_done(self) -> bool:
        """Whether every process was killed once."""
        return not self._waiting

    def act(self) -> None:
        """Kill the next one when its moment has come."""
        at = time.monotonic() - self._began
        if at < self._next_at:
            return
        name = self._waiting[0] if self._waiting else self._luck.choice(self._names)
        try:
            self._suite.kill(name)
        except (KeyError, psutil.NoSuchProcess, ProcessLookupError):
            return  # it is just coming back; a moment later then
        self._waiting = [one for one in self._waiting if one != name]
        self.killed.append(f"{at:.1f} s {name}")
        self._next_at = at + self._luck.uniform(3, 9)


class Evening:
    """Its end: who owns a stream closes it while it is offered, as offers would go on for hours."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._lock = threading.Lock()
        self._open: list[tuple[str, str]] = []
        self.closed = 0
        self.refused: Counter[str] = Counter()

    @property
    def is_over(self) -> bool:
        """Whether nobody is offered anything any more."""
        return not self._offered(1)

    def close(self) -> None:
        """Close one stream that somebody is offered; what moves meanwhile is tried again later."""
        with self._lock:
            self._open = self._open or self._offered(100)
            stream, owner = self._open.pop() if self._open else ("", "")
        if not stream:
            return
        try:
            self._suite.close_stream(stream, owner)
            self.closed += 1
        except AnydoorError as refused:
            self.refused[str(refused)] += 1

    def _offered(self, most: int) -> list[tuple[str, str]]:
        where = {"state.status": "open", "state.offered_to.0": {"$exists": True}}
        rows = self._suite.db("referrals")["states"].find(where, {"state.owner": 1}, limit=most)
        return [(row["_id"], row["state"]["owner"]["agency"]) for row in rows]


class Watch:
    """Looks again and again whether what must always hold does; keeps what does not."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self.looks: Counter[str] = Counter()
        self.wrong: list[str] = []

    def look(self) -> None:
        """Look once at everything that can be looked at now."""
        with contextlib.suppress(PyMongoError):
            self.wrong += orphans_in_store(self._suite) + promised_twice(self._suite)
            self.looks["store"] += 1
        with contextlib.suppress(Unavailable):
            found = self._suite.calls.call("referrals", "orphans", deadline_s=2)
            self.looks["service"] += 1
            if found["without_owner_or_deadline"]:
                self.wrong.append(f"referrals says {found}")


def orphans_in_store(suite: Suite) -> list[str]:
    """Open streams without an owner or a deadline, as they are stored."""
    missing = [{f"state.{field}": {"$in": [None, ""]}} for field in OWNED]
    where = {"state.status": "open", "$or": missing}
    rows = suite.db("referrals")["states"].find(where, {"_id": 1})
    return [f"stream without owner or deadline: {row['_id']}" for row in rows]


def promised_twice(suite: Suite) -> list[str]:
    """Services of which more units are promised now than there are."""
    at = written(now())
    rows = suite.db("registry")["states"].find({"_id": {"$regex": "^capacity:"}})
    return [f"promised twice: {row['_id']}" for row in rows if is_over(row["state"], at)]


def is_over(state: Json, at: str) -> bool:
    """Whether a capacity state promises more units than there are at a moment."""
    held = [until for until in state["reserved"].values() if until > at]
    promised, most = len(state["used"]) + len(held), int(state["maximum"])
    return state["unit"] != "none" and promised > most


@contextmanager
def working(*workers: Worker) -> Iterator[None]:
    """All of them at work for the length of the block."""
    with contextlib.ExitStack() as stack:
        for worker in workers:
            stack.enter_context(worker)
        yield

"""A whole running suite for tests: its processes by name, its doors, what is in its stores."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Self
from urllib.parse import urlencode

import msgspec
import psutil
import urllib3
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from infra.local.private import PrivateDemo
from infra.local.process import log_tail, signal_family
from infra.seed.accounts import SignIn
from infra.seed.sample import known_sign_ins
from portal import tickets
from portal.forms import FORM_TYPE
from portal.tickets import Ticket
from shared.crypto.keys import Keys
from shared.errors import Unavailable
from shared.events import all_types
from shared.ids import new_id
from shared.messaging import Calls
from shared.settings import Settings
from shared.storage.mongo import Db
from tests.support.programs import until

Json = dict[str, Any]
BACK_WITHIN_S = 30.0


class Suite:
    """A demo of one's own, and hands to speak with it, look into it and hurt it."""

    def __init__(self, demo: PrivateDemo) -> None:
        self.demo = demo
        self.settings: Settings = demo.settings()
        self.calls = Calls(self.settings)
        self.pepper = Keys(self.settings.keys_dir).pepper
        self.client: MongoClient[Json] = MongoClient(self.settings.mongo_uri, tz_aware=True)
        self.http = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(20), maxsize=8, block=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.calls.close()
        self.client.close()
        self.http.clear()

    @property
    def coordinator(self) -> str:
        """The id of the agency that coordinates."""
        return self.settings.coordinator_agency

    # its processes

    def processes(self) -> dict[str, Json]:
        """What the supervisor says of each process and component, by name."""
        found: dict[str, Json] = self.demo.state()["processes"]
        return found

    def program(self, name: str) -> psutil.Process:
        """The process of that name that runs now."""
        known = self.demo.state()["identities"][name]
        process = psutil.Process(known["pid"])
        assert abs(process.create_time() - known["born"]) < 1, f"{name} is another process by now"
        return process

    def kill(self, name: str) -> int:
        """SIGKILL a process and all it started; returns the id it had."""
        pid = self.program(name).pid
        signal_family(pid, signal.SIGKILL)
        return pid

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """A process stopped in its tracks (SIGSTOP) for the length of the block."""
        pid = self.program(name).pid
        signal_family(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            signal_family(pid, signal.SIGCONT)

    def wait_well(self, *, not_as: dict[str, int] | None = None, seconds: float = 60.0) -> None:
        """Return once everything serves; `not_as` are processes that must be others by then."""

        def trouble() -> list[str]:
            wrong = [
                f"{name} is {one['state']}"
                for name, one in self.processes().items()
                if one["state"] != "healthy" or one["pid"] == (not_as or {}).get(name)
            ]
            return wrong or self.not_ready()

        deadline = time.monotonic() + seconds
        while found := trouble():
            if time.monotonic() > deadline:
                raise AssertionError(f"not well within {seconds:g} s: {', '.join(found)}")
            time.sleep(0.1)

    def not_ready(self) -> list[str]:
        """What the portal says is down; empty when it is ready."""
        try:
            answer = self.http.request("GET", f"{self.demo.portal_url}/health/ready", timeout=5)
        except urllib3.exceptions.HTTPError as error:
            return [f"portal: {type(error).__name__}"]
        components = msgspec.json.decode(answer.data)["components"]
        down = [f"{name} is {state}" for name, state in components.items() if state != "up"]
        return down or ([] if answer.status == 200 else [f"ready answers {answer.status}"])

    def log_tails(self, lines: int = 8) -> str:
        """The last lines of every log, for whoever reads of a failure."""
        folder = self.demo.folder / "log"
        tails = ((path.name, log_tail(path, lines)) for path in sorted(folder.glob("*.log")))
        return "\n".join(f"--- {name}\n{tail}" for name, tail in tails)

    # its doors

    def new_ticket(self) -> Ticket:
        """What a form carries from its first page to its last."""
        return tickets.new_ticket()

    def post(self, path: str, fields: Sequence[tuple[str, str]]) -> urllib3.BaseHTTPResponse:
        """Send a form as a browser without scripts does; returns the answer, also a redirect."""
        return self.http.request(
            "POST",
            f"{self.demo.portal_url}{path}",
            body=urlencode(fields).encode(),
            headers={"sec-fetch-site": "same-origin", "content-type": FORM_TYPE},
            redirect=False,
        )

    def ask_for_help(self, ticket: Ticket, *needs: str, **answers: str) -> bool:
        """Send a whole request for help; whether the portal said "we have it".

        With the same ticket again it is the same request.
        """
        fields = [("go", "send"), ("ticket", tickets.write(ticket, self.pepper))]
        fields += [("needs", need) for need in needs] + list(answers.items())
        return self._is_accepted("/get-help", fields, ticket)

    def send_tip(self, ticket: Ticket, text: str) -> bool:
        """Send a tip; whether the portal said that it has it."""
        fields = [("ticket", tickets.write(ticket, self.pepper)), ("text", text)]
        return self._is_accepted("/tip", fields, ticket)

    def _is_accepted(self, path: str, fields: list[tuple[str, str]], ticket: Ticket) -> bool:
        try:
            answer = self.post(path, fields)
        except urllib3.exceptions.HTTPError:
            return False
        shown = answer.data.decode().replace("-", "")
        return answer.status == 200 and ticket.code in shown

    def sign_in(self, role: str, agency: str = "") -> str:
        """Sign somebody with this role in and return the cookie, as a Cookie header has it."""
        who = self.somebody(role, agency)
        fields = [("name", who.name), ("password", who.password)]
        answer = self.post("/workspace/sign-in", fields)
        assert answer.status == 303, f"{who.name} could not sign in: {answer.status}"
        return str(answer.headers["set-cookie"]).split(";", 1)[0]

    def somebody(self, role: str, agency: str = "") -> SignIn:
        """Somebody of the sample staff who has this role, at one agency or any."""
        for one in known_sign_ins(self.settings):
            if role in one.roles and agency in ("", one.agency):
                return one
        raise LookupError(f"nobody is {role}")

    # its stores

    def db(self, program: str) -> Db:
        """The database of a program."""
        return self.client[f"{self.settings.mongo_prefix}_{program}"]

    def orphans(self) -> int:
        """How many open streams nobody has to look after."""
        return int(self.calls.call("referrals", "orphans")["without_owner_or_deadline"])

    def stated(self, program: str, stream: str) -> list[str]:
        """The types of the events a program stated of a stream, in order."""
        commits = self.db(program)["commits"].find({"stream": stream}).sort("version", 1)
        return [event["type"] for commit in commits for event in commit["events"]]

    def wait_arrived(self, program: str, ids: Sequence[str], seconds: float = 60.0) -> None:
        """Return once a program has something of each of these streams."""
        wanted = set(ids)

        def missing() -> set[str]:
            found = self.db(program)["commits"].distinct("stream", {"stream": {"$in": list(ids)}})
            return wanted - set(found)

        until(lambda: not missing(), seconds, f"{program} has heard of all {len(wanted)}")

    def wait_quiet(self, seconds: float = 60.0) -> None:
        """Return once all that was stated is published."""
        sources = sorted({kind.source for kind in all_types()})

        def is_quiet() -> bool:
            waiting = {"published": False}
            return all(self.db(one)["commits"].find_one(waiting) is None for one in sources)

        until(is_quiet, seconds, "all is published")

    def close_stream(self, stream: str, by: str = "") -> None:
        """An agency that leads a stream, the coordinator unless one is named, ends its needs and
        closes it, so that no unit stays held."""
        lead = partial(self._lead, stream=stream, agency=by or self.coordinator)
        view = lead("stream")
        for need, one in view["needs"].items():
            if one["state"] in ("open", "unmet") and one["type"] != "case_management":
                lead("end_need", need=need, command_id=new_id(), actor="test")
        if view["status"] == "open":
            lead("close", reason="client_ended", command_id=new_id(), actor="test")

    def _lead(self, method: str, **arguments: str) -> Any:
        return self.calls.call("referrals", method, deadline_s=30, **arguments)

    def is_answering(self) -> bool:
        """Whether the referrals answer now."""
        with contextlib.suppress(Unavailable, PyMongoError):
            self.calls.call("referrals", "orphans", deadline_s=2)
            return True
        return False

"""What the portal and a triage worker do with tips, for tests."""

from __future__ import annotations

from typing import Any

from shared.crypto import codes
from shared.crypto.keys import Keys
from shared.crypto.sealing import new_identity, seal
from shared.errors import NotFound
from shared.events import Event
from shared.events.doors import TipSubmitted
from shared.ids import new_id
from tests.support.processes import Processes, eventually

TRIAGE = "agency-triage"
WORDS = b"the grey house behind the mill"
Json = dict[str, Any]


def call(running: Processes, method: str, **arguments: Any) -> Any:
    return running.calls.call("tips", method, **arguments)


def accept(running: Processes, event: Event) -> None:
    """What the portal does when it accepts: one commit, which its relay publishes."""
    running.state("portal", new_id(), [event])


def a_claim(running: Processes, kind: str, private: Json | None = None) -> str:
    claim = new_id()
    running.claims.put(claim, kind, private or {}, seal(WORDS, [new_identity()[1]]))
    return claim


def submit(running: Processes, tip: str | None = None, **wishes: Any) -> tuple[str, str]:
    """Send a tip as the portal does; return its id and its receipt."""
    tip, code, salt = tip or new_id(), codes.new_code(), codes.new_salt()
    pepper = Keys(running.settings.keys_dir).pepper
    private = {
        "locator": codes.locator(code, pepper),
        "salt": salt,
        "verifier": codes.verifier(code, salt, pepper),
    }
    accept(running, TipSubmitted(tip=tip, claim=a_claim(running, "tip", private), **wishes))
    return tip, code


def arrived(running: Processes, tip: str) -> Json:
    def look() -> Json | None:
        try:
            found: Json = call(running, "tip", tip=tip, agency=TRIAGE)
        except NotFound:
            return None
        return found

    seen = eventually(look)
    assert seen is not None
    return seen


def move(running: Processes, name: str, tip: str, **arguments: Any) -> Json:
    command = {"command_id": new_id(), "agency": TRIAGE, "actor": "worker-1"} | arguments
    after: Json = call(running, name, tip=tip, **command)
    return after

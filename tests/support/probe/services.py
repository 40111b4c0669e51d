"""The probe's services; probe/run.py runs them."""

from __future__ import annotations

import os
import time
from typing import Any

from shared.clock import now
from shared.errors import Conflict, Invalid, Unavailable
from shared.messaging import Backbone, Received, command, every, handles, handles_many
from shared.storage import Change
from tests.support.probe.events import Said, Shouted, Whispered

Json = dict[str, Any]
KINDS = {"said": Said, "shouted": Shouted, "whispered": Whispered}
SLOW_S = 0.3


class Sender:
    """Says things: a counter a stream, one event a command."""

    name = "sender"
    backbone = Backbone()

    @command
    def say(
        self, command_id: str, stream: str, mood: str = "fine", kind: str = "said", times: int = 1
    ) -> Json:
        more = {} if kind == "whispered" else {"mood": mood}

        def decide(state: Json | None) -> Change:
            said = (state or {}).get("said", 0)
            events = [KINDS[kind](stream=stream, **more) for _ in range(times)]
            return Change({"said": said + times}, events)

        return self.backbone.streams.change(stream, decide, cause=command_id)

    @command
    def refuse(self, command_id: str) -> None:
        raise Conflict("unit", "is taken", "ask the next")

    @command
    def crash(self, command_id: str) -> None:
        raise ValueError("canary in an exception")

    @command
    def wait(self, seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    @command
    def ask(self, target: str, within_s: float, after_s: float = 0.0) -> Json:
        """Call another service from inside this one and say how that went."""
        if after_s:
            self.backbone.db["asking"].insert_one({})
            time.sleep(after_s)
        began = time.monotonic()
        try:
            self.backbone.calls.call(target, "wait", deadline_s=within_s, seconds=0.0)
            answered = True
        except Unavailable:
            answered = False
        return {"answered": answered, "seconds": time.monotonic() - began}


def _try(mood: str, tries: int, told: bool = False) -> None:
    if mood == "slow":
        time.sleep(SLOW_S)
    elif mood == "invalid" or (mood == "invalid_until_told" and not told):
        raise Invalid("mood", "is not to be taken", "say it differently")
    elif mood == "fatal":
        os._exit(9)
    elif mood == "failing" or (mood == "failing_twice" and tries <= 2):
        raise ValueError("canary in an exception")


class Listener:
    """Hears one event a call: one effect each, and a note of every attempt."""

    name = "listener"
    backbone = Backbone()

    @handles(Said)
    def on_said(self, happened: Received[Said]) -> None:
        db = self.backbone.db
        note = {"event": happened.id, "stream": happened.stream, "version": happened.version}
        db["attempts"].insert_one(note | {"at": time.time()})
        said = happened.data
        if said.mood != "fine":
            tries = db["attempts"].count_documents({"event": happened.id})
            _try(said.mood, tries, db["told"].find_one({}) is not None)

        def decide(state: Json | None) -> Change:
            heard = [*(state or {}).get("heard", []), happened.version]
            return Change({"heard": heard}, [Whispered(stream=said.stream)])

        self.backbone.streams.change(f"of-{said.stream}", decide, cause=happened.id)

    @command
    def wait(self, seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    @every("scheduler_every_s")
    def beat(self) -> None:
        self.backbone.db["beats"].insert_one({"at": now()})


class Crowd:
    """Hears lists of two kinds of events; keeps each once by its id."""

    name = "crowd"
    backbone = Backbone()

    @handles_many(Said, Shouted, limit=50)
    def on_any(self, happened: list[Received[Any]]) -> None:
        self.backbone.db["lists"].insert_one({"events": [one.id for one in happened]})
        for one in happened:
            if one.data.mood in ("failing", "invalid"):
                _try(one.data.mood, 1)
            kept = {"stream": one.stream, "version": one.version, "type": one.type}
            self.backbone.db["heard"].update_one(
                {"_id": one.id}, {"$setOnInsert": kept}, upsert=True
            )


SERVICES = {"sender": Sender, "listener": Listener, "crowd": Crowd}

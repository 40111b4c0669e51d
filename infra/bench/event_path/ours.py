"""The two services on the backbone: `python -m infra.bench.event_path.ours alpha|beta`."""

import os

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
import eventlet

eventlet.monkey_patch()

import sys
import time
from typing import Any

from pymongo.errors import BulkWriteError

from infra.bench.event_path.events import Asked, Recorded
from shared.messaging import Backbone, Received, handles, handles_many
from shared.messaging.runner import run
from shared.settings import load
from shared.storage import Change


class Alpha:
    """Load, decide, save: one event a call."""

    name = "alpha"
    backbone = Backbone()

    @handles(Asked)
    def on_asked(self, happened: Received[Asked]) -> None:
        asked = happened.data

        def decide(state: dict[str, Any] | None) -> Change:
            count = (state or {}).get("count", 0) + 1
            recorded = Recorded(stream=asked.stream, cause=happened.id, asked_at=asked.asked_at)
            return Change({"count": count, "needs": asked.needs, "area": asked.area}, [recorded])

        self.backbone.streams.change(asked.stream, decide, cause=happened.id)


class Beta:
    """A projection: lists of events, each applied once and counted when it comes again."""

    name = "beta"
    backbone = Backbone()

    @handles_many(Recorded)
    def on_recorded(self, happened: list[Received[Recorded]]) -> None:
        rows = [
            {
                "_id": one.data.cause,
                "stream": one.stream,
                "version": one.version,
                "asked_at": one.data.asked_at,
                "applied_at": time.time(),
            }
            for one in {one.data.cause: one for one in happened}.values()
        ]
        try:
            self.backbone.db["applied"].insert_many(rows, ordered=False)
        except BulkWriteError as error:
            failed: Any = error.details
            if any(row["code"] != 11_000 for row in failed["writeErrors"]):
                raise


if __name__ == "__main__":
    run([{"alpha": Alpha, "beta": Beta}[sys.argv[1]]], load())

"""The two services in plain nameko 2.14: `python -m infra.bench.event_path.plain alpha|beta`."""

import os

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
import eventlet

eventlet.monkey_patch()

import sys
import time
from typing import Any

from nameko.events import EventDispatcher, event_handler
from nameko.extensions import DependencyProvider
from nameko.runners import ServiceRunner
from pymongo.errors import DuplicateKeyError

from shared.settings import load
from shared.storage import connect


class Database(DependencyProvider):
    """One MongoDB database, majority and journal as the suite has it."""

    def setup(self) -> None:
        self.db = connect(load(), self.container.service_name)

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.db


class Alpha:
    """Insert, then dispatch: what nameko's documentation shows."""

    name = "alpha"
    db = Database()
    dispatch = EventDispatcher()

    @event_handler("portal", "bench.asked")
    def on_asked(self, asked: dict[str, Any]) -> None:
        try:
            self.db["events"].insert_one({"_id": asked["id"], **asked})
        except DuplicateKeyError:
            return
        self.dispatch("bench.recorded", {"cause": asked["id"], **asked})


class Beta:
    """Insert."""

    name = "beta"
    db = Database()

    @event_handler("alpha", "bench.recorded")
    def on_recorded(self, recorded: dict[str, Any]) -> None:
        row = {
            "_id": recorded["cause"],
            "stream": recorded["stream"],
            "asked_at": recorded["asked_at"],
            "applied_at": time.time(),
        }
        try:
            self.db["applied"].insert_one(row)
        except DuplicateKeyError:
            return


if __name__ == "__main__":
    runner = ServiceRunner({"AMQP_URI": load().amqp_uri, "max_workers": 10})
    runner.add_service({"alpha": Alpha, "beta": Beta}[sys.argv[1]])
    runner.start()
    print("ready", flush=True)
    runner.wait()

"""The probe's programs on real components, and what a test wants to know of them."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import amqp
from pymongo import MongoClient
from pymongo.database import Database

from infra.local.program import Program
from shared.ids import new_id
from shared.messaging.calls import Calls
from shared.messaging.mailroom import Mailroom
from shared.messaging.topology import close_socket, open_connection, waiting_in
from shared.settings import Settings, load
from tests.support.programs import Programs, until

Document = dict[str, Any]
QUICK = {
    "RETRY_DELAY_MS": "100",
    "TRIES_BEFORE_PARKING": "4",
    "RECONCILE_EVERY_S": "0.5",
    "RECONCILE_AFTER_S": "2",
    "SCHEDULER_EVERY_S": "0.2",
    "CALL_DEADLINE_S": "30",
    "PYTHONWARNINGS": "ignore",
}


class Probe(Programs):
    """Sender, listener and crowd with their relay, databases and queues."""

    def __init__(
        self, folder: Path, amqp_uri: str, mongo_uri: str, prefix: str, **environment: str
    ) -> None:
        addresses = {"AMQP_URI": amqp_uri, "MONGO_URI": mongo_uri, "MONGO_PREFIX": prefix}
        super().__init__(folder, QUICK | addresses | environment)
        self.settings: Settings = load(self.environment)
        self.mailroom = Mailroom(self.settings)
        self.client: MongoClient[Document] = MongoClient(mongo_uri, tz_aware=True)
        self.calls = Calls(self.settings)
        self._ending.callback(self.client.close)
        self._ending.callback(self.mailroom.db.client.close)
        self._ending.callback(self.calls.close)

    def services(self, *names: str, **environment: str) -> Program:
        """Run these services in one process."""
        self.process = self.start("tests.support.probe.run", *names, **environment)
        return self.process

    def health(self) -> Document:
        """What the services' process started last says of itself; {} when it does not answer."""
        try:
            with urllib.request.urlopen(self.process.uri, timeout=5) as answer:
                found: Document = json.load(answer)
        except urllib.error.HTTPError as refused:
            found = json.load(refused)
        except OSError:
            return {}
        return found

    def log_text(self) -> str:
        """All that the programs logged so far."""
        return "".join(path.read_text() for path in self.folder.glob("log/*.log"))

    def relay(self, **environment: str) -> Program:
        """Run the sender's relay."""
        return self.start("tests.support.probe.relay", "sender", **environment)

    def db(self, program: str) -> Database[Document]:
        """A program's database."""
        return self.client[f"{self.settings.mongo_prefix}_{program}"]

    def say(self, stream: str, mood: str = "fine", command_id: str = "", **more: Any) -> Document:
        """Have the sender say something; returns its state."""
        answer: Document = self.calls.call(
            "sender", "say", command_id=command_id or new_id(), stream=stream, mood=mood, **more
        )
        return answer

    def said(self) -> list[str]:
        """The ids of all events the sender committed, in order."""
        rows = self.db("sender")["commits"].find().sort("order", 1)
        return [one["id"] for row in rows for one in row["events"]]

    def heard(self, stream: str) -> list[int]:
        """The versions of a stream's events that took effect at the listener, in that order."""
        row = self.db("listener")["states"].find_one({"_id": f"of-{stream}"})
        return [] if row is None else list(row["state"]["heard"])

    def attempts(self, stream: str) -> list[float]:
        """When the listener was called for a stream's events."""
        rows = self.db("listener")["attempts"].find({"stream": stream}).sort("at", 1)
        return [row["at"] for row in rows]

    def parked(self, queue: str) -> list[Document]:
        """What is parked of a queue."""
        return list(self.mailroom.parked.find({"queue": queue}))

    def parked_of(self, queue: str, stream: str) -> list[Document]:
        """What is parked of a queue and is about this stream."""
        return [row for row in self.parked(queue) if f'"{stream}"'.encode() in row["body"]]

    def waiting_in(self, queue: str) -> int:
        """How many messages are ready in a queue."""
        return waiting_in(self.settings.amqp_uri, [queue])[queue] or 0

    def purge(self, queue: str) -> int:
        """Lose what waits in a queue; returns how much that was."""
        connection = open_connection(self.settings.amqp_uri)
        try:
            return int(connection.channel().queue_purge(queue))
        finally:
            close_socket(connection)

    def send_raw(self, queue: str, body: bytes, **properties: Any) -> None:
        """Put a message into a queue as some other program might."""
        connection = open_connection(self.settings.amqp_uri)
        try:
            channel = connection.channel()
            channel.confirm_select()
            channel.basic_publish_confirm(
                amqp.Message(body, **{"delivery_mode": 2, **properties}), "", queue
            )
        finally:
            close_socket(connection)

    def holes(self, queue: str) -> list[int]:
        """The numbers of events the sender published that a queue's reader has not handled."""
        kind = queue.split(".", 1)[1]
        return self.mailroom.missing(queue, self.mailroom.last("sender", kind))

    def all_published(self, seconds: float = 60.0) -> None:
        """Wait until the relay has nothing left to do."""
        commits = self.db("sender")["commits"]
        until(lambda: commits.find_one({"published": False}) is None, seconds, "all is published")


def let_broker_save() -> None:
    """Wait until RabbitMQ 3.10 has the queues just declared in its registry on disk.

    It writes that twice a second; killed before, it comes back with queues that have no leader.
    """
    time.sleep(1.5)


def vhost_of(uri: str) -> str:
    """The virtual host in an AMQP address."""
    return urlsplit(uri).path.lstrip("/")

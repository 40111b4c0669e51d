"""The relay of one program: publishes its commits, in order, at least once.

`published: false` is the truth; a change stream only wakes an idle relay, which also looks by
itself every second. Losing the mark costs a duplicate. Run it with
`python -m shared.messaging.relay NAME`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

from pymongo.errors import PyMongoError

from shared.clock import now
from shared.ids import new_id
from shared.messaging.envelope import Envelope, encode, envelope
from shared.messaging.mailroom import Mailroom
from shared.messaging.publisher import Outgoing, Publisher, Refused
from shared.messaging.topology import exchange_name
from shared.settings import Settings
from shared.storage.commits import INDEXES
from shared.storage.lease import Lease
from shared.storage.mongo import CHEAP, Document, connect

log = logging.getLogger(__name__)
AT_ONCE = 400
LOOK_EVERY_S = 1.0
BUSY_S = 1.0
#: Events of one type that share a message; a failing one makes its companions come again.
BUNDLE = 50
LOOK_AGAIN_S = 0.005
LEASE_S = 15.0


class Relay:
    """Moves one program's commits to the broker."""

    def __init__(self, settings: Settings, source: str) -> None:
        self.source = source
        db = connect(settings, source)
        self.commits = db["commits"]
        self._marks = db.get_collection("commits", write_concern=CHEAP)
        self.mailroom = Mailroom(settings)
        self.publisher = Publisher(settings.amqp_uri)
        self.lease = Lease(db, "relay", settings.instance or new_id(), LEASE_S, now)
        self.stopping = False
        self.broker_ok = False
        self._leased_until = 0.0

    def prepare(self) -> None:
        """Make the indexes; waits for MongoDB."""
        self.commits.create_indexes(INDEXES)
        self.mailroom.prepare()

    def run(self) -> None:
        """Work until told to stop; trouble with either side is waited out and never loses a row."""
        pause = 0.1
        while not self.stopping:
            try:
                if not self._in_charge():
                    time.sleep(LOOK_EVERY_S)
                    continue
                self._serve()
                pause = 0.1
            except (*Refused, PyMongoError) as error:
                self.broker_ok = self.broker_ok and isinstance(error, PyMongoError)
                self.mailroom.forget_numbers()
                log.warning("relay waits", extra={"error": type(error).__name__})
                time.sleep(pause)
                pause = min(5.0, pause * 2)
        self.lease.drop()
        self.publisher.close()

    def stop(self) -> None:
        """End after the batch at hand."""
        self.stopping = True

    def _in_charge(self) -> bool:
        """Renew the lease at a third of its time; two relays at once only cost duplicates."""
        if time.monotonic() < self._leased_until:
            return True
        held = self.lease.hold()
        self._leased_until = time.monotonic() + LEASE_S / 3 if held else 0.0
        return held

    def _serve(self) -> None:
        """Look again and again while there is work; let a change stream wake us when there is none.

        An open change stream costs both sides 50 microseconds a commit, so it is closed meanwhile.
        """
        busy_until = time.monotonic() + BUSY_S
        while time.monotonic() < busy_until and not self.stopping:
            if self.publish_once():
                busy_until = time.monotonic() + BUSY_S
                if not self._in_charge():
                    return
            else:
                time.sleep(LOOK_AGAIN_S)
        self.answer_asked()
        self.publisher.keep_alive()
        self._wait()

    def _wait(self) -> None:
        only_inserts: list[Document] = [
            {"$match": {"operationType": "insert"}},
            {"$project": {"_id": 1}},
        ]
        with self.commits.watch(only_inserts, max_await_time_ms=250) as changes:
            if self.commits.find_one({"published": False}, {"_id": 1}) is not None:
                return
            until = time.monotonic() + LOOK_EVERY_S
            while time.monotonic() < until and not self.stopping:
                if changes.try_next() is not None:
                    return

    def publish_once(self) -> int:
        """Publish what is waiting, up to a batch; return how many commits were waiting."""
        waiting = list(self.commits.find({"published": False}).sort("order", 1).limit(AT_ONCE))
        if not waiting:
            return 0
        numbers = self.mailroom.number(self.source, waiting)
        carried_by = {}
        messages = []
        for message, events in self._bundles(waiting, numbers):
            messages.append(message)
            carried_by.update(dict.fromkeys(events, message.id))
        taken = self.publisher.publish(messages)
        self.broker_ok = True
        done = [
            commit["_id"]
            for commit in waiting
            if all(carried_by[one["id"]] in taken for one in commit["events"])
        ]
        if done:
            self._marks.update_many({"_id": {"$in": done}}, {"$set": {"published": True}})
        if len(done) < len(waiting):
            log.error("events found no queue or were refused", extra={"count": len(waiting)})
            time.sleep(0.5)
        return len(waiting)

    def _bundles(
        self, commits: list[Document], numbers: dict[str, int]
    ) -> Iterator[tuple[Outgoing, list[str]]]:
        """Give the messages for these commits, each with the ids of the events it carries."""
        by_type: dict[str, list[Envelope]] = {}
        for commit in commits:
            for at, one in enumerate(commit["events"]):
                wire = envelope(self.source, commit, at, numbers[one["id"]])
                by_type.setdefault(one["type"], []).append(wire)
        for kind, envelopes in by_type.items():
            for start in range(0, len(envelopes), BUNDLE):
                part = envelopes[start : start + BUNDLE]
                body = encode(part if len(part) > 1 else part[0])
                message = Outgoing(part[0].id, exchange_name(self.source), kind, body)
                yield message, [one.id for one in part]

    def answer_asked(self) -> None:
        """Put what readers miss in line again under new numbers; the old numbers are void."""
        asked = list(self.mailroom.asked.find({"source": self.source, "state": "asked"}).limit(500))
        for ask in asked:
            cause = self.mailroom.commit_of(self.source, ask["type"], ask["number"])
            if cause is not None:
                self.commits.update_one({"_id": cause}, {"$set": {"published": False}})
            self.mailroom.asked.update_one({"_id": ask["_id"]}, {"$set": {"state": "void"}})

    def health(self) -> dict[str, Any]:
        """Return how far behind the relay is; `ok` is false when rows wait and none leave."""
        oldest = self.commits.find_one({"published": False}, {"at": 1}, sort=[("order", 1)])
        lag = (now() - oldest["at"]).total_seconds() if oldest else 0.0
        return {"ok": lag < 60, "lag_s": round(lag, 3), "broker": self.broker_ok}


def main(source: str) -> None:
    """Run the relay of one program until SIGTERM."""
    import signal

    from shared.logging import set_up
    from shared.messaging.health import serve_health
    from shared.settings import load

    settings = load()
    set_up(f"relay-{source}", settings.log_level)
    relay = Relay(settings, source)
    signal.signal(signal.SIGTERM, lambda *_: relay.stop())
    signal.signal(signal.SIGINT, lambda *_: relay.stop())
    serve_health(settings, f"relay-{source}", relay.health)
    while not relay.stopping:
        try:
            relay.prepare()
            break
        except PyMongoError as error:
            log.warning("waiting for MongoDB", extra={"error": type(error).__name__})
            time.sleep(1.0)
    relay.run()


if __name__ == "__main__":
    import sys

    names = ("registry", "library", "tips", "referrals", "portal")
    if len(sys.argv) != 2 or sys.argv[1] not in names:
        raise SystemExit(f"usage: python -m shared.messaging.relay {'|'.join(names)}")
    main(sys.argv[1])

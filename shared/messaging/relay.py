"""The relay of one program: publishes its commits, in order, at least once.

`published: false` is the truth; a change stream only wakes the relay, and it looks by itself every
second. Losing the mark costs a duplicate. Run it with `python -m shared.messaging.relay NAME`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from shared.clock import now
from shared.ids import new_id
from shared.messaging.envelope import encode
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
        self.wake = threading.Event()
        self.stopping = False
        self.broker_ok = False
        self._leased_until = 0.0

    def prepare(self) -> None:
        """Make the indexes; waits for MongoDB."""
        self.commits.create_indexes(INDEXES)
        self.mailroom.prepare()

    def run(self) -> None:
        """Work until told to stop; trouble with either side is waited out and never loses a row."""
        threading.Thread(target=self._watch, daemon=True).start()
        pause = 0.1
        while not self.stopping:
            try:
                if not self._in_charge():
                    self.wake.wait(LOOK_EVERY_S)
                    continue
                self._serve()
                pause = 0.1
            except (*Refused, PyMongoError) as error:
                self.broker_ok = self.broker_ok and isinstance(error, PyMongoError)
                log.warning("relay waits", extra={"error": type(error).__name__})
                time.sleep(pause)
                pause = min(5.0, pause * 2)
        self.lease.drop()
        self.publisher.close()

    def stop(self) -> None:
        """End after the batch at hand."""
        self.stopping = True
        self.wake.set()

    def _in_charge(self) -> bool:
        """Renew the lease at a third of its time; two relays at once only cost duplicates."""
        if time.monotonic() < self._leased_until:
            return True
        held = self.lease.hold()
        self._leased_until = time.monotonic() + LEASE_S / 3 if held else 0.0
        return held

    def _serve(self) -> None:
        self.wake.clear()
        if self.publish_once():
            return
        self.answer_asked()
        self.publisher.keep_alive()
        self.wake.wait(LOOK_EVERY_S)

    def _watch(self) -> None:
        only_inserts: list[Document] = [
            {"$match": {"operationType": "insert"}},
            {"$project": {"_id": 1}},
        ]
        while not self.stopping:
            try:
                with self.commits.watch(only_inserts, max_await_time_ms=5_000) as changes:
                    for _ in changes:
                        self.wake.set()
            except PyMongoError:
                time.sleep(1.0)

    def publish_once(self) -> int:
        """Publish what is waiting, up to a batch; return how many commits were waiting."""
        waiting = list(self.commits.find({"published": False}).sort("order", 1).limit(AT_ONCE))
        if not waiting:
            return 0
        numbers = self._number(waiting)
        messages = [
            Outgoing(
                id=happened["id"],
                exchange=exchange_name(self.source),
                routing_key=happened["type"],
                body=encode(self.source, commit, at, numbers[happened["id"]]),
            )
            for commit in waiting
            for at, happened in enumerate(commit["events"])
        ]
        taken = self.publisher.publish(messages)
        self.broker_ok = True
        done = [c for c in waiting if all(one["id"] in taken for one in c["events"])]
        self._mark(done, numbers)
        if len(done) < len(waiting):
            log.error("events found no queue or were refused", extra={"count": len(waiting)})
            time.sleep(0.5)
        return len(waiting)

    def _number(self, waiting: list[Document]) -> dict[str, int]:
        """Give each event its place among all of its type; one published before keeps its own."""
        new = [one for c in waiting for one in c["events"] if "sequence" not in one]
        numbers = {
            one["id"]: one["sequence"] for c in waiting for one in c["events"] if "sequence" in one
        }
        first = self.mailroom.reserve(self.source, Counter(o["type"] for o in new)) if new else {}
        for one in new:
            numbers[one["id"]] = first[one["type"]]
            first[one["type"]] += 1
        return numbers

    def _mark(self, done: list[Document], numbers: dict[str, int]) -> None:
        if not done:
            return
        last: dict[str, int] = {}
        writes = []
        for commit in done:
            marks: dict[str, Any] = {"published": True}
            for at, one in enumerate(commit["events"]):
                marks[f"events.{at}.sequence"] = numbers[one["id"]]
                last[one["type"]] = max(last.get(one["type"], 0), numbers[one["id"]])
            writes.append(UpdateOne({"_id": commit["_id"]}, {"$set": marks}))
        self._marks.bulk_write(writes, ordered=False)
        self.mailroom.advance(self.source, last)

    def answer_asked(self) -> None:
        """Put what readers miss in line again; numbers no event has are declared void."""
        asked = list(self.mailroom.asked.find({"source": self.source, "state": "asked"}).limit(500))
        for ask in asked:
            same = {"$elemMatch": {"type": ask["type"], "sequence": ask["number"]}}
            found = self.commits.update_one({"events": same}, {"$set": {"published": False}})
            if found.matched_count:
                self.mailroom.asked.delete_one({"_id": ask["_id"]})
            else:
                void = {"$set": {"state": "void"}}
                self.mailroom.asked.update_one({"_id": ask["_id"]}, void)

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

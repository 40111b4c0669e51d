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
from pymongo.read_concern import ReadConcern

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
#: Rounds begin this far apart while there is work: what comes meanwhile shares the next round's
#: writes and messages, which at 300 events/s takes a third off everybody's work and off the p99.
PACE_S = 0.025
LEASE_S = 15.0
ANSWERS = 2_000
#: How long events that find no queue let others pass, at first and at most.
HOLD_S, LONGEST_HOLD_S = 1.0, 30.0


class Relay:
    """Moves one program's commits to the broker."""

    def __init__(self, settings: Settings, source: str) -> None:
        self.source = source
        db = connect(settings, source)
        self.commits = db["commits"]
        #: A commit that a crash may still take away must not be told to anybody.
        self._settled = db.get_collection("commits", read_concern=ReadConcern("majority"))
        self._marks = db.get_collection("commits", write_concern=CHEAP)
        self.mailroom = Mailroom(settings)
        self.publisher = Publisher(settings.amqp_uri)
        self.lease = Lease(db, "relay", settings.instance or new_id(), LEASE_S, now)
        self.stopping = False
        self.broker_ok = False
        self._leased_until = 0.0
        self._next_answers = 0.0
        self._next_prune = 0.0
        self._numbered: dict[str, tuple[str, int]] = {}  # type and number of events on their way
        self._just_marked: list[str] = []  # commits whose mark a majority read may not show yet
        self._held: set[str] = set()  # types of event that found no queue lately
        self._hold_s = HOLD_S
        self._held_until = 0.0

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
        at = time.monotonic()
        if at < self._leased_until - 2 * LEASE_S / 3:
            return True
        held = self.lease.hold()
        if not held or at > self._leased_until:
            self._numbered.clear()  # another relay may have published these meanwhile
        self._leased_until = at + LEASE_S if held else 0.0
        return held

    def _serve(self) -> None:
        """Look again and again while there is work; let a change stream wake us when there is none.

        An open change stream costs both sides 50 microseconds a commit, so it is closed meanwhile.
        """
        busy_until = 0.0
        while not self.stopping:
            began = time.monotonic()
            found = self.publish_once()
            if found:
                busy_until = time.monotonic() + BUSY_S
                if not self._in_charge():
                    return
                if time.monotonic() > self._next_answers:
                    self.answer_asked()
            elif time.monotonic() > busy_until:
                break
            if found < AT_ONCE:
                time.sleep(max(0.0, began + PACE_S - time.monotonic()))
        self.answer_asked()
        if time.monotonic() > self._next_prune:
            self.mailroom.prune(self.source)
            self._next_prune = time.monotonic() + 86_400
        self.publisher.keep_alive()
        self._wait()

    def _wait(self) -> None:
        only_inserts: list[Document] = [
            {"$match": {"operationType": "insert"}},
            {"$project": {"_id": 1}},
        ]
        with self.commits.watch(only_inserts, max_await_time_ms=500) as changes:
            if self.commits.find_one(self._in_line(), {"_id": 1}) is not None:
                return
            until = time.monotonic() + LOOK_EVERY_S
            while time.monotonic() < until and not self.stopping:
                if changes.try_next() is not None:
                    return

    def publish_once(self) -> int:
        """Publish what is waiting, up to a batch; return how many commits were waiting."""
        waiting = list(self._settled.find(self._in_line()).sort("order", 1).limit(AT_ONCE))
        if not waiting:
            return 0
        self._number(waiting)
        carried_by = {}
        messages = []
        for message, events in self._bundles(waiting):
            messages.append(message)
            carried_by.update(dict.fromkeys(events, message.id))
        taken = self.publisher.publish(messages)
        self.broker_ok = True
        published = {event for event, message in carried_by.items() if message in taken}
        self._mark([c for c in waiting if all(one["id"] in published for one in c["events"])])
        self._hold({o["type"] for c in waiting for o in c["events"] if o["id"] not in published})
        return len(waiting)

    def _in_line(self) -> Document:
        line: Document = {"published": False, "_id": {"$nin": self._just_marked}}
        if time.monotonic() < self._held_until:
            line["events.type"] = {"$nin": sorted(self._held)}
        return line

    def _number(self, waiting: list[Document]) -> None:
        """Number what has no number yet; a broker that is away must not use up numbers."""
        new = [commit for commit in waiting if commit["events"][0]["id"] not in self._numbered]
        if new:
            numbers = self.mailroom.number(self.source, new)
            for one in (one for commit in new for one in commit["events"]):
                self._numbered[one["id"]] = (one["type"], numbers[one["id"]])
            self._just_marked = []  # that write waited for a majority, so for the marks before it

    def _mark(self, done: list[Document]) -> None:
        if not done:
            return
        ids = [commit["_id"] for commit in done]
        self._just_marked += ids
        self._marks.update_many({"_id": {"$in": ids}}, {"$set": {"published": True}})
        for commit in done:
            for one in commit["events"]:
                self._numbered.pop(one["id"], None)

    def _hold(self, types: set[str]) -> None:
        """Let others pass those that find no queue; look ever more rarely whether there is one."""
        if types:
            log.error("events found no queue or were refused", extra={"count": len(types)})
            at = time.monotonic()
            self._held = types | (self._held if at < self._held_until else set())
            self._held_until = at + self._hold_s
            self._hold_s = min(2 * self._hold_s, LONGEST_HOLD_S)
        elif time.monotonic() > self._held_until:
            self._held, self._hold_s = set(), HOLD_S

    def _bundles(self, commits: list[Document]) -> Iterator[tuple[Outgoing, list[str]]]:
        """Give the messages for these commits, each with the ids of the events it carries."""
        by_type: dict[str, list[Envelope]] = {}
        for commit in commits:
            for at, one in enumerate(commit["events"]):
                wire = envelope(self.source, commit, at, self._numbered[one["id"]][1])
                by_type.setdefault(one["type"], []).append(wire)
        for kind, envelopes in by_type.items():
            for start in range(0, len(envelopes), BUNDLE):
                part = envelopes[start : start + BUNDLE]
                body = encode(part if len(part) > 1 else part[0])
                message = Outgoing(part[0].id, exchange_name(self.source), kind, body)
                yield message, [one.id for one in part]

    def answer_asked(self) -> None:
        """Put what readers miss in line again under new numbers; the old numbers are void."""
        self._next_answers = time.monotonic() + LOOK_EVERY_S
        mine = {"source": self.source, "state": "asked"}
        on_their_way = set(self._numbered.values())
        causes, void, early = [], [], []
        for ask in self.mailroom.asked.find(mine).limit(ANSWERS):
            if (ask["type"], ask["number"]) in on_their_way:
                early.append(ask["_id"])
                continue
            causes.append(self.mailroom.commit_of(self.source, ask["type"], ask["number"]))
            void.append(ask["_id"])
        if void:
            again = {"$set": {"published": False}}
            self.commits.update_many({"_id": {"$in": causes}}, again)
            self._just_marked = []
            self.mailroom.asked.update_many({"_id": {"$in": void}}, {"$set": {"state": "void"}})
        if early:
            self.mailroom.asked.delete_many({"_id": {"$in": early}})

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

"""What must be true of the stores after everything died and came back: nothing lost or twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from services.registry.domain import written
from services.topology import all_subscriptions
from shared.messaging.mailroom import Mailroom
from shared.storage import patch
from tests.support.storm import is_over
from tests.support.suite import Suite

Json = dict[str, Any]
SOURCES = ("registry", "library", "tips", "referrals", "portal")
SERVING = ("accepted", "in_progress", "on_hold")


def events(suite: Suite) -> int:
    """How many events were stated by all programs."""
    group = {"$group": {"_id": None, "n": {"$sum": {"$size": "$events"}}}}
    return sum(row["n"] for one in SOURCES for row in suite.db(one)["commits"].aggregate([group]))


def unfinished(suite: Suite, mailroom: Mailroom) -> list[str]:
    """What is still on its way: spooled, unpublished, unhandled, undelivered."""
    left = [f"spooled: {path.name}" for path in suite.settings.spool_dir.glob("*")]
    for one in SOURCES:
        waiting = suite.db(one)["commits"].count_documents({"published": False})
        left += [f"unpublished by {one}: {waiting}"] if waiting else []
    for sub in all_subscriptions():
        missing = mailroom.missing(sub.queue, mailroom.last(sub.source, sub.event))
        left += [f"unhandled in {sub.queue}: {missing[:5]}"] if missing else []
    there = suite.db("subscriptions")
    for name, where in (("events", {"waiting": True}), ("deliveries", {"state": "pending"})):
        waiting = there[name].count_documents(where)
        left += [f"subscriptions {name} waiting: {waiting}"] if waiting else []
    return left


def forked(suite: Suite) -> list[str]:
    """Streams of any program whose versions have a gap or are there twice."""
    wrong = []
    for one in SOURCES:
        following: dict[str, int] = defaultdict(lambda: 1)
        rows = suite.db(one)["commits"].find({}, {"stream": 1, "version": 1, "events.id": 1})
        for row in rows.sort([("stream", 1), ("version", 1)]):
            if row["version"] != following[row["stream"]]:
                wrong.append(f"{one} {row['stream']}: {row['version']} comes where it should not")
            following[row["stream"]] = row["version"] + len(row["events"])
    return wrong


def not_one_stream(suite: Suite, ids: Iterable[str]) -> dict[str, str]:
    """Requests that are not exactly one request in the portal and one stream in referrals."""
    asked, opened = (_count(suite, *where) for where in REQUESTS)
    wanted = set(ids)
    wrong = {id: f"{asked[id]} requests" for id in wanted | set(asked) if asked[id] != 1}
    return wrong | {id: f"{opened[id]} streams" for id in wanted | set(opened) if opened[id] != 1}


REQUESTS = (("portal", "help.requested"), ("referrals", "stream.opened"))


def _count(suite: Suite, program: str, kind: str) -> Counter[str]:
    rows = suite.db(program)["commits"].find({"events.type": kind}, {"events": 1})
    found = (event for row in rows for event in row["events"] if event["type"] == kind)
    return Counter(event["data"]["stream"] for event in found)


def ever_promised_twice(suite: Suite) -> list[str]:
    """Moments in any service's history at which more units were promised than there were."""
    wrong = []
    states: dict[str, Json] = defaultdict(dict)
    rows = suite.db("registry")["commits"].find({"stream": {"$regex": "^capacity:"}})
    for row in rows.sort([("stream", 1), ("version", 1)]):
        after = states[row["stream"]] = patch.apply(states[row["stream"]], row["changes"])
        if is_over(after, written(row["at"])):
            wrong.append(f"{row['stream']} at version {row['version']}")
    return wrong


def mismatched_units(suite: Suite) -> set[str]:
    """Offers that are served without a unit, and units in use for no referral."""
    counted: dict[str, Json] = {
        row["state"]["service"]: row["state"]
        for row in suite.db("registry")["states"].find({"_id": {"$regex": "^capacity:"}})
        if row["state"]["unit"] != "none"
    }
    used = {offer for state in counted.values() for offer in state["used"]}
    served = {
        referral["offer"]["id"]
        for row in suite.db("referrals")["states"].find({"state.referrals": {"$exists": True}})
        for referral in row["state"]["referrals"].values()
        if referral["state"] in SERVING and referral["offer"]["service"] in counted
    }
    return used ^ served


def stale(suite: Suite, program: str) -> list[str]:
    """Streams whose stored state is not what their commits lead to."""
    states: dict[str, Json] = defaultdict(dict)
    for row in suite.db(program)["commits"].find().sort([("stream", 1), ("version", 1)]):
        states[row["stream"]] = patch.apply(states[row["stream"]], row["changes"])
    stored = {row["_id"]: row["state"] for row in suite.db(program)["states"].find()}
    return sorted(id for id, state in states.items() if stored.get(id) != state)


def undelivered(suite: Suite, subscription: str, nouns: tuple[str, ...]) -> set[str]:
    """Events of referrals of which a subscription to all has no delivery, or more than one."""
    stated = {
        event["id"]
        for row in suite.db("referrals")["commits"].find({}, {"events": 1})
        for event in row["events"]
        if event["type"].startswith(nouns)
    }
    rows = suite.db("subscriptions")["deliveries"].find({"subscription": subscription})
    delivered = Counter(row["event"] for row in rows)
    twice = {event for event, count in delivered.items() if count > 1}
    return twice | (stated ^ set(delivered))


def places_in_feed(suite: Suite, agency: str) -> list[int]:
    """The positions of an agency's feed, in order."""
    rows = suite.db("subscriptions")["deliveries"].find(
        {"agency": agency, "position": {"$exists": True}}
    )
    return sorted(row["position"] for row in rows)

"""Fifty deadlines pass while nobody is there; whoever comes back acts on each of them once.

The ten minutes are those of the clock of whoever comes back: three instances, whose clocks differ
by minutes.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.program import ProcessKind
from services.referrals.stream import moment, stamp
from shared.clock import now
from tests.support import referral_hands as hands
from tests.support.processes import eventually
from tests.support.referral_hands import Town, call

Json = dict[str, Any]
BATCHES, OF_EACH = 10, 5
COUNT = BATCHES * OF_EACH
#: The offers of a batch end so many seconds after those of the batch before.
APART_S = 60
#: Clocks of who comes back: all fifty deadlines are past for each.
AHEAD_S = (630, 750, 900)
WITHIN_S = 60.0
CASEWORK = "case_management"
BRIDGE = hands.agency("Bridge casework")


@pytest.fixture
def town(tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str) -> Iterator[Town]:
    where = (amqp_uri, mongo_uri, mongo_prefix)
    with hands.a_town(tmp_path, where, ["Bridge casework"], SCHEDULER_EVERY_S="1") as running:
        yield running


@pytest.mark.timeout(600)
def test_fifty_deadlines_of_ten_minutes_are_each_acted_on_once(town: Town) -> None:
    due = {stream: at for batch in range(BATCHES) for stream, at in a_batch(town, batch).items()}
    assert len(due) == COUNT
    ends = sorted(due.values())
    assert moment(ends[-1]) - moment(ends[0]) >= timedelta(seconds=APART_S * (BATCHES - 1) - 30)
    for instance in town.instances:
        instance.kill9()
    assert expired(town) == {}
    # nothing of it is due yet by the true clock: who acts before its time is wrong too
    assert stamp(now()) < ends[0]
    back = time.monotonic()
    for ahead in AHEAD_S:
        start(town, ahead)
    eventually(lambda: set(expired(town)), lambda seen: seen >= set(due), within_s=WITHIN_S + 30)
    took = time.monotonic() - back
    print(f"{COUNT} deadlines acted on {took:.1f} s after the return began")
    assert took < WITHIN_S
    # What a stream is like is written a moment after what happened in it.
    eventually(lambda: still_due(town, due), lambda still: still == [])
    assert told_twice(town) == []
    assert call(town, "orphans")["without_owner_or_deadline"] == 0


def a_batch(town: Town, batch: int) -> dict[str, str]:
    """Have clients offered to the agency by instances whose leases end in this batch's minute;
    return when the lease of each stream ends."""
    lease = str(90 + batch * APART_S)
    for instance in town.instances:
        instance.kill9()
    town.instances = [
        town.service("referrals", CASE_MANAGER_LEASE_S=lease, CASE_MANAGER_LEASE_URGENT_S=lease)
    ]
    streams = [hands.ask_for_help(town, ["advocacy"], safe_now="yes")[0] for _ in range(OF_EACH)]
    offers = [hands.offer_to(town, BRIDGE, CASEWORK, stream) for stream in streams]
    return {one["stream"]: one["lease_until"] for one in offers}


def start(town: Town, ahead_s: int) -> None:
    """Start an instance whose clock is ahead."""
    command = ("-m", "tests.support.shifted", str(ahead_s), "referrals")
    town.instances.append(town.start(ProcessKind("referrals", command)))


def expired(town: Town) -> dict[str, list[str]]:
    """Return, by stream, the offers whose time was told to be over."""
    found: dict[str, list[str]] = {}
    for commit in town.db("referrals")["commits"].find({"events.type": "referral.expired"}):
        for one in commit["events"]:
            if one["type"] == "referral.expired":
                found.setdefault(one["data"]["stream"], []).append(one["data"]["offer"])
    return found


def told_twice(town: Town) -> list[str]:
    """Return the offers of the network that were told to be over more than once."""
    told = Counter(offer for offers in expired(town).values() for offer in offers)
    return [offer for offer, times in told.items() if times > 1]


def still_due(town: Town, due: dict[str, str]) -> list[str]:
    """Return the streams that have not moved on."""
    states = town.db("referrals")["states"].find({"_id": {"$in": list(due)}})
    return [row["_id"] for row in states if row["state"]["next_due_at"] <= due[row["_id"]]]

"""Which agencies may see an event, and how the events of a stream become deliveries. No I/O.

The directory is for everyone. What happens in a client's stream is for the agencies that have a
part in it, from the event that gave them the part to the one that took it away: an agency that
declined, or let its offer expire, must not learn where the client went (VAWA, 34 U.S.C.
12291(b)(2); and it may have declined because the client is not safe with it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from services.subscriptions.domain import wants

Json = dict[str, Any]
Parts = dict[str, list[str]]

#: Nouns whose events are for every agency. A new noun is for nobody until it is listed here.
FOR_ALL = frozenset({"organization", "service", "record", "member", "capacity", "guide"})
#: Nouns whose events are only for who leads the stream: a plan tells of papers and visas, a
#: release of who is shown what.
FOR_LEADERS = frozenset({"plan", "release"})
#: Events that give the agency they name a part; the value is the part, or the field with its id.
GIVES = {
    "stream.opened": "owner",
    "stream.overdue": "owner",
    "stream.reopened": "owner",
    "stream.continued": "door",
    "case_manager.assigned": "case_manager",
    "referral.offered": "offer",
    "handover.proposed": "offer",
    "referral.accepted": "offer",
}
#: Parts only one agency has at a time.
SINGLE = frozenset({"owner", "case_manager"})
TAKES = frozenset(
    {
        *("referral.declined", "referral.expired", "referral.cancelled", "referral.failed"),
        "handover.ended",
    }
)
#: How far clocks of two machines may differ: events this old still count as after a subscription.
CLOCKS_DIFFER = timedelta(minutes=1)
MOST_HOLES = 1_000


@dataclass(frozen=True)
class Progress:
    """How far a stream was read: the version to read next, and the parts agencies have in it.

    `holes` are versions that were stepped over and may still come.
    """

    next: int = 1
    parts: Parts = field(default_factory=dict)
    holes: tuple[int, ...] = ()

    def stepped_over(self, version: int) -> Progress:
        """Return the progress that goes on at a later version."""
        missed = tuple(range(self.next, min(version, self.next + MOST_HOLES)))
        return Progress(version, self.parts, self.holes + missed)


def follow(parts: Parts, name: str, data: Json) -> Parts:
    """Return who has which part in a stream after an event."""
    agency = data.get("agency", "")
    if not agency:
        return parts
    if name in TAKES:
        return _without(parts, agency, f"offer:{data['offer']}")
    if name not in GIVES:
        return parts
    part = GIVES[name]
    if part in SINGLE:
        for other in parts:
            parts = _without(parts, other, part)
    token = f"offer:{data['offer']}" if part == "offer" else part
    return {**parts, agency: sorted({*parts.get(agency, []), token})}


def _without(parts: Parts, agency: str, token: str) -> Parts:
    left = [one for one in parts.get(agency, []) if one != token]
    others = {name: tokens for name, tokens in parts.items() if name != agency}
    return {**others, agency: left} if left else others


def may_see(name: str, data: Json, before: Parts, after: Parts, agency: str) -> bool:
    """Say whether an agency may see an event, by the parts before and after it."""
    noun = name.split(".")[0]
    if noun in FOR_ALL:
        return True
    if noun in FOR_LEADERS:
        return bool(SINGLE & {*before.get(agency, ()), *after.get(agency, ())})
    return agency in before or agency in after or agency == data.get("agency")


def plan(
    progress: Progress, logged: Sequence[Json], subscriptions: Sequence[Json], coordinator: str
) -> tuple[Progress, list[Json]]:
    """Read on in a stream as far as there is no hole; return how far, and the deliveries.

    `logged` are journal rows of one stream by version; the coordinator's agency sees everything.
    """
    deliveries: list[Json] = []
    parts, following, holes = progress.parts, progress.next, set(progress.holes)
    for row in logged:
        version, name, data = row["version"], row["type"], row["data"]
        if version > following:
            break
        if version < following and version not in holes:
            continue
        after = follow(parts, name, data) if version == following else parts
        for one in subscriptions:
            seen = one["agency"] == coordinator or may_see(name, data, parts, after, one["agency"])
            if seen and wants(one["events"], name) and _is_after(row, one):
                deliveries.append(as_delivery(one, row))
        holes.discard(version)
        parts, following = after, max(following, version + 1)
    return Progress(following, parts, tuple(sorted(holes))), deliveries


def _is_after(row: Json, subscription: Json) -> bool:
    is_after: bool = row["time"] >= subscription["at"] - CLOCKS_DIFFER
    return is_after


def as_delivery(subscription: Json, row: Json) -> Json:
    """Return the delivery of a logged event to a subscription; both ids make its own.

    A lane is one stream on its way to one subscription: what keeps its order.
    """
    return {
        "_id": f"{subscription['_id']}:{row['_id']}",
        "subscription": subscription["_id"],
        "agency": subscription["agency"],
        "event": row["_id"],
        "type": row["type"],
        "lane": f"{subscription['_id']}:{row['key']}",
        "version": row["version"],
        "time": row["time"],
        "state": "pending",
        "attempts": 0,
        "tried": [],
    }

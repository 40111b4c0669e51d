"""What a subscription is, which events it wants, and when a failed delivery is tried again.

No I/O; times are arguments.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from shared.errors import Conflict, IllegalMove, Invalid, NotFound
from shared.events import EventType, all_types
from shared.fields import check_code, check_ids
from shared.ids import derived_id

Json = dict[str, Any]

KINDS: dict[str, str] = {
    "webhook": "Posted, signed, to an address of the agency",
    "queue": "Put into a queue of the agency on the broker",
    "feed": "Kept for the agency to read page by page",
}
#: The events agencies may subscribe to, by wire name.
PUBLIC: dict[str, EventType] = {kind.name: kind for kind in all_types() if kind.public}
NOUNS = frozenset(name.split(".")[0] for name in PUBLIC)
#: What only the agency that coordinates the network is told.
FOR_COORDINATOR = frozenset({"tip"})
#: What is read: every event of a program that states public ones, because the versions of a
#: stream then have no holes of our own making, and its order can be kept.
READ: tuple[EventType, ...] = tuple(
    kind for kind in all_types() if kind.source in {one.source for one in PUBLIC.values()}
)

MOST_SUBSCRIPTIONS = 50
MOST_WISHES = 60
LONGEST_PAGE = 500
#: A delivery that fails is given up when it has waited this long.
GIVE_UP_AFTER = timedelta(days=3)
#: The longest wait between two tries: an agency's receiver may be down for days, and our own
#: broker and database are asked again soon.
LONGEST_DELAY_S: dict[str, float] = {"webhook": 6 * 3600.0, "queue": 30.0, "feed": 30.0}


def new_subscription(
    command_id: str,
    agency: str,
    kind: str,
    events: list[str],
    url: str,
    claim: str,
    actor: str,
    *,
    at: datetime,
    coordinator: str,
) -> Json:
    """Return the document of a subscription; its id follows from the command's.

    Whether a webhook's address may be called is not asked here.
    """
    check_ids(command_id=command_id, agency=agency, actor=actor)
    check_code("kind", kind, KINDS)
    check_wishes(events, is_coordinator=agency == coordinator)
    if kind == "webhook":
        check_ids(claim=claim)
    for field, value in (("url", url), ("claim", claim)):
        if kind != "webhook" and value:
            raise Invalid(field, f"is not for a {kind}", "leave it empty")
    return {
        "_id": derived_id("subscription", command_id),
        "command": command_id,
        "agency": agency,
        "kind": kind,
        "events": events,
        "url": url,
        "claim": claim,
        "actor": actor,
        "at": at,
        "state": "active",
    }


def check_wishes(events: list[str], *, is_coordinator: bool) -> None:
    """Raise Invalid unless each entry is a public event's name or `noun.*` of one."""
    if not 0 < len(events) <= MOST_WISHES:
        raise Invalid("events", f"needs 1 to {MOST_WISHES} names", "name the events wanted")
    nouns = NOUNS if is_coordinator else NOUNS - FOR_COORDINATOR
    for at, wish in enumerate(events):
        noun, _, verb = wish.partition(".")
        if noun not in nouns or not (verb == "*" or wish in PUBLIC):
            advice = f"use a name of the event catalogue, or one of {', '.join(sorted(nouns))}.*"
            raise Invalid(f"events[{at}]", "is not a public event", advice)
    if len(set(events)) < len(events):
        raise Invalid("events", "says one thing twice", "name each once")


def wants(events: list[str], name: str) -> bool:
    """Say whether a list of wishes covers an event."""
    return name in PUBLIC and (name in events or f"{name.split('.')[0]}.*" in events)


def queue_of(agency: str) -> str:
    """Return the name of an agency's own queue on the broker."""
    return f"agency.{agency}.events"


def visible_to(subscription: Json | None, agency: str) -> Json:
    """Return the subscription; NotFound for everyone but the agency it belongs to."""
    if subscription is None or subscription["agency"] != agency:
        raise NotFound("subscription", "is not one of yours", "check the id")
    return subscription


def check_may_end(subscription: Json, command_id: str) -> None:
    """Raise IllegalMove when it was ended before, by another command."""
    if subscription["state"] == "ended" and subscription.get("ended_by") != command_id:
        raise IllegalMove("subscription", "is ended already", "legal: none")


def check_may_replay(subscription: Json, after: datetime) -> None:
    """Raise IllegalMove unless it is active and no feed, Invalid when `after` has no time zone."""
    if subscription["state"] != "active":
        raise IllegalMove("subscription", "is ended", "subscribe again")
    if subscription["kind"] == "feed":
        raise IllegalMove("subscription", "is a feed", "read it again from an earlier position")
    if after.tzinfo is None:
        raise Invalid("after", "has no time zone", "send it in UTC, with Z at its end")


def check_same(known: Json, wanted: Json) -> None:
    """Raise Conflict when a command id comes again with another wish."""
    if any(known[name] != wanted[name] for name in ("agency", "kind", "events", "url")):
        raise Conflict("command_id", "was used for another subscription", "use a fresh one")


def delay_s(kind: str, failures: int, first_s: float, luck: float) -> float:
    """Return how long to wait after the n-th failure in a row: doubling, up to the kind's longest.

    `luck` in 0..1 spreads the retries of many over a tenth of the time.
    """
    doubled = first_s * 2.0 ** min(failures - 1, 40)
    return min(doubled, LONGEST_DELAY_S[kind]) * (0.95 + 0.1 * luck)


def position_of(after: str) -> int:
    """Return the position a feed's `next` stands for; Invalid("after") when it is none."""
    if after == "":
        return 0
    if not (after.isascii() and after.isdigit() and len(after) <= 15):
        raise Invalid("after", "is not a place in the feed", "send the `next` of the last answer")
    return int(after)


def page(limit: int) -> int:
    """Return a page's size; Invalid("limit") unless it is from 1 to 500."""
    if not 1 <= limit <= LONGEST_PAGE:
        raise Invalid("limit", f"is not from 1 to {LONGEST_PAGE}", "ask for fewer")
    return limit


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as an agency gets it: CloudEvents 1.0, JSON format. `subject` is the stream.

    Without the network-wide numbers of the internal envelope: they would tell an agency how much
    happens elsewhere.
    """

    id: str
    source: str
    type: str
    time: datetime
    subject: str
    streamversion: int
    data: Json
    specversion: str = "1.0"
    datacontenttype: str = "application/json"
    dataschema: str


def as_cloud_event(logged: Json) -> CloudEvent:
    """Return the event of a journal row as it is delivered; the same row gives the same event."""
    source, _, stream = logged["key"].partition(":")
    return CloudEvent(
        id=logged["_id"],
        source=f"/anydoor/{source}",
        type=logged["type"],
        time=logged["time"],
        subject=stream,
        streamversion=logged["version"],
        data=logged["data"],
        dataschema=f"/events/{logged['type']}",
    )

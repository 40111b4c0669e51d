"""Waiting lists: who waits for a service that said so, in the order in which it did. No I/O.

A service has no list of its own here: an agency that declines with `waitlist` puts the client on
it, and she is on it while her need is unmet.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.referrals.asking import is_unmet
from services.referrals.stream import Json, Stream

WAITLIST = "waitlist"
#: After every moment that is written down.
NEVER = "~"


def by_waiting_list(streams: Iterable[Stream], service: str) -> list[Stream]:
    """Return the streams, first those on a service's list in its order, then the others."""
    return sorted(streams, key=lambda one: (min(_joined(one, service), default=NEVER), one.id))


def places(stream: Stream, others: Iterable[Stream]) -> dict[str, list[Json]]:
    """Return, by referral, the lists a client is on: [{service, since, position}], 1 is next.

    `others` are streams with unmet needs of the same types, this one perhaps among them.
    """
    rivals = {other.id: other for other in others if other.id != stream.id}.values()
    found: dict[str, list[Json]] = {}
    for id, referral in stream.referrals.items():
        if not is_unmet(stream, id):
            continue
        for one in referral.tried:
            if one.outcome == WAITLIST:
                ahead = sum(
                    1
                    for other in rivals
                    if any(
                        (at, other.id) < (one.at, stream.id) for at in _joined(other, one.service)
                    )
                )
                place = {"service": one.service, "since": one.at, "position": ahead + 1}
                found.setdefault(id, []).append(place)
    return found


def _joined(stream: Stream, service: str) -> list[str]:
    """Return when a client joined a service's list, for each need of hers that waits."""
    return [
        one.at
        for id, referral in stream.referrals.items()
        if is_unmet(stream, id)
        for one in referral.tried
        if one.service == service and one.outcome == WAITLIST
    ]

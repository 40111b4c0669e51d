"""What happens by itself when a moment has passed. No I/O.

Each due moment has one cause, worked out from the stream and what is due, so any number of
instances, restarts and clocks that differ act on it once.
"""

from __future__ import annotations

from services.referrals.asking import look_again, looks_for_service, request_all
from services.referrals.duties import Due, dues, raise_duty
from services.referrals.handovers import ended
from services.referrals.offers import expire
from services.referrals.stays import ending
from services.referrals.stream import Occasion, Stream
from shared.events import Event
from shared.events.referrals import StreamOverdue
from shared.ids import derived_id


def passed(stream: Stream, now: str) -> list[Due]:
    """Return what is due by `now` (a stamp), earliest first."""
    return [due for due in dues(stream) if due.at <= now]


def cause_of(stream: str, due: Due) -> str:
    """Return the one cause of acting on this due moment."""
    return derived_id("deadline", stream, due.kind, due.about, due.at)


def deadline_passed(stream: Stream, occasion: Occasion, *, due: Due) -> list[Event]:
    """Move the stream on: the next provider, the next look, the next rung of the ladder.

    Nothing when this is not due any more.
    """
    if due not in dues(stream) or due.at > occasion.now():
        return []
    if due.kind == "lease":
        held = stream.referrals[due.about].offer
        return expire(stream, occasion, referral=due.about, offer=held.id if held else "")
    if due.kind == "look":
        return _look(stream, occasion, due.about)
    if due.kind == "handover":
        return ended(stream, occasion, "expired")
    if due.kind == "stay":
        return ending(stream, occasion, referral=due.about.partition(":")[0])
    if due.kind == "urgent_start":
        return _start_urgent(stream, occasion)
    action = stream.duties[due.about].code
    agency = raise_duty(stream, due.about, occasion)
    return [StreamOverdue(stream=stream.id, agency=agency, action=action)]


def _look(stream: Stream, occasion: Occasion, referral: str) -> list[Event]:
    if not looks_for_service(stream, referral):
        return []
    return look_again(stream, occasion, referral=referral)


def _start_urgent(stream: Stream, occasion: Occasion) -> list[Event]:
    """Nobody waits for paperwork: what is urgent is asked for without a case manager."""
    stream.urgent_start_at = ""
    return request_all(stream, occasion, urgent_only=True)

"""Two streams of one client, linked because she showed both codes; never merged. No I/O.

Each stream keeps its history, code, owner and states. A link is written down in both, one after the
other: `link` and `unlink` change the first, `follow` the second.
"""

from __future__ import annotations

from services.referrals.domain import must
from services.referrals.parts import Link
from services.referrals.reopening import must_lead
from services.referrals.stream import Occasion, Stream
from shared.errors import Conflict, NotFound
from shared.events import Event
from shared.events.links import StreamsLinked, StreamsUnlinked

MOST_LINKS = 5


def link(
    stream: Stream, occasion: Occasion, *, other: str, leader: str, agency: str = ""
) -> list[Event]:
    """Link another stream to this one; nothing when it is linked already.

    "" for the agency is the client herself. Raises NotAllowed unless the agency leads the stream,
    Conflict for the stream itself and beyond `MOST_LINKS`.
    """
    must(stream, "link")
    if agency:
        must_lead(stream, agency)
    if other == stream.id:
        raise Conflict("code", "is the one of this stream", "type the client's other code")
    if other in live(stream):
        return []
    check_room(stream)
    turn = turn_of(stream, other) + 1
    return _linked(stream, occasion, other=other, turn=turn, leader=leader, agency=agency)


def unlink(stream: Stream, occasion: Occasion, *, other: str, agency: str = "") -> list[Event]:
    """End a link; nothing when it is ended. It can be made again.

    Raises NotAllowed unless the agency leads the stream, NotFound for one never linked.
    """
    must(stream, "unlink")
    if agency:
        must_lead(stream, agency)
    if other not in stream.links:
        raise NotFound("stream", "is not linked to this one", "look at the stream again")
    if other not in live(stream):
        return []
    return _unlinked(stream, occasion, other=other, turn=turn_of(stream, other) + 1, agency=agency)


def follow(
    stream: Stream, occasion: Occasion, *, other: str, turn: int, leader: str
) -> list[Event]:
    """Note what the other stream of a pair says; nothing when this one knows as much or more.

    Two who link from both sides at the same moment end with the same leader.
    """
    known, is_link = turn_of(stream, other), turn % 2 == 1
    if known > turn:
        return []
    if known == turn and (not is_link or leader >= stream.links[other].leader):
        return []
    if is_link:
        return _linked(stream, occasion, other=other, turn=turn, leader=leader)
    return _unlinked(stream, occasion, other=other, turn=turn)


def live(stream: Stream) -> list[str]:
    """Return the streams linked to this one."""
    return [id for id, one in stream.links.items() if one.is_live]


def turn_of(stream: Stream, other: str) -> int:
    """Return how often this pair changed, 0 for never."""
    return stream.links[other].turn if other in stream.links else 0


def check_room(stream: Stream) -> None:
    """Raise Conflict when a stream has as many links as it may have."""
    if len(live(stream)) >= MOST_LINKS:
        raise Conflict("code", f"cannot be linked: {MOST_LINKS} streams are", "unlink one first")


def default_leader(first: Stream, second: Stream) -> str:
    """Return which of two leads unless somebody chooses: the one with a case manager."""
    return second.id if second.case_manager and not first.case_manager else first.id


def _linked(
    stream: Stream, occasion: Occasion, *, other: str, turn: int, leader: str, agency: str = ""
) -> list[Event]:
    stream.links[other] = Link(turn=turn, leader=leader, at=occasion.now())
    told = {"stream": stream.id, "other": other, "leader": leader, "agency": agency}
    return [StreamsLinked(turn=turn, **told)]


def _unlinked(
    stream: Stream, occasion: Occasion, *, other: str, turn: int, agency: str = ""
) -> list[Event]:
    leader = stream.links[other].leader if other in stream.links else ""
    stream.links[other] = Link(turn=turn, leader=leader, at=occasion.now())
    return [StreamsUnlinked(stream=stream.id, other=other, turn=turn, agency=agency)]

"""What is shown of a linked stream: its steps to the client, codes to who manages the leading one.

A link counts once both streams say it; until then it is told as not whole. No I/O.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.referrals.links import live, turn_of
from services.referrals.stream import Json, Stream, Terms
from services.referrals.views import FOR_LEADERS, client_view, relation


def for_client(stream: Stream, others: Mapping[str, Stream]) -> list[Json]:
    """Return the streams linked to the client's, each with its steps once the link is whole."""
    return [
        {**told, **(_steps_of(other) if told["is_whole"] else {})}
        for other, told in _linked(stream, others)
    ]


def for_agency(
    stream: Stream, others: Mapping[str, Stream], agency: str, terms: Terms
) -> list[Json]:
    """Return the streams linked to one, for who leads it: that they are there.

    The case manager's agency of the leading stream also sees needs and how they stand, as codes;
    not of a stream whose client stays away from that agency.
    """
    if relation(stream, agency, terms) not in FOR_LEADERS:
        return []
    asked = {need.type for need in stream.needs.values() if not need.is_settled}
    found = []
    for other, told in _linked(stream, others):
        sees = told["is_whole"] and told["leads"] and agency == stream.case_manager
        if sees and agency not in (*other.excluded, *other.avoid):
            told |= _codes_of(other, asked)
        found.append(told)
    return found


def _linked(stream: Stream, others: Mapping[str, Stream]) -> Iterator[tuple[Stream, Json]]:
    for id in live(stream):
        other = others.get(id)
        if other is None or turn_of(other, stream.id) > turn_of(stream, id):
            continue  # ended there already
        told = {
            "stream": id,
            "leads": stream.links[id].leader == stream.id,
            "is_whole": turn_of(other, stream.id) == turn_of(stream, id),
        }
        yield other, told


def _steps_of(other: Stream) -> Json:
    view = client_view(other)
    return {"status": view["status"], "steps": view["steps"]}


def _codes_of(other: Stream, asked: set[str]) -> Json:
    open_ = {id for id, need in other.needs.items() if not need.is_settled}
    needs = [
        {
            "need_type": step["need_type"],
            "step": step["step"],
            "is_twice": step["need"] in open_ and step["need_type"] in asked,
        }
        for step in client_view(other)["steps"]
    ]
    return {"status": other.status, "needs": needs}

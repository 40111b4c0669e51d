"""What the registry's rules have in common: streams, moves, and how ids and moments are written.

The rules are in the modules beside this one, each a set of pure functions from a state and a
command to the new state and what happened (a Move), or None when there is nothing to do:

- records: what may be listed in the directory, changed and withdrawn.
- capacity: units of a service are reserved, used and released, never promised twice. A service
  whose record counts no units can always be asked: nothing is reserved then, `outward` is
  assessment_needed. That is so when its agency reported unit "none", or when it never reported and
  gives no beds; a shelter that never reported is unknown, and nothing can be reserved there.
- membership: a current training certificate and a current agreement make a member.
- upkeep: a record's last check grows old, and its agency is asked for the next.
- rota: who is on call in an area.
- panel: professionals and interpreters, vetted and trained, without their names.
- pathways: an ordered set of services for a kind of client.
- suggestions, pairs: what people say of records; a person decides, and no record changes by it.
- cards: what of all this the outside may see.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from shared.events import Event

Json = dict[str, Any]
Move = tuple[Json, list[Event]]
Kind = Literal["organization", "location", "service", "service_at_location"]

#: HSDS 3.1: every record's id is a UUID.
Uuid = Annotated[str, Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
#: Ids of other programs. They are keys of a document here, so they hold no dot and no dollar.
Id = Annotated[str, Meta(pattern="^[A-Za-z0-9:_-]{1,100}$")]
#: A service area: country or state, then the county or region (ISO 3166 style).
Area = Annotated[str, Meta(pattern="^[A-Z]{2}-[A-Za-z0-9-]{1,40}$")]
Moment = Annotated[datetime, Meta(tz=True)]


def stream_of(kind: str, id: str) -> str:
    """Return the stream of a record, a service's capacity or an area's rota."""
    return f"{kind}:{id}"


def id_of(stream: str) -> str:
    """Return the id a stream is about."""
    return stream.partition(":")[2]


def microseconds(moment: datetime) -> int:
    """Return a moment as commits are ordered by it: microseconds since 1970."""
    return int(moment.timestamp() * 1_000_000)


def written(moment: datetime) -> str:
    """Return a moment as states hold it: UTC, milliseconds, always as long, so that it sorts."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")

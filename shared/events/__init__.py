"""The event catalogue: one frozen class per event, grouped by the program that states it."""

from shared.events import (
    doors,
    library,
    links,
    paths,
    referrals,
    registry,
    releases,
    stays,
    tips,
    wishes,
)
from shared.events.catalogue import (
    Event,
    EventType,
    all_types,
    by_name,
    event,
    from_data,
    to_data,
    type_of,
)

__all__ = [
    "Event",
    "EventType",
    "all_types",
    "by_name",
    "doors",
    "event",
    "from_data",
    "library",
    "links",
    "paths",
    "referrals",
    "registry",
    "releases",
    "stays",
    "tips",
    "to_data",
    "type_of",
    "wishes",
]

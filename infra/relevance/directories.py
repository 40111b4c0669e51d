"""The directories that are searched: the sample network and a generated one of thousands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.bench.directory import generated_cards
from infra.seed.network import AS_OF, sample_files
from infra.seed.network.data import SOURCE
from services.registry import cards, records
from services.registry.checking import check
from services.registry.domain import Move, stream_of
from services.registry.records import Record
from services.registry.tabular import read_package
from shared.directory import ServiceCard

Json = dict[str, Any]
GENERATED = 4_000
#: What a record becomes when it is listed the first time.
LISTED: dict[str, Callable[[Record], Move | None]] = {
    "organization": lambda one: records.list_organization(None, one),
    "location": lambda one: records.list_location(None, one, ()),
    "service": lambda one: records.list_service(None, one),
}


@dataclass(frozen=True)
class Directory:
    """Services, and the words that stand for {county}, {town} and {zip} in a query about `area`."""

    name: str
    cards: list[ServiceCard]
    area: str
    places: dict[str, str]


def sample() -> Directory:
    """Return the sample network, read as `make import` reads it."""
    area = "XS-lakeshore"
    places = {"county": "lakeshore", "town": "Larch Landing", "zip": "00304"}
    return Directory("sample", sample_cards(), area, places)


def generated(count: int = GENERATED) -> Directory:
    """Return a directory of so many services."""
    found = list(generated_cards(count))
    near = next(place for card in found for place in card.places if place.city)
    places = {"county": near.area[3:].replace("-", " "), "town": near.city}
    return Directory("generated", found, near.area, {**places, "zip": near.postal_code})


def sample_cards() -> list[ServiceCard]:
    """Return the public cards of the sample network."""
    reading = read_package(sample_files().items(), SOURCE)
    states: dict[str, Json] = {}
    for given in reading.records:
        kind, record = given["kind"], check(given["kind"], given)
        if kind == "service_at_location":
            stream = stream_of("service", record.hsds["service_id"])
            move = records.place_service(states[stream], [record])
        else:
            stream, move = stream_of(kind, record.id), LISTED[kind](record)
        states[stream] = move[0] if move else states[stream]
    at = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 12, tzinfo=UTC)
    around = cards.Around(states)
    services = [state for stream, state in states.items() if stream.startswith("service:")]
    told = [cards.service_card(state, 1, around, at) for state in services]
    return [card for card in told if card is not None]

"""A directory of 20,000 services from a folder of files to searchable, on real components.

`python -m infra.bench import` writes the folder and starts the registry, its relay and the search
service. The clock runs from the first byte read until the search engine holds every service.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.bench.directory import generated_cards
from infra.local import ports
from infra.local.components import Meilisearch, Mongod, RabbitMQ
from infra.local.program import ProcessKind, Program
from infra.seed.importer import import_folder
from services.registry.tabular.codes import with_codes
from services.registry.tabular.writing import Package
from shared.crypto import keys
from shared.directory import Place, ServiceCard
from shared.ids import derived_id
from shared.messaging import Calls
from shared.settings import Settings, load

Json = dict[str, Any]

SERVICES = 20_000
#: So few that an organization gives four services, as in the directories we have.
COUNTIES = 6
LOOK_EVERY_S = 0.5
GIVE_UP_S = 900.0
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Measured:
    """Seconds from the first byte read to all records taken in, and to all searchable."""

    services: int
    records: int
    imported_s: float
    searchable_s: float


def write_package(folder: Path, count: int) -> None:
    """Write `count` generated services as a tabular package."""
    package = Package()
    organizations: set[str] = set()
    for card in generated_cards(count, COUNTIES):
        if card.organization not in organizations:
            organizations.add(card.organization)
            said = {"id": card.organization, "name": card.organization_name, "description": ""}
            package.add("organization", said)
        package.add("service", _service(card))
        for place in card.places:
            location = _location(card, place)
            package.add("location", location)
            own = derived_id("generated", "place", card.id)
            ids = {"service_id": card.id, "location_id": location["id"]}
            package.add("service_at_location", {"id": own, **ids})
    folder.mkdir(parents=True)
    for name, text in package.files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def _service(card: ServiceCard) -> Json:
    days = ",".join(_BYDAY[one.weekday] for one in card.hours)
    own = derived_id("generated", "of", card.id)
    said = {
        "id": card.id,
        "organization_id": card.organization,
        "name": card.name,
        "description": card.description,
        "status": "active",
        "assured_date": card.verified_on,
        "fees_description": "Free" if card.free else "",
        "phones": [{"id": own, "number": one.number, "type": "voice"} for one in card.phones],
        "schedules": [
            {"id": own, "freq": "WEEKLY", "byday": days, "opens_at": "09:00", "closes_at": "17:00"}
        ],
    }
    profile = {
        "needs": card.needs,
        "populations": card.populations,
        "genders": card.genders,
        "languages": card.languages,
        "areas": card.areas,
        "can_come": card.can_come,
        "walk_in": card.walk_in,
        "open_24_7": card.open_24_7,
    }
    return with_codes("service", said, profile)


def _location(card: ServiceCard, place: Place) -> Json:
    own = derived_id("generated", "location", card.id)
    said: Json = {"id": own, "location_type": "physical", "organization_id": card.organization}
    if not place.confidential:
        said["addresses"] = [
            {
                "id": derived_id("generated", "address", card.id),
                "address_1": place.street,
                "city": place.city,
                "state_province": place.region,
                "postal_code": place.postal_code,
                "country": "US",
                "address_type": "physical",
            }
        ]
    profile = {"areas": [place.area], "confidential": place.confidential}
    return with_codes("location", said, profile)


@contextmanager
def registry_and_search(folder: Path) -> Iterator[Settings]:
    """Run what stands between a folder of files and the search box."""
    with ExitStack() as running:
        broker = running.enter_context(RabbitMQ(folder / "rabbitmq"))
        database = running.enter_context(Mongod(folder / "mongod"))
        engine = running.enter_context(Meilisearch(folder / "meilisearch"))
        environment = {
            "AMQP_URI": broker.add_vhost("import"),
            "MONGO_URI": database.uri,
            "MONGO_PREFIX": "import",
            "MEILI_URL": engine.url,
            "MEILI_KEY": engine.master_key,
            "KEYS_DIR": str(folder / "keys"),
        }
        settings = load(environment)
        keys.make(settings.keys_dir)
        for name, command in {
            "registry": ("-m", "services.run", "registry"),
            "search": ("-m", "services.run", "search"),
            "relay-registry": ("-m", "shared.messaging.relay", "registry"),
        }.items():
            kind = ProcessKind(name, command)
            running.enter_context(Program(kind, name, folder, environment, ports.free_port()))
        yield settings


def measure(count: int, folder: Path) -> Measured:
    """Import `count` generated services and wait until each can be found."""
    write_package(folder / "package", count)
    with registry_and_search(folder) as settings, Calls.connect(settings) as calls:
        began = time.monotonic()
        told = import_folder(calls, folder / "package", folder / "reports")
        imported = time.monotonic() - began
        if told.refused or told.quarantined:
            raise RuntimeError(f"{told.quarantined} generated rows were not taken in")
        while _searchable(calls) < count:
            if time.monotonic() - began > GIVE_UP_S:
                raise RuntimeError(f"not all of {count} services were searchable in {GIVE_UP_S} s")
            time.sleep(LOOK_EVERY_S)
        return Measured(count, told.listed, imported, time.monotonic() - began)


def _searchable(calls: Calls) -> int:
    return int(calls.call("search", "status")["engine"]["services"])


def main(count: int = SERVICES) -> Measured:
    """Measure, print and return the figures."""
    print("\nImport: a folder of CSV files to searchable (to stay under 120 s)")
    with tempfile.TemporaryDirectory(prefix="anydoor-bench-") as name:
        found = measure(count, Path(name))
    print(
        f"  {found.services:,} services ({found.records:,} records): taken in after"
        f" {found.imported_s:.1f} s, searchable after {found.searchable_s:.1f} s"
    )
    return found


if __name__ == "__main__":
    main()

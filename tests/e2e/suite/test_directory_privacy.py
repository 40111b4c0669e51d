"""Words planted in what is not public of fifty directory records are at no public door, and not in
the index, the public export, the events or the logs; what is public of the same records is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from infra.seed.exporter import FORMATS, export_folder
from portal.hsds.resources import BASE, RESOURCES
from shared.ids import new_id
from tests.support import canaries as looking
from tests.support.canaries import Canaries, Ear
from tests.support.programs import until
from tests.support.registry_records import id_for, location, organization, place, service
from tests.support.suite import Suite

pytestmark = pytest.mark.timeout(600)
Json = dict[str, Any]
TIERS = ("partner", "coordinator", "own")
EACH = 10
#: In the name of each record that everybody may see, and nowhere else.
OPEN = "qzopendoor"
HOME, AREA = f"{OPEN} home", "XS-quarry"


@pytest.fixture
def ear(suite: Suite) -> Iterator[Ear]:
    """Everything on the bus for the length of the test."""
    suite.wait_well()
    listening = Ear(suite.settings, suite.demo.folder / "rabbitmq" / "rabbitmq.conf")
    yield listening
    listening.close()


def test_what_is_below_public_stays_inside(suite: Suite, ear: Ear, tmp_path: Path) -> None:
    words = Canaries()
    services = plant(suite, words)
    assert len(words.typed) >= 50
    suite.wait_quiet()
    seen = id_for("service", f"{OPEN} 0")
    until(lambda: OPEN in get(suite, f"/services/{seen}"), 60, "the portal's copy has them")
    until(lambda: OPEN in search(suite, OPEN), 60, "the index has them")

    places = {
        "pages": at_public_pages(suite, words, services),
        "API": at_the_api(suite, words),
        "index": looking.in_search(suite),
        "export": exported(suite, tmp_path),
        "events": stated(suite, ear),
        "files": (one for one in looking.in_files(suite.demo.folder) if not is_a_store(one[0])),
    }
    control = dict.fromkeys(places, OPEN.encode())
    control |= {"events": seen.encode(), "files": b'"message": "ready"'}
    for kind, contents in places.items():
        found = looking.look_for(words, contents, control[kind])
        assert found == {control[kind].decode()}, kind


def plant(suite: Suite, words: Canaries) -> list[str]:
    """Import records of each tier, and public ones with fields of each; returns the services."""
    tiers = [tier for tier in TIERS for _ in range(EACH)]
    take(suite, organization(HOME, profile={"areas": [AREA]}))
    shelters = [words.word("confidential location", "name") for _ in range(EACH)]
    offices = [words.word(f"{tier} location", "name") for tier in tiers[::3]]
    take(suite, *(shelter(words, name) for name in shelters))
    take(suite, *(office(words, *one) for one in zip(offices, tiers[::3], strict=True)))
    public = [layered(words, number) for number in range(EACH)]
    below = [of_tier(words, tier) for tier in tiers]
    take(suite, *public, *below)
    for number, name in enumerate((*shelters, *offices)):
        told = words.word("where a public service is", "description")
        take(suite, place(f"{OPEN} {number % EACH}", name, description=told))
    return [one["id"] for one in (*public, *below)]


def take(suite: Suite, *records: Json) -> None:
    for kind in dict.fromkeys(one["kind"] for one in records):
        told = suite.calls.call(
            "registry",
            "import_records",
            kind=kind,
            records=[one for one in records if one["kind"] == kind],
            source="canaries",
            actor="seed",
        )
        assert told["refused"] == []


def of_tier(words: Canaries, tier: str) -> Json:
    """A service that is whole of a tier."""
    name, told = (words.word(f"{tier} service", field) for field in ("name", "description"))
    return service(name, of=HOME, description=told, profile={"tier": tier, "areas": [AREA]})


def layered(words: Canaries, number: int) -> Json:
    """A service for everybody with fields that are for fewer."""
    log = {
        "id": new_id(),
        "last_action_date": "2026-01-01",
        "last_action_type": "update",
        "field_name": "name",
        "previous_value": words.word("own field", "metadata"),
        "replacement_value": words.word("own field", "metadata"),
        "updated_by": words.word("own field", "metadata"),
    }
    phone = {"number": "555-0100", "type": "voice"}
    told = words.word("coordinator field", "phones")
    cell = {"number": "555-0101", "type": "cell", "description": told}
    return service(
        f"{OPEN} {number}",
        of=HOME,
        description=f"{OPEN} for all",
        assurer_email=f"{words.word('coordinator field', 'assurer_email')}@example.org",
        phones=[phone, cell],
        metadata=[log],
        profile={"needs": ["emergency_housing"], "areas": [AREA]},
    )


def shelter(words: Canaries, name: str) -> Json:
    """A confidential location: all of it but its area is a secret."""
    address = {
        "address_1": words.word("confidential location", "address_1"),
        "city": words.word("confidential location", "city"),
        "state_province": "XS",
        "postal_code": "00399",
        "country": "US",
        "address_type": "physical",
    }
    way = words.word("confidential location", "transportation")
    return location(
        name,
        organization_id=id_for("organization", HOME),
        addresses=[address],
        transportation=way,
        profile={"confidential": True, "areas": [AREA]},
    )


def office(words: Canaries, name: str, tier: str) -> Json:
    """A location that is whole of a tier."""
    return location(
        name,
        organization_id=id_for("organization", HOME),
        description=words.word(f"{tier} location", "description"),
        profile={"tier": tier, "areas": [AREA]},
    )


def get(suite: Suite, path: str) -> str:
    return suite.http.request("GET", suite.demo.portal_url + path).data.decode()


def search(suite: Suite, text: str) -> str:
    return suite.post("/services", [("need", text), ("as_typed", "yes")]).data.decode()


def at_public_pages(
    suite: Suite, words: Canaries, services: list[str]
) -> Iterator[tuple[str, bytes]]:
    """The pages of all these services, and of searches for what must not be found."""
    for id in services:
        for path in (f"/services/{id}", f"/services/{id}/card"):
            yield path, get(suite, path).encode()
    for text in (OPEN, HOME, "shelter"):
        yield f"search {text}", search(suite, text).encode()
    for word in words.typed:
        # what was typed stands in the form: only services that were found would lead to one
        yield f"search {word}", b"found it" if '"ad-results"' in search(suite, word) else b""


def at_the_api(suite: Suite, words: Canaries) -> Iterator[tuple[str, bytes]]:
    """All lists whole and as they can be had, without a key; and searches in them."""
    for resource in RESOURCES:
        for asked in ("?full=true&per_page=200", "?per_page=200", "?full=true&format=ndjson"):
            path = f"{BASE}/{resource.name}{asked}"
            if "full" in asked and "full" not in resource.parameters:
                continue
            yield path, get(suite, path).encode()
    for word in words.typed:
        told = msgspec.json.decode(get(suite, f"{BASE}/services?search={word}"))
        assert told["total_items"] == 0, words.typed[word]


def exported(suite: Suite, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The public export, in each form."""
    for form in FORMATS:
        export_folder(suite.calls, folder / form, form=form, tier="public")
    yield from looking.in_files(folder)


def stated(suite: Suite, ear: Ear) -> Iterator[tuple[str, bytes]]:
    """The events of these records: as they are kept, and as they went over the bus."""
    for row in suite.db("registry")["commits"].find({}, {"events": 1}):
        yield "commit", repr(row).encode()
    for message in list(ear.heard):
        if b"registry.events" in message:
            yield "bus", message


def is_a_store(path: str) -> bool:
    """The registry's own records are in MongoDB's files, and whole there."""
    return path.startswith(("mongod", "rabbitmq")) and not path.endswith(".log")

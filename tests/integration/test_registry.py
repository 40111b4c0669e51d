"""The registry as a real process: importing, withdrawing and reading the directory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from shared.errors import IllegalMove, NotFound
from shared.ids import new_id
from tests.support.registry_at_work import RegistryAtWork, registry_at_work
from tests.support.registry_records import id_for, location, organization, place, service


@pytest.fixture(scope="module")
def registry(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[RegistryAtWork]:
    """The registry of this module."""
    folder = tmp_path_factory.mktemp("registry")
    with registry_at_work(folder, module_amqp_uri, mongo_uri, module_mongo_prefix) as running:
        yield running


def test_an_import_lists_and_the_same_import_again_changes_nothing(
    registry: RegistryAtWork,
) -> None:
    files = [
        [organization("Once")],
        [location("Once house")],
        [service(f"Once {n}", of="Once") for n in range(150)],
        [place(f"Once {n}", "Once house") for n in range(150)],
    ]
    for records in files:
        told = registry.take(*records)
        assert told == {"listed": len(records), "changed": 0, "same": 0, "refused": []}
    made = registry.db["commits"].count_documents({})
    for records in files:
        told = registry.take(*records)
        assert told == {"listed": 0, "changed": 0, "same": len(records), "refused": []}
    assert registry.db["commits"].count_documents({}) == made
    (one,) = registry.call("describe_services", ids=[id_for("service", "Once 7")])
    assert one["organization_name"] == "Once"
    assert one["places"][0]["street"] == "418 Tern Street"


def test_content_that_comes_back_after_a_change_is_a_change(registry: RegistryAtWork) -> None:
    registry.take(organization("Back"))
    for email in ("a@example.org", "b@example.org", "a@example.org"):
        assert registry.take(organization("Back", email=email))["changed"] == 1
    stream = f"organization:{id_for('organization', 'Back')}"
    assert registry.stated(stream) == ["organization.listed"] + ["organization.changed"] * 3


def test_a_refused_record_is_named_and_blocks_no_other(registry: RegistryAtWork) -> None:
    good, bad = organization("Good"), organization("Bad", profile={"needs": ["wishes"]})
    told = registry.take(bad, good, good)
    assert told["listed"] == 1
    assert [(one["id"], one["field"]) for one in told["refused"]] == [
        (bad["id"], "profile.needs"),
        (good["id"], "id"),
    ]
    told = registry.take(service("Orphan", of="Nobody"))
    assert told["refused"][0]["field"] == "organization_id"
    told = registry.take(place("Orphan", "Nowhere"))
    assert told["refused"][0]["field"] == "service_id"


def test_a_service_that_moves_is_shown_where_it_is_now(registry: RegistryAtWork) -> None:
    registry.take(organization("Mover"))
    registry.take(location("Old hall"), location("New hall"))
    registry.take(service("Talks", of="Mover"), service("Walks", of="Mover"))
    registry.take(place("Talks", "Old hall"))
    before = registry.card(id_for("service", "Talks"))
    moved = {**place("Talks", "New hall"), "id": place("Talks", "Old hall")["id"]}
    moved["hsds"]["id"] = moved["id"]
    assert registry.take(moved)["changed"] == 1
    after = registry.card(id_for("service", "Talks"))
    assert before is not None
    assert after is not None
    assert [one["name"] for one in after["places"]] == ["New hall on Tern Street"]
    assert after["version"] > before["version"]

    moved["hsds"]["service_id"] = id_for("service", "Walks")
    assert registry.take(moved)["changed"] == 1
    left, found = (registry.card(id_for("service", name)) for name in ("Talks", "Walks"))
    assert left is not None
    assert found is not None
    assert "places" not in left
    assert found["places"][0]["name"] == "New hall on Tern Street"
    assert left["version"] > after["version"]


def test_a_place_that_becomes_confidential_loses_its_address_and_says_so(
    registry: RegistryAtWork,
) -> None:
    registry.take(organization("Hidden"))
    registry.take(location("Safe house"))
    registry.take(service("Refuge", of="Hidden"))
    registry.take(place("Refuge", "Safe house"))
    registry.take(location("Safe house", profile={"confidential": True}))
    stream = f"location:{id_for('location', 'Safe house')}"
    assert registry.stated(stream)[-2:] == ["location.changed", "service.changed"]
    found = registry.card(id_for("service", "Refuge"))
    assert found is not None
    assert found["places"] == [{"area": "XS-lakeshore", "confidential": True}]
    assert "phones" not in found


def test_no_event_holds_more_than_ids_and_codes(registry: RegistryAtWork) -> None:
    registry.take(organization("Silent agency"))
    registry.take(location("Silent house", transportation="Line 9"))
    registry.take(service("Silent beds", of="Silent agency", description="By the old mill"))
    registry.take(place("Silent beds", "Silent house"))
    rows = registry.db["commits"].find({}, {"events.data": 1, "stream": 1})
    text = str(list(rows))
    for hidden in ("Silent", "Tern", "Larch", "370-555", "46.81", "old mill", "Line 9"):
        assert hidden not in text


def test_what_is_withdrawn_is_shown_no_more(registry: RegistryAtWork) -> None:
    beds = registry.shelter("Closing", available=1, maximum=2)
    owner = id_for("organization", "Closing")
    command = {"command_id": new_id(), "kind": "organization", "id": owner, "actor": "staff"}
    for _ in range(2):
        registry.call("withdraw", **command)
    assert registry.card(beds) is None
    assert registry.stated(f"service:{beds}")[-1] == "service.withdrawn"
    assert not registry.reserve(beds, new_id())
    with pytest.raises(NotFound):
        registry.call("organization", id=owner)
    with pytest.raises(IllegalMove):
        registry.call("withdraw", **{**command, "command_id": new_id()})


def test_the_directory_is_read_page_by_page(registry: RegistryAtWork) -> None:
    registry.take(organization("Paged"), organization("Paged too", profile={"tier": "own"}))
    registry.take(
        *(service(f"Page {n}", of="Paged") for n in range(7)),
        service("Page hidden", of="Paged", profile={"tier": "partner"}),
    )
    seen: list[str] = []
    after, pages = "", 0
    while pages == 0 or after:
        page = registry.call("services_after", after=after, size=3)
        seen += [one["id"] for one in page["services"]]
        after, pages = page["next"], pages + 1
    assert seen == sorted(set(seen))
    assert {id_for("service", f"Page {n}") for n in range(7)} <= set(seen)
    assert id_for("service", "Page hidden") not in seen
    told = registry.call("organizations_after", after="", size=500)
    names = {one["name"] for one in told["organizations"]}
    assert "Paged" in names
    assert "Paged too" not in names
    assert told["next"] == ""


def test_nothing_was_stated_twice(registry: RegistryAtWork) -> None:
    rows = registry.db["commits"].find({}, {"stream": 1, "version": 1, "events.id": 1})
    ids = Counter(event["id"] for row in rows for event in row["events"])
    assert max(ids.values()) == 1

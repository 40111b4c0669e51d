"""Search through the real broker, database and engine: what is listed is found and no more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from portal.snapshot import DirectorySnapshot
from portal.wishes import Spot, Wish
from services.search.documents import index_id
from services.search.engine import Engine
from services.search.index_settings import BY_KIND
from shared.errors import Invalid
from shared.ids import new_id
from shared.vocabulary.words import WORDS
from tests.support.components import TestComponents
from tests.support.processes import eventually
from tests.support.registry_records import organization, service
from tests.support.search_hands import HOSTILE, a_guide
from tests.support.search_world import BEDS, LAW, World, contents, search_world, until

Json = dict[str, Any]


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory,
    components: TestComponents,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[World]:
    """The programs and the engine."""
    folder = tmp_path_factory.mktemp("search")
    with search_world(
        folder, components, module_amqp_uri, mongo_uri, module_mongo_prefix
    ) as running:
        yield running


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("shelter for men", BEDS),
        ("shleter", BEDS),
        ("refugio hombres", BEDS),
        ("abogado visa T", LAW),
        ("lawer", LAW),
    ],
)
def test_what_is_listed_is_found_by_lay_spanish_and_mistyped_words(
    world: World, text: str, first: str
) -> None:
    found = world.find(text)
    assert found.services[0] == first
    assert not found.is_saved_copy


def test_choices_narrow_and_are_counted(world: World) -> None:
    assert world.find(choices={"languages": ("es",)}).services == [LAW]
    assert world.find(spot=Spot(areas=("XS-lakeshore",))).services == [BEDS]
    assert world.find(spot=Spot(areas=("XS-nowhere",))).services == []
    assert world.find().counts["needs"] == {"emergency_housing": 1, "legal_assistance": 1}


def test_who_asks_alone_and_who_asks_among_others_are_told_the_same(world: World) -> None:
    wishes = [
        Wish(text="shelter for men"),
        Wish(text="abogado visa T"),
        Wish(text="North Star legal"),
        Wish(spot=Spot(areas=("XS-lakeshore",))),
        Wish(text="zzzz"),
        Wish(text="help", page=2),
    ]

    async def ask() -> None:
        async with world.portal() as (search, _):
            alone = [await search.find(wish, "en") for wish in wishes]
            together = await asyncio.gather(*(search.find(wish, "en") for wish in wishes))
            assert alone == list(together)
            assert any(found.counts for found in alone)
            assert not any(found.is_saved_copy for found in alone)

    asyncio.run(ask())


def test_a_guide_is_found_beside_the_services_in_its_language(world: World) -> None:
    assert world.find("visa").guides == [("t-visa", "en")]
    assert world.find("visa", lang="es").guides == [("t-visa", "en")]


@pytest.mark.parametrize("lang", sorted(WORDS))
def test_a_guide_is_found_by_the_words_of_every_language(world: World, lang: str) -> None:
    for word in WORDS[lang]["legal_assistance"][:3]:
        assert world.find(word, lang=lang).guides == [("t-visa", "en")], word


def test_a_changed_name_is_found_and_a_withdrawn_service_is_not(world: World) -> None:
    soup = service("Soup", profile={"needs": ["food_clothing"], "areas": ["XS-pine"]})
    world.take(soup)
    eventually(lambda: world.find("soup").services, lambda ids: ids == [soup["id"]])
    world.take({**soup, "hsds": {**soup["hsds"], "name": "Bread"}})
    eventually(lambda: world.find("bread").services, lambda ids: ids == [soup["id"]])
    world.call(
        "registry", "withdraw", command_id=new_id(), kind="service", id=soup["id"], actor="seed"
    )
    eventually(lambda: world.find("bread").services, lambda ids: soup["id"] not in ids)


def test_a_withdrawn_guide_is_found_no_more(world: World) -> None:
    world.publish(a_guide("soup", title="Soup kitchens"))
    eventually(lambda: world.find("soup kitchens").guides, lambda found: ("soup", "en") in found)
    world.call(
        "library", "withdraw_guide", command_id=new_id(), slug="soup", lang="en", actor="test"
    )
    eventually(
        lambda: world.find("soup kitchens").guides, lambda found: ("soup", "en") not in found
    )


def test_an_organization_that_changes_takes_its_services_along(world: World) -> None:
    star = organization("North Star")
    world.take({**star, "hsds": {**star["hsds"], "name": "Polar Light"}})
    eventually(lambda: world.find("polar light").services, lambda ids: set(ids) == {BEDS, LAW})
    world.take(star)
    world.settled()


def report(world: World, service: str, available: int, maximum: int, unit: str) -> None:
    given = {"available": available, "maximum": maximum, "unit": unit, "actor": "agency"}
    world.call("registry", "report_capacity", command_id=new_id(), service=service, **given)


def outward(snapshot: DirectorySnapshot, id: str) -> str:
    card = snapshot.service(id)
    return "" if card is None else card.capacity.outward


def test_the_copy_has_cards_guides_areas_and_capacity(world: World) -> None:
    report(world, BEDS, 2, 9, "bed")

    async def copy() -> None:
        async with world.portal() as (_, snapshot):
            await until(lambda: outward(snapshot, BEDS) == "has")
            card = snapshot.service(BEDS)
            assert card is not None
            assert card.capacity.updated_at
            assert [code for code, _ in snapshot.areas()] == ["XS-lakeshore", "XS-pine"]
            for typed in ("larch landing", "Lakeshor"):
                spot = snapshot.place_named(typed)
                assert spot is not None
                assert spot.areas == ("XS-lakeshore",)
            assert [guide["slug"] for guide in snapshot.guides("en")] == ["t-visa"]
            assert snapshot.guide("t-visa", "en") is not None
            age = snapshot.age_s()
            assert age is not None
            assert age < 10

    asyncio.run(copy())


def test_capacity_changes_reach_readers_and_never_the_index(world: World) -> None:
    before = world.settled()
    reader = world.call("search", "changes_after", revision=before["revision"], limit=10)
    assert (reader["cards"], reader["capacity"]) == ([], [])
    report(world, LAW, 0, 3, "slot")
    told = eventually(
        lambda: world.call("search", "changes_after", revision=before["revision"], limit=10)[
            "capacity"
        ]
    )
    assert [(one["service"], one["outward"]) for one in told] == [(LAW, "none")]
    assert world.status()["pending"] == 0


def test_hostile_arguments_are_refused_by_name(world: World) -> None:
    for given in ({"revision": -1}, {"revision": "x"}, {"limit": 0}, {"limit": 10**9}, {"x": 1}):
        arguments: Json = {"revision": 0, "limit": 10, **given}
        with pytest.raises(Invalid) as refused:
            world.call("search", "changes_after", **arguments)
        assert refused.value.field == next(iter(given))


def test_changes_are_read_in_pages_and_none_is_missed(world: World) -> None:
    seen: set[str] = set()
    revision, more = 0, True
    while more:
        page = world.call("search", "changes_after", revision=revision, limit=1)
        seen |= {card["id"] for card in page["cards"]} | set(page["withdrawn"])
        seen |= {guide["id"] for guide in page["guides"]}
        revision, more = page["revision"], page["more"]
    assert {BEDS, LAW, "guide:t-visa:en"} <= seen


def test_a_rebuilt_index_is_equal(world: World) -> None:
    world.settled()
    before = contents(world)
    told = world.call("search", "rebuild", deadline_s=60)
    assert (told["services"], told["guides"]) == (2, 1)
    assert contents(world) == before
    assert world.find("shelter for men").services[0] == BEDS


def test_a_projection_deleted_is_made_again(world: World) -> None:
    before = contents(world)
    database = world.processes.db("search")
    for name in ("documents", "capacity", "revisions", "notes"):
        database[name].delete_many({})
    eventually(world.status, lambda told: (told["services"], told["guides"]) == (2, 1))
    world.settled()
    assert contents(world) == before

    async def copy() -> int:
        async with world.portal() as (_, snapshot):
            await until(lambda: snapshot.service(LAW))
            return len(snapshot.guides("en"))

    assert asyncio.run(copy()) == 1


def test_an_index_deleted_is_filled_again(world: World) -> None:
    before = contents(world)
    Engine(world.settings).delete("services")
    eventually(lambda: contents(world), lambda now: now == before)


def test_an_index_the_engine_made_by_itself_gets_its_settings_and_all_documents(
    world: World,
) -> None:
    world.settled()
    engine = Engine(world.settings)
    engine.delete("services")
    # What a write does that comes before the next look: the engine makes an index of its own.
    engine.write("services", [{"id": index_id(BEDS)}])
    eventually(
        lambda: world.find("shelter for men"),
        lambda found: not found.is_saved_copy and found.services[:1] == [BEDS],
    )


def test_one_bad_document_is_named_and_the_batch_goes_through(world: World) -> None:
    engine = Engine(world.settings)
    engine.create("batch", BY_KIND["service"])
    documents: list[Json] = [{"id": f"d{number}", "name": "x"} for number in range(50)]
    documents[7]["id"] = "not an id!"
    documents[30]["id"] = {"$gt": ""}
    refused = engine.write("batch", documents)
    assert len(refused) == 2
    assert refused["not an id!"] == "invalid_document_id"
    assert engine.count("batch") == 48
    engine.delete("batch")


def test_a_poison_document_is_set_aside_and_the_rest_is_found(world: World) -> None:
    world.settled()
    database = world.processes.db("search")
    poisoned = {"kind": "service", "pending": True, "withdrawn": False, "revision": 1, "ticket": 1}
    card = {"organization": "o", "organization_name": "o", "name": "Poison", "areas": ["x"]}
    bad_id = "p" * 600  # longer than the engine takes
    database["documents"].insert_one({"_id": bad_id, **poisoned, "card": {"id": bad_id, **card}})
    lamp = service("Lamp", profile={"needs": ["safety"], "areas": ["XS-pine"]})
    world.take(lamp)
    eventually(lambda: world.find("lamp").services, lambda ids: ids == [lamp["id"]])
    row = eventually(lambda: database["quarantined"].find_one({"_id": bad_id}))
    assert row is not None
    assert "refused by the engine" in row["reason"]
    assert world.settled()["quarantined"] == 1
    database["documents"].delete_one({"_id": bad_id})
    database["quarantined"].delete_one({"_id": bad_id})


def test_whatever_is_typed_gets_an_answer_from_the_engine(world: World) -> None:
    for text in HOSTILE:
        found = world.find(text[:200])
        assert len(found.services) <= 20
        assert not found.is_saved_copy, text[:40]

"""Search with the engine dead, frozen or gone for good: the saved copy answers and says its age."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import msgspec
import pytest

from portal.backend import Backend
from portal.search import Search
from portal.snapshot import DirectorySnapshot
from portal.wishes import Wish
from tests.support.components import TestComponents
from tests.support.processes import eventually
from tests.support.registry_records import service
from tests.support.search_world import BEDS, LAW, World, search_world, until

#: What a page of results says of itself when it is from the saved copy; its age follows.
SAVED = "This is from our saved copy. It may be 1 minute old."


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


@pytest.fixture(scope="module")
def address(world: World) -> str:
    """Where a portal of its own program searches, once it has its saved copy."""
    portal = world.processes.portal()
    found = f"http://127.0.0.1:{portal.port}/services"
    eventually(lambda: shown(found)[1], lambda text: BEDS in text and SAVED not in text)
    return found


def shown(address: str) -> tuple[float, str]:
    """Search as a person does; return how long the page of results took, in seconds, and it."""
    begun = time.monotonic()
    answer = httpx2.post(address, data={"need": "shelter for men"}, timeout=20)
    assert answer.status_code == 200
    return time.monotonic() - begun, answer.text


def told_from_the_copy(address: str) -> None:
    """Search four times: each page comes within a second, finds, and says how old it is."""
    for _ in range(4):
        took, text = shown(address)
        assert took < 1.0
        assert BEDS in text
        assert SAVED in text


def test_with_the_engine_killed_the_page_comes_within_a_second_and_says_its_age(
    world: World, address: str
) -> None:
    pids = [program.pid for program in world.processes.running]
    world.engine.kill9()
    try:
        told_from_the_copy(address)
    finally:
        world.engine.start()
    eventually(lambda: shown(address)[1], lambda text: BEDS in text and SAVED not in text)
    assert [program.pid for program in world.processes.running] == pids


def test_with_the_engine_frozen_the_page_comes_within_a_second_and_says_its_age(
    world: World, address: str
) -> None:
    pids = [program.pid for program in world.processes.running]
    world.engine.freeze()
    try:
        told_from_the_copy(address)
    finally:
        world.engine.thaw()
    eventually(lambda: shown(address)[1], lambda text: BEDS in text and SAVED not in text)
    assert [program.pid for program in world.processes.running] == pids


async def found_by_engine(search: Search, text: str, first: str) -> None:
    """Return once the engine itself finds a service; on a busy machine it may first be late."""
    async with asyncio.timeout(30):
        while True:
            found = await search.find(Wish(text=text), "en")
            if not found.is_saved_copy and found.services[:1] == [first]:
                return
            await asyncio.sleep(0.1)


def test_with_the_engine_killed_the_copy_answers_and_later_the_engine_is_back(
    world: World,
) -> None:
    async def through_the_night() -> None:
        async with world.portal() as (search, snapshot):
            await until(lambda: snapshot.service(LAW))
            await found_by_engine(search, "shelter for men", BEDS)
            world.engine.kill9()
            found = await search.find(Wish(text="shleter for men"), "en")
            assert found.is_saved_copy
            assert found.services[0] == BEDS
            candle = service("Candle", profile={"needs": ["safety"], "areas": ["XS-pine"]})
            await asyncio.to_thread(world.take, candle)
            await asyncio.to_thread(world.engine.start)
            await found_by_engine(search, "candle", candle["id"])

    asyncio.run(through_the_night())
    assert world.settled()["engine"]["ok"]


def test_a_frozen_engine_is_waited_for_once_and_then_left_alone(world: World) -> None:
    async def frozen() -> None:
        async with world.portal() as (search, snapshot):
            await until(lambda: snapshot.service(LAW))
            await found_by_engine(search, "lawyer", LAW)
            world.engine.freeze()
            try:
                begun = time.monotonic()
                assert (await search.find(Wish(text="lawyer"), "en")).is_saved_copy
                waited = time.monotonic() - begun
                assert (await search.find(Wish(text="lawyer"), "en")).services[0] == LAW
                assert time.monotonic() - begun - waited < waited
            finally:
                world.engine.thaw()

    asyncio.run(frozen())


def test_a_copy_alone_answers_after_a_restart_and_says_its_age(
    world: World, tmp_path: Path
) -> None:
    async def alone() -> None:
        async with world.portal() as (_, snapshot):
            await until(lambda: snapshot.service(LAW))
        nowhere = "amqp://guest:guest@127.0.0.1:1//"
        settings = msgspec.structs.replace(
            world.settings, amqp_uri=nowhere, meili_url="http://127.0.0.1:1"
        )
        backend = Backend(settings)
        snapshot = DirectorySnapshot(settings, backend, poll_every_s=0.1)
        search = Search(settings, snapshot)
        await snapshot.start()
        found = await search.find(Wish(text="lawyer"), "en")
        assert found.services[0] == LAW
        assert snapshot.age_s() is not None
        await search.close()
        await snapshot.close()
        await backend.close()

    asyncio.run(alone())

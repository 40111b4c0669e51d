"""`make reindex` under searches: nobody sees an error, an empty answer or half an index."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from infra.local.binaries import ROOT
from portal.search import Search
from portal.wishes import Wish
from services.search.engine import Engine
from tests.support.components import TestComponents
from tests.support.processes import eventually
from tests.support.registry_records import service
from tests.support.search_world import World, _NoCopy, search_world

MANY = 150


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory,
    components: TestComponents,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[World]:
    """The programs and the engine, with more services than one page of the registry."""
    folder = tmp_path_factory.mktemp("search")
    with search_world(
        folder, components, module_amqp_uri, mongo_uri, module_mongo_prefix
    ) as running:
        profile = {"needs": ["emergency_housing"], "areas": ["XS-pine"]}
        records = [service(f"Bed {number}", profile=profile) for number in range(MANY)]
        told = running.call(
            "registry",
            "import_records",
            kind="service",
            records=records,
            source="test",
            actor="seed",
            deadline_s=60,
        )
        assert told["listed"] == MANY
        eventually(lambda: running.find("shelter").total, lambda total: total == MANY + 1)
        yield running


def run(world: World, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of an operator as `make` does."""
    return subprocess.run(
        [sys.executable, "-m", "services.search_index", command],
        cwd=ROOT,
        env=os.environ | world.processes.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class Asking:
    """Asks the engine without a pause and keeps what was wrong with any answer."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._ask()))
        self.answers = 0
        self.wrong: list[str] = []

    def __enter__(self) -> Asking:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    async def _ask(self) -> None:
        search = Search(self._world.settings, _NoCopy(), deadline_s=20)
        while not self._is_over.is_set():
            found = await search.find(Wish(text="shelter"), "en")
            guides = await search.find(Wish(text="visa"), "en")
            self.answers += 1
            if found.is_saved_copy or guides.is_saved_copy:
                self.wrong.append("no answer of the engine")
            if found.total != MANY + 1 or len(found.services) != 20:
                self.wrong.append(f"{found.total} services")
            if guides.guides != [("t-visa", "en")]:
                self.wrong.append(f"guides {guides.guides}")
        await search.close()


def test_searches_during_a_reindex_see_the_whole_index_and_nothing_else(world: World) -> None:
    with Asking(world) as asking:
        for _ in range(2):
            told = run(world, "reindex")
            assert told.returncode == 0, told.stderr
    assert asking.wrong == []
    assert asking.answers > 20
    assert f"filling services_next {MANY + 2} of {MANY + 2}" in told.stdout
    assert f"reindexed: {MANY + 2} services, 1 guides in" in told.stdout
    assert not Engine(world.settings).exists("services_next")


def test_what_changes_during_a_reindex_is_found_after_it(world: World) -> None:
    soup = service("Soup", profile={"needs": ["food_clothing"], "areas": ["XS-pine"]})
    listing = threading.Thread(target=world.take, args=(soup,))
    listing.start()
    assert run(world, "reindex").returncode == 0
    listing.join()
    eventually(lambda: world.find("soup").services, lambda ids: ids == [soup["id"]])
    world.call(
        "registry", "withdraw", command_id=soup["id"], kind="service", id=soup["id"], actor="seed"
    )
    eventually(lambda: world.find("soup").services, lambda ids: soup["id"] not in ids)


def test_what_is_set_aside_is_listed_by_id_and_reason_and_holds_nothing_else_up(
    world: World,
) -> None:
    documents = world.processes.db("search")["documents"]
    kept = {"kind": "service", "pending": True, "withdrawn": False, "revision": 1, "ticket": 10**9}
    card = {"organization": "o", "organization_name": "o", "name": "Poison words"}
    ids = ["p" * 600, "q\x1b[31m\nq" * 100]
    documents.insert_many([{"_id": one, **kept, "card": {"id": one, **card}} for one in ids])
    documents.insert_one({"_id": "no-card", **kept, "card": {"name": "Poison words"}})
    assert "quarantined: 3" in run(world, "reindex").stdout
    told = run(world, "quarantined")
    assert told.returncode == 0, told.stderr
    assert "p" * 80 + "  indexing: refused by the engine: invalid_document_id" in told.stdout
    assert "no-card  indexing: cannot be made a document: ValidationError" in told.stdout
    assert "quarantined: 3" in told.stdout
    assert len(told.stdout.splitlines()) == 4
    assert "Poison" not in told.stdout
    assert "\x1b" not in told.stdout
    assert world.find("shelter").services
    gone = {"withdrawn": True, "pending": True}
    documents.update_many({"_id": {"$in": [*ids, "no-card"]}}, {"$set": gone})
    eventually(world.status, lambda told: told["quarantined"] == 0)
    assert run(world, "quarantined").stdout == "quarantined: 0\n"


def test_with_the_engine_gone_a_reindex_says_so_and_a_wrong_command_how_it_is_called(
    world: World,
) -> None:
    world.engine.kill9()
    try:
        told = run(world, "reindex")
        assert told.returncode == 1
        assert "search engine" in told.stderr
        assert "Traceback" not in told.stderr
    finally:
        world.engine.start()
    wrong = run(world, "rebuild")
    assert (wrong.returncode, wrong.stderr) == (
        1,
        "usage: python -m services.search_index reindex|quarantined\n",
    )
    assert world.find("shelter").total == MANY + 1

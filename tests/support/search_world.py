"""Search with everything it needs, as real programs, and the search of a portal beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.components import Meilisearch
from portal.backend import Backend
from portal.search import Search
from portal.snapshot import DirectorySnapshot
from portal.wishes import Findings, Meaning, Near, Spot, Wish
from services.search.engine import Engine
from services.search.index_settings import BY_KIND
from shared.ids import new_id
from shared.settings import Settings
from tests.support.components import TestComponents
from tests.support.processes import Processes, eventually
from tests.support.registry_records import id_for, location, organization, place, service
from tests.support.search_hands import a_guide

Json = dict[str, Any]
BEDS, LAW = id_for("service", "Beds"), id_for("service", "Law")


class _NoCopy:
    def places(self) -> dict[str, Spot]:
        return {}

    def around(self, spot: Spot, miles: int) -> Near:
        return Near(spot.areas)

    async def search(self, wish: Wish, lang: str, meaning: Meaning, near: Near | None) -> Findings:
        return Findings(is_saved_copy=True)


@dataclass
class World:
    """The programs, the engine, and the settings a portal would have."""

    processes: Processes
    engine: Meilisearch
    settings: Settings

    def call(self, name: str, method: str, **arguments: Any) -> Any:
        return self.processes.calls.call(name, method, **arguments)

    def take(self, *records: Json) -> None:
        """Import records, kind by kind."""
        for record in records:
            told = self.call(
                "registry",
                "import_records",
                kind=record["kind"],
                records=[record],
                source="test",
                actor="seed",
            )
            assert told["refused"] == []

    def publish(self, guide: Json) -> None:
        self.call("library", "publish_guide", command_id=new_id(), guide=guide, actor="seed")

    def status(self) -> Json:
        told: Json = self.call("search", "status")
        return told

    def settled(self) -> Json:
        """Wait until everything known is in the index, and return the status."""
        return eventually(self.status, lambda told: not told["pending"] and not told["wanted"])

    def find(self, text: str = "", lang: str = "en", **wish: Any) -> Findings:
        """Search in the engine alone."""

        async def ask() -> Findings:
            search = Search(self.settings, _NoCopy(), deadline_s=20)
            try:
                return await search.find(Wish(text=text, **wish), lang)
            finally:
                await search.close()

        return asyncio.run(ask())

    @asynccontextmanager
    async def portal(self) -> AsyncIterator[tuple[Search, DirectorySnapshot]]:
        """The search of a portal, and its saved copy, brought up to now."""
        backend = Backend(self.settings)
        snapshot = DirectorySnapshot(self.settings, backend, poll_every_s=0.1)
        search = Search(self.settings, snapshot)
        await snapshot.start()
        try:
            yield search, snapshot
        finally:
            await search.close()
            await snapshot.close()
            await backend.close()


@contextmanager
def search_world(
    folder: Path, components: TestComponents, amqp_uri: str, mongo_uri: str, prefix: str
) -> Iterator[World]:
    """The registry, the library and search with an engine of their own, and two services listed."""
    with components.private(Meilisearch) as engine:
        given = {
            "MEILI_URL": engine.url,
            "MEILI_KEY": engine.master_key,
            "MEILI_INDEX_PREFIX": "test_",
            "SNAPSHOT_DIR": str(folder / "snapshot"),
        }
        processes = Processes(folder, amqp_uri, mongo_uri, prefix, **given)
        try:
            with processes.together():
                for name in ("registry", "library", "search"):
                    processes.service(name)
                for name in ("registry", "library"):
                    processes.relay(name)
            world = World(processes, engine, processes.settings)
            fill(world)
            yield world
        finally:
            processes.end()


async def until(happened: Callable[[], Any], within_s: float = 30.0) -> None:
    """Return when something is so; TimeoutError when it is not in time."""
    async with asyncio.timeout(within_s):
        while not happened():  # noqa: ASYNC110 - what is looked at has no signal
            await asyncio.sleep(0.05)


def fill(world: World) -> None:
    men = {"needs": ["emergency_housing"], "genders": ["man"], "areas": ["XS-lakeshore"]}
    law = {"needs": ["legal_assistance"], "languages": ["es"], "areas": ["XS-pine"]}
    world.take(
        organization("North Star"),
        service("Beds", profile=men),
        location("House"),
        place("Beds", "House"),
        service("Law", profile=law),
    )
    world.publish(a_guide("t-visa", title="The T visa", needs=["legal_assistance"]))
    eventually(world.status, lambda told: (told["services"], told["guides"]) == (2, 1))
    world.settled()


def contents(world: World) -> dict[str, list[Json]]:
    """Everything in both indexes, hidden fields too, in one order."""
    engine = Engine(world.settings)
    client = engine._client
    found = {}
    for kind, index in (("service", "services"), ("guide", "guides")):
        if not engine.exists(index):
            return {}
        engine.configure(index, {"displayedAttributes": ["*"]})
        documents = client.index(engine.name(index)).get_documents({"limit": 1000}).results
        engine.configure(index, {"displayedAttributes": BY_KIND[kind]["displayedAttributes"]})
        found[index] = sorted((dict(one) for one in documents), key=lambda one: str(one["id"]))
    return found

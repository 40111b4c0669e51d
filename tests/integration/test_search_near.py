"""Search near a place, by a real engine and by the saved copy: near first, all of it, once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.bench.search_page import fill
from infra.local.components import Meilisearch
from portal.backend import Backend
from portal.search import Search
from portal.snapshot import DirectorySnapshot
from portal.wishes import PAGE_SIZE, Findings, Spot, Wish
from shared.directory import Place, ServiceCard
from shared.settings import Settings, load
from tests.support.components import TestComponents
from tests.support.search_hands import card

NOWHERE = "127.0.0.1:1"
MIDDLE = (46.81, -122.85)
#: Degrees north of the middle, well inside each ring: 5, 18, 60 and 200 miles.
NORTH = (0.07, 0.26, 0.87, 2.9)
HERE, OTHER = "XS-pine", "XS-harbor"
HIDDEN, BY_PHONE, AWAY, BORDER = "hidden", "by phone", "away", "border"
MOST = 20.0


def directory() -> list[ServiceCard]:
    """A town whose county has services in every ring, hidden ones, and neighbours."""
    town = Place(area=HERE, city="Larch", region="XS", latitude=MIDDLE[0], longitude=MIDDLE[1])
    cards = [_bed(f"bed {n} ring {n % 4}", HERE, NORTH[n % 4]) for n in range(60)]
    cards += [_bed(f"{BORDER} {n}", OTHER, NORTH[0]) for n in range(7)]
    cards += [_bed(f"{AWAY} {n}", OTHER, NORTH[2]) for n in range(7)]
    hidden = Place(area=HERE, confidential=True)
    cards += [_card(f"{HIDDEN} {n}", areas=[HERE], places=[hidden]) for n in range(5)]
    cards.append(_card(BY_PHONE, remote=True))
    cards += [
        card(f"town {n}", needs=["food_clothing"], areas=[HERE], places=[town]) for n in range(3)
    ]
    both = [Place(area=HERE, latitude=MIDDLE[0] + n, longitude=MIDDLE[1]) for n in (9.0, 0.02)]
    broken = Place(area=HERE, latitude=9_999.0, longitude=0.0)
    return [
        *cards,
        _card("bed 60 ring 0 and far", areas=[HERE], places=both),
        _card(f"{HIDDEN} by a wrong point", areas=[HERE], places=[broken]),
    ]


def _bed(name: str, area: str, north: float) -> ServiceCard:
    at = Place(area=area, latitude=MIDDLE[0] + north, longitude=MIDDLE[1])
    return _card(name, areas=[area], places=[at])


def _card(name: str, **fields: object) -> ServiceCard:
    return card(name.replace(" ", "-"), needs=["emergency_housing"], **fields)


@dataclass
class Town:
    """A portal's search over the directory, by the engine or without one."""

    settings: Settings
    by_engine: bool

    def pages(self, most: int = 10, **wish: object) -> list[Findings]:
        return asyncio.run(self._pages(most, wish))

    async def _pages(self, most: int, wish: dict[str, object]) -> list[Findings]:
        backend = Backend(self.settings)
        snapshot = DirectorySnapshot(self.settings, backend)
        await snapshot.start()
        search = Search(self.settings, snapshot, deadline_s=MOST)
        spot = snapshot.place_named(str(wish.pop("place", "")))
        told = [Wish(spot=spot, page=n + 1, **wish) for n in range(most)]  # type: ignore[arg-type]
        try:
            found = [await search.find(one, "en") for one in told]
        finally:
            await search.close()
            await snapshot.close()
            await backend.close()
        assert all(one.is_saved_copy is not self.by_engine for one in found)
        return found


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, components: TestComponents
) -> Iterator[dict[str, Town]]:
    folder: Path = tmp_path_factory.mktemp("near")
    with components.private(Meilisearch) as engine:
        given = {
            "MEILI_URL": engine.url,
            "MEILI_KEY": engine.master_key,
            "SNAPSHOT_DIR": str(folder),
            "INSTANCE": "portal",
            "AMQP_URI": f"amqp://guest:guest@{NOWHERE}//",
        }
        settings = load(given)
        fill(settings, directory())
        without = load({**given, "MEILI_URL": f"http://{NOWHERE}"})
        yield {"engine": Town(settings, True), "saved copy": Town(without, False)}


@pytest.fixture(params=["engine", "saved copy"])
def town(running: dict[str, Town], request: pytest.FixtureRequest) -> Town:
    return running[request.param]


def ids(pages: list[Findings]) -> list[str]:
    return [id.removeprefix("id-") for one in pages for id in one.services]


def ring_of(id: str) -> float:
    """Which ring a service is expected in; hidden ones stand with those of the second."""
    if id.startswith((HIDDEN, BY_PHONE.replace(" ", "-"))):
        return 1
    return 4 if id.startswith(BORDER) else int(id.split("-ring-")[1][0])


@pytest.mark.parametrize(
    "wish",
    [
        {"place": "Larch", "text": "bed"},
        {"place": "Larch", "choices": {"needs": ("emergency_housing",)}},
        {"text": "a bed in Larch"},
        {"place": "Larch", "text": "bed", "as_typed": True},
    ],
    ids=str,
)
def test_pages_hold_what_serves_the_town_and_its_neighbours_nearest_first(
    town: Town, wish: dict[str, Any]
) -> None:
    pages = town.pages(**wish)
    found = ids(pages)
    assert len(found) == len(set(found))
    # By the words alone, a name that has not got them is not found.
    beds = [id for id in found if id.startswith(("bed", BORDER, HIDDEN, "by-phone"))]
    if not wish.get("as_typed"):
        assert len(beds) == 61 + 7 + 6 + 1
        assert beds == found
        assert pages[0].total == len(found)
    assert not any(id.startswith(AWAY) for id in found)
    rings = [ring_of(id) for id in beds]
    assert rings == sorted(rings)
    assert [len(one.services) for one in pages[: len(found) // PAGE_SIZE]] == [PAGE_SIZE] * (
        len(found) // PAGE_SIZE
    )


@pytest.mark.parametrize(("miles", "rings"), [(10, 1), (25, 2), (100, 3)])
def test_a_distance_leaves_out_what_is_farther_and_keeps_hidden_addresses(
    town: Town, miles: int, rings: int
) -> None:
    found = ids(town.pages(place="Larch", text="bed", miles=miles))
    expected = {f"bed-{n}-ring-{n % 4}" for n in range(60) if n % 4 < rings}
    expected |= {f"{BORDER}-{n}" for n in range(7)} | {f"{HIDDEN}-{n}" for n in range(5)}
    expected |= {f"{AWAY}-{n}" for n in range(7)} if miles == 100 else set()
    expected |= {"by-phone", "bed-60-ring-0-and-far", f"{HIDDEN}-by-a-wrong-point"}
    assert set(found) == expected
    assert len(found) == len(expected)


def test_counts_are_of_everything_near(running: dict[str, Town]) -> None:
    (first,) = running["engine"].pages(1, place="Larch")
    assert first.counts["needs"] == {"emergency_housing": 61 + 7 + 6 + 1, "food_clothing": 3}


def test_a_search_without_a_place_asks_what_it_always_asked(running: dict[str, Town]) -> None:
    async def bodies() -> list[dict[str, object]]:
        snapshot = DirectorySnapshot(running["engine"].settings, Backend(Settings()))
        search = Search(Settings(), snapshot)
        told = [Wish(text="bed"), Wish(page=3), Wish(text="bed", spot=Spot("x", (HERE,)))]
        return [search.question(one, "en") for one in told]

    plain, third, area = asyncio.run(bodies())
    for told in (plain, third, area):
        asked = told["queries"]
        assert isinstance(asked, list)
        assert len(asked) == 2
        assert "cells" not in str(asked)
    assert "areas" not in str(plain)


def test_those_found_by_their_name_leave_no_hole_on_later_pages(town: Town) -> None:
    found = ids(town.pages(text="bed 7 ring zzz"))
    assert len(found) == len(set(found))
    assert {f"bed-{n}-ring-{n % 4}" for n in range(60)} <= set(found)

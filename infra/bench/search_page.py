"""The portal's search page against the raw engine call it makes, over 20,000 services.

Both are asked by the same client over kept-alive connections, in turns within one run, so what the
machine does meanwhile meets both alike. `python -m infra.bench search` prints the ratios.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import aiohttp
import msgspec

from infra.bench.directory import generated_cards
from infra.local import ports
from infra.local.components import Meilisearch
from infra.local.program import ProcessKind, Program
from portal.saved_copy import SavedFile
from portal.search import Search
from portal.snapshot import DirectorySnapshot
from portal.wishes import Findings, Meaning, Near, Spot, Wish
from services.search.documents import service_document
from services.search.engine import Engine
from services.search.index_settings import BY_KIND, INDEX_NAMES
from shared.crypto import keys
from shared.directory import ServiceCard
from shared.settings import Settings, load

SERVICES = 20_000
BATCH = 1_000
ROUNDS = 20
WAIT_S, LOOK_S = 120, 3
A_ROUND = 48
CLIENTS = (1, 32)
QUERIES = (
    *("shelter for men", "abogado visa T", "lawer", "bed tonight", "food", "doctor spanish"),
    *("trabajo", "interpreter", "shleter with children", "detox", "school", "help with money"),
)
NOWHERE = "127.0.0.1:1"
Ask = Callable[[str], Coroutine[Any, Any, int]]


@dataclass(frozen=True)
class Compared:
    """Milliseconds of the raw call and of the page, at so many clients.

    Medians of the rounds. A round of raw calls and the round of pages right after it meet the
    same machine, so each pair has a ratio of its own; `lowest` and `highest` are the quarters.
    """

    clients: int
    raw_ms: float
    page_ms: float
    ratio: float
    lowest: float
    highest: float


class _NoCopy:
    """In the place of the saved copy: an engine that does not answer must not look fast."""

    def places(self) -> dict[str, Spot]:
        return {}

    def around(self, spot: Spot, miles: int) -> Near:
        return Near(spot.areas)

    async def search(self, wish: Wish, lang: str, meaning: Meaning, near: Near | None) -> Findings:
        raise RuntimeError("the engine did not answer")


@contextmanager
def portal_over(count: int) -> Iterator[tuple[Settings, str]]:
    """Run an engine with `count` generated services and the real portal; give its address."""
    with tempfile.TemporaryDirectory(prefix="anydoor-bench-") as name:
        folder = Path(name)
        with Meilisearch(folder / "meilisearch") as engine:
            environment = {
                "MEILI_URL": engine.url,
                "MEILI_KEY": engine.master_key,
                "SNAPSHOT_DIR": str(folder / "snapshot"),
                "SPOOL_DIR": str(folder / "spool"),
                "KEYS_DIR": str(folder / "keys"),
                "AMQP_URI": f"amqp://guest:guest@{NOWHERE}//",
                "MONGO_URI": f"mongodb://{NOWHERE}/?serverSelectionTimeoutMS=500",
            }
            settings = load(environment)
            keys.make(settings.keys_dir)
            fill(settings, list(generated_cards(count)))
            kind = ProcessKind("portal", ("-m", "portal"), "/health/live", "PORTAL_PORT")
            program = Program(kind, "portal", folder, environment, ports.free_port())
            with program:
                portal = f"http://{ports.HOST}:{program.port}"
                wait_for_files(portal)
                yield settings, f"{portal}/services"


def fill(settings: Settings, cards: Sequence[ServiceCard]) -> None:
    """Put services into the engine and into the portal's saved copy."""
    engine = Engine(settings)
    for kind, index in INDEX_NAMES.items():
        engine.create(index, BY_KIND[kind])
    # The instance is named as the program is, so that the portal finds the file.
    named = msgspec.structs.replace(settings, instance="portal")
    file = SavedFile(DirectorySnapshot.path_in(named))
    for start in range(0, len(cards), BATCH):
        part = cards[start : start + BATCH]
        documents = {card.id: service_document(card) for card in part}
        engine.write("services", list(documents.values()))
        page = {
            "epoch": "bench",
            "revision": start + BATCH,
            "cards": [msgspec.to_builtins(card) for card in part],
            "guides": [],
            "documents": documents,
            "withdrawn": [],
            "capacity": [
                {
                    "service": card.id,
                    "outward": card.capacity.outward,
                    "updated_at": card.capacity.updated_at,
                }
                for card in part
            ],
        }
        file.apply([page], time.time())
    file.close()


async def compare(settings: Settings, page_url: str, clients: int, rounds: int) -> Compared:
    """Ask in turns and return the medians."""
    search = Search(settings, _NoCopy())
    bodies = {q: msgspec.json.encode(search.question(Wish(text=q), "en")) for q in QUERIES}
    engine_headers = {
        "Authorization": f"Bearer {settings.meili_key}",
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
    }
    page_headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept-Encoding": "gzip",
        "Accept-Language": "en",
    }
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=clients), auto_decompress=False
    ) as session:

        async def post(url: str, body: bytes, headers: dict[str, str]) -> int:
            async with session.post(url, data=body, headers=headers) as answer:
                await answer.read()
                return answer.status

        async def raw(query: str) -> int:
            url = f"{settings.meili_url}/multi-search"
            return await post(url, bodies[query], engine_headers)

        async def page(query: str) -> int:
            return await post(page_url, urlencode({"need": query}).encode(), page_headers)

        pairs = [
            [median(took) for took in await two_rounds(raw, page, clients)]
            for _ in range(rounds + 1)
        ]
    return compared(clients, pairs[1:])  # the first round warms both up


async def two_rounds(raw: Ask, page: Ask, clients: int) -> list[list[float]]:
    """Return the seconds of a round of raw calls and of pages.

    One client asks in turn, a raw call and then the page: asked back to back, the engine would be
    warmer than any portal finds it, which calls it no oftener than it is called itself. Of many
    clients each kind has a round of its own, or the pages would slow down the raw calls.
    """
    if clients > 1:
        return [await one_round(ask, clients) for ask in (raw, page)]
    took: list[list[float]] = [[], []]
    for at in range(A_ROUND):
        for ask, seconds in zip((raw, page), took, strict=True):
            seconds.append(await timed(ask, QUERIES[at % len(QUERIES)]))
    return took


def compared(clients: int, pairs: Sequence[Sequence[float]]) -> Compared:
    """Return what (seconds of a raw call, of a page) of every round come to."""
    raw_ms, page_ms = (1_000 * median(side) for side in zip(*pairs, strict=True))
    ratios = sorted(page / raw for raw, page in pairs)
    at = [ratios[round(share * (len(ratios) - 1))] for share in (0.25, 0.75)]
    return Compared(clients, raw_ms, page_ms, median(ratios), *at)


def wait_for_files(portal: str) -> None:
    """Return when the portal has made the directory's files: it does so once for a new copy, in a
    process of lowest priority, and is measured as it is the rest of the time."""
    for _ in range(0, WAIT_S, LOOK_S):
        with suppress(HTTPError, URLError), urlopen(f"{portal}/directory/services.csv"):  # noqa: S310
            return
        time.sleep(LOOK_S)
    raise RuntimeError(f"the directory's files were not made in {WAIT_S} s")


async def one_round(ask: Ask, clients: int) -> list[float]:
    """Send A_ROUND questions by so many clients and return the seconds each took."""
    left = iter(range(A_ROUND))
    took: list[float] = []

    async def client() -> None:
        for at in left:
            took.append(await timed(ask, QUERIES[at % len(QUERIES)]))

    await asyncio.gather(*(client() for _ in range(clients)))
    return took


async def timed(ask: Ask, query: str) -> float:
    """Ask and return the seconds it took."""
    begun = time.perf_counter()
    status = await ask(query)
    took = time.perf_counter() - begun
    if status != 200:
        raise RuntimeError(f"answered {status}")
    return took


def main(count: int = SERVICES, rounds: int = ROUNDS) -> dict[int, Compared]:
    """Measure, print a table and return the figures by number of clients."""
    print(f"\nSearch page against the raw engine call it makes, {count:,} services, p50")
    found = {}
    with portal_over(count) as (settings, page_url):
        for clients in CLIENTS:
            one = asyncio.run(compare(settings, page_url, clients, rounds))
            found[clients] = one
            print(
                f"  {clients:>2} clients: raw {one.raw_ms:6.2f} ms   page {one.page_ms:6.2f} ms"
                f"   {one.ratio:.2f}x   (half of the rounds: {one.lowest:.2f} to"
                f" {one.highest:.2f})",
                flush=True,
            )
    return found


if __name__ == "__main__":
    main()

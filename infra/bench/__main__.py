"""`python -m infra.bench [events] [search] [matching] [tips] [import] [codes]`: figures, peers."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from infra.bench.event_path.drive import Result, Rig, measure
from infra.bench.footprint import accept_tips, idle_memory
from infra.bench.importing import main as importing
from infra.bench.known_codes import main as known_codes
from infra.bench.matching import main as matching
from infra.bench.search_page import main as search_page
from infra.local.components import Mongod, RabbitMQ
from infra.local.private import private_demo

EVENTS = 8_000
STEADY = 6_000
STEADY_RATE = 300.0
ROUNDS = 2


def events(folder: Path) -> None:
    """The event path: plain nameko, raw kombu and ours in turns, then ours at a steady rate."""
    print("\nEvent path: accepted over HTTP, stored by one service, applied by another")
    best: dict[str, Result] = {}
    with RabbitMQ(folder / "rabbitmq") as broker, Mongod(folder / "mongod") as database:

        def run(name: str, count: int, rate: float | None, turn: str) -> Result:
            own = folder / turn
            own.mkdir()
            vhost = broker.add_vhost(turn)
            result = measure(Rig(vhost, database.uri, turn, own), name, count, rate)
            broker.delete_vhost(turn)
            database.drop_databases(turn)
            print(f"  {result.line()}", flush=True)
            return result

        for turn in range(ROUNDS):
            for name, count in (("plain", EVENTS // 4), ("raw", EVENTS // 4), ("ours", EVENTS)):
                result = run(name, count, None, f"{name}{turn}")
                if name not in best or result.per_second > best[name].per_second:
                    best[name] = result
        run("ours", STEADY, STEADY_RATE, "steady")
    for peer in ("plain", "raw"):
        ratio = best["ours"].per_second / best[peer].per_second
        print(f"  ours against {peer}: {ratio:.1f}x (best of {ROUNDS} each)")


def tips(folder: Path) -> None:
    """Tips accepted by the portal of a whole demo, and what its processes weigh at rest."""
    with private_demo(folder / "demo") as demo:
        print("\nIdle memory, MiB (resident, proportional)")
        for name, (resident, proportional) in sorted(idle_memory(demo).items()):
            print(f"  {name:<16} {resident:7.0f} {proportional:7.0f}")
        print("\nTips accepted through the portal's form, sealed, with receipt")
        for clients in (1, 16):
            found = asyncio.run(accept_tips(demo.portal_url, 100 * min(clients, 8), clients))
            print(
                f"  {clients:>2} at a time: {found.per_second:6.0f}/s   p50 {found.p50_ms:6.1f} ms"
                f"   p95 {found.p95_ms:6.1f} ms   refused {found.refused}"
            )


def main(wanted: list[str]) -> None:
    """Run the named parts, or all."""
    print(f"{os.cpu_count()} cores; ratios within one run are what counts")
    parts: dict[str, Callable[[Path], object]] = {
        "events": events,
        "search": lambda _: search_page(),
        "matching": lambda _: matching(),
        "tips": tips,
        "import": lambda _: importing(),
        "codes": known_codes,
    }
    for name, part in parts.items():
        if not wanted or name in wanted:
            with tempfile.TemporaryDirectory(prefix="anydoor-bench-") as folder:
                part(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])

"""Idle memory of each process, and how many tips a second the portal accepts."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
import psutil

from infra.local.private import PrivateDemo

MIB = 1_048_576


def idle_memory(demo: PrivateDemo) -> dict[str, tuple[float, float]]:
    """Return, for each process of ours, resident and proportional memory in MiB."""
    found = {}
    for name, process in demo.state()["processes"].items():
        memory = psutil.Process(process["pid"]).memory_full_info()
        found[name] = (memory.rss / MIB, memory.pss / MIB)
    return found


@dataclass(frozen=True)
class Tips:
    """Tips accepted: how many a second, and how long one took, in milliseconds."""

    per_second: float
    p50_ms: float
    p95_ms: float
    refused: int


async def accept_tips(portal_url: str, count: int, clients: int) -> Tips:
    """Send tips through the portal's own form, one page and one post each, and time the posts."""
    took: list[float] = []
    refused = 0
    left = iter(range(count))

    async def reporter(session: aiohttp.ClientSession) -> None:
        nonlocal refused
        for at in left:
            async with session.get(f"{portal_url}/tip") as page:
                ticket = (await page.text()).split('name="ticket" value="', 1)[1].split('"', 1)[0]
            form = urlencode({"ticket": ticket, "text": f"Report {at}. " + "words " * 60})
            began = time.perf_counter()
            async with session.post(f"{portal_url}/tip", data=form, headers=FORM) as answer:
                await answer.read()
                took.append(1_000 * (time.perf_counter() - began))
                refused += answer.status != 200

    began = time.perf_counter()
    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(reporter(session) for _ in range(clients)))
    seconds = time.perf_counter() - began
    took.sort()
    return Tips(
        per_second=(len(took) - refused) / seconds,
        p50_ms=took[len(took) // 2],
        p95_ms=took[int(len(took) * 0.95)],
        refused=refused,
    )


FORM = {"Content-Type": "application/x-www-form-urlencoded"}

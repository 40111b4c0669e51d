"""Whoever waits for the database may go away at any moment: the driver stays usable."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.common import MIN_HEARTBEAT_INTERVAL
from pymongo.errors import PyMongoError

from portal.within import within

#: The driver looks for a server in rounds of this length, and takes its lock after each.
ROUND_S = MIN_HEARTBEAT_INTERVAL


@asynccontextmanager
async def nobody_there() -> AsyncIterator[AsyncMongoClient[dict[str, Any]]]:
    """A client of a server that is down: every call waits for one, and then fails."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
            "127.0.0.1", port, serverSelectionTimeoutMS=int(ROUND_S * 3_000)
        )
        try:
            yield client
        finally:
            async with asyncio.timeout(10):
                await client.close()


async def _cancelled_as_it_ends(client: AsyncMongoClient[dict[str, Any]]) -> bool:
    """Cancel who waits for a call at the end of a round of its search; is the lock free then?

    The lock is held here meanwhile, as the driver's monitor does for a moment at a time.
    """
    lock = client._topology._lock
    waiter = asyncio.create_task(within(5, client.a.b.find_one()))
    await asyncio.sleep(ROUND_S / 2)
    async with lock:
        await asyncio.sleep(ROUND_S)
        waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    try:
        async with asyncio.timeout(10), lock:
            return True
    except TimeoutError:
        return False


def test_a_call_given_up_as_it_ends_leaves_the_drivers_lock_free() -> None:
    async def give_up() -> bool:
        async with nobody_there() as client:
            return await _cancelled_as_it_ends(client)

    assert asyncio.run(give_up())


@pytest.mark.parametrize("seconds", [0.05, 10])
def test_who_waits_hears_in_time_and_the_call_ends_too(
    seconds: float, caplog: pytest.LogCaptureFixture
) -> None:
    gc.collect()  # what other tests left
    caplog.clear()

    async def ask() -> None:
        async with nobody_there() as client:
            before = asyncio.all_tasks()
            with pytest.raises((TimeoutError, PyMongoError)):
                await within(seconds, client.a.b.find_one())
            calls = [one for one in asyncio.all_tasks() - before if "find_one" in repr(one)]
            assert len(calls) == (seconds < ROUND_S)
            if calls:
                _, late = await asyncio.wait(calls, timeout=10)
                assert not late
            calls.clear()
            gc.collect()

    asyncio.run(ask())
    assert "never retrieved" not in caplog.text


def test_what_the_call_returns_or_raises_is_passed_on() -> None:
    async def answer() -> str:
        return "yes"

    async def refuse() -> str:
        raise PyMongoError("no")

    assert asyncio.run(within(1, answer())) == "yes"
    with pytest.raises(PyMongoError, match="no"):
        asyncio.run(within(1, refuse()))

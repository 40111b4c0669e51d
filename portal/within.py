"""Waiting for MongoDB only so long, without ever cancelling a call of its driver.

While MongoDB is down the driver looks for it in rounds of half a second. A call that is cancelled
at the end of a round takes the driver's lock with it (docs/decisions/0014-calls-that-go-on.md): no
call of this process is answered any more, also when MongoDB is back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

#: Those that are under way; asyncio itself does not keep a task alive.
_under_way: set[asyncio.Task[Any]] = set()


async def within(seconds: float, call: Coroutine[Any, Any, T]) -> T:
    """Return what a call of the asynchronous driver returns, in `seconds` at most.

    Raises what the call raises, or TimeoutError. Whoever waits may run out of time or be cancelled:
    the call goes on to its own end, which the limits of its client bring about.
    """
    task = asyncio.create_task(call)
    _under_way.add(task)
    task.add_done_callback(_ended)
    async with asyncio.timeout(seconds):
        return await asyncio.shield(task)


def _ended(task: asyncio.Task[Any]) -> None:
    _under_way.discard(task)
    if not task.cancelled():
        task.exception()  # looked at: else asyncio complains of those nobody waits for any more

"""Whether the portal lives, and whether all it stands on answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portal.ports import Parts, parts

MOST_S = 1.8
T = TypeVar("T")


async def live(request: Request) -> Response:
    """Answer as long as the process runs."""
    return JSONResponse({"status": "live"})


async def ready(request: Request) -> Response:
    """Name each component and whether it answers: 200 when all do, else 503."""
    bundle = parts(request)
    found = await _components(bundle)
    body = {
        "status": "ready" if all(found.values()) else "degraded",
        "components": {name: "up" if is_up else "down" for name, is_up in found.items()},
        "snapshot_age_s": bundle.snapshot.age_s(),
    }
    return JSONResponse(body, 200 if all(found.values()) else 503)


async def _components(bundle: Parts) -> dict[str, bool]:
    services, *others = await asyncio.gather(
        _within(bundle.backend.health(), {"rabbitmq": False}),
        *(_within(check(), False) for check in bundle.checks.values()),
    )
    return {
        **services,
        **dict(zip(bundle.checks, others, strict=True)),
        "triage_key": bundle.recipients.is_known,
    }


async def _within(question: Awaitable[T], otherwise: T) -> T:
    try:
        async with asyncio.timeout(MOST_S):
            return await question
    except (TimeoutError, OSError):
        return otherwise

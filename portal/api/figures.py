"""How long clients wait and how often they get a service: all for the coordinating agency's
programs, its own offers for every other agency's."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.api.asking import answer, ask
from portal.api.gaps import filters_of

SPLITS = ("need", "population", "language", "area", "month", "quarter")


async def figures(request: Request) -> Response:
    """Return waits, answers and bounces, small counts hidden."""
    return answer(await ask(request, "referrals", "figures", **filters_of(request, SPLITS)))

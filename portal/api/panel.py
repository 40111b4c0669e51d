"""The panel and the pathways, for programs of agencies: counts and codes, no person."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.api.asking import answer, ask
from portal.ports import parts


async def panel(request: Request) -> Response:
    """Return {own, counts}: the agency's entries, and how many all agencies have together."""
    return answer(await ask(request, "registry", "panel"))


async def pathways(request: Request) -> Response:
    """Return {pathways}: each with its names, for whom it is, and its steps in order."""
    return answer({"pathways": await parts(request).backend.call("registry", "pathways")})

"""The first page: five doors, and what to read before walking through one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.rendering import render


async def home(request: Request) -> Response:
    """Show the doors."""
    return render(request, "home.html")


async def stay_safe(request: Request) -> Response:
    """Say what Exit does and what stays on the phone."""
    return render(request, "stay_safe.html")

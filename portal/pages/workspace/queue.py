"""What the agency owes its clients: needs nobody could take and why, and every other deadline."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.pages.workspace.frame import ask, show
from portal.pages.workspace.lines import queue_lines


async def queue(request: Request) -> Response:
    """List what is owed, the next deadline first, with who was asked and who could not be."""
    found = await ask(request, "referrals", "queue")
    lines = await queue_lines(request, found)
    return show(
        request,
        "queue.html",
        unmet=[line for line in lines if line["action"] == "place_need"],
        others=[line for line in lines if line["action"] != "place_need"],
    )

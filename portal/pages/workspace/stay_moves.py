"""What staff do with a stay: set its last day, and ask for the next place in time."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Problem, check
from portal.pages.workspace.frame import act, path_id, posted, settle
from portal.pages.workspace.stay_view import NEXT_PLACE, STAY_DAY
from portal.pages.workspace.streams import show_stream
from portal.plans import as_day


async def set_end(request: Request) -> Response:
    """Set the last day of a placement. What is no day stays here: it could be anything."""
    day = posted(request).first("ends_on").strip()
    if as_day(day) is None:
        return await show_stream(request, [Problem("ends_on", STAY_DAY.required)], 422)
    return await _move(request, "set_stay_end", "stay", ends_on=day)


async def ask_next(request: Request) -> Response:
    """Ask for the place after this one."""
    answers = check([NEXT_PLACE], posted(request))
    if answers.problems:
        return await show_stream(request, answers.problems, 422)
    chosen = answers.one("next_type")
    return await _move(request, "ask_next_placement", "next_place", need_type=chosen)


async def _move(request: Request, method: str, done: str, **told: Any) -> Response:
    stream, referral = path_id(request, "stream"), path_id(request, "referral")

    async def again(problems: list[Problem], status: int) -> Response:
        """The next place is chosen in a field of its own name."""
        named = {"need_type": "next_type"}
        placed = [Problem(named.get(p.name, p.name), p.message, p.values) for p in problems]
        return await show_stream(request, placed, status)

    return await settle(
        request,
        act(request, "referrals", method, stream=stream, referral=referral, **told),
        to=f"/workspace/streams/{stream}",
        done=done,
        again=again,
    )

"""The road map for programs: answers as codes, steps as the pages show them, and plans of them."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from portal.api import bodies
from portal.api.asking import act, answer, path_id
from portal.api.asking import ask as seen
from portal.plans import check_in_plan, check_steps_known
from portal.ports import parts
from portal.road_map import ask, check_codes_known


async def road_map(request: Request) -> Response:
    """Return {version, steps} for these answers."""
    said = await bodies.read(request, bodies.Asked)
    check_codes_known(said.answers)
    found = await ask(parts(request), said.answers, said.lang)
    return answer(msgspec.to_builtins(found))


async def attach(request: Request) -> Response:
    """Make these steps the plan of a stream the agency leads."""
    stream, said = path_id(request, "stream"), await bodies.read(request, bodies.Planned)
    found = await check_steps_known(parts(request), said.steps)
    arguments = {"stream": stream, "version": found.version, "steps": said.steps}
    return answer(await act(request, "referrals", "attach_plan", **arguments))


async def mark(request: Request) -> Response:
    """Mark a step of the plan as done or not; NotFound names the steps there are."""
    stream, step = path_id(request, "stream"), path_id(request, "step")
    said = await bodies.read(request, bodies.Marked)
    check_in_plan(await seen(request, "referrals", "stream", stream=stream), step)
    arguments = {"stream": stream, "step": step, "is_done": said.is_done}
    return answer(await act(request, "referrals", "mark_step", **arguments))

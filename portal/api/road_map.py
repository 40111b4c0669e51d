"""The road map for programs: answers as codes, steps as the pages show them, and plans of them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from portal.api import bodies
from portal.api.asking import act, answer, path_id
from portal.plans import check_steps_known
from portal.ports import parts
from portal.road_map import ask, check_codes_known


class Asked(bodies.Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`answers` are codes by question of shared.vocabulary.road_map; any may be left out."""

    answers: Annotated[
        dict[bodies.Code, Annotated[list[bodies.Code], Meta(max_length=60)]], Meta(max_length=20)
    ] = {}
    lang: Literal["en", "es"] = "en"


class Planned(bodies.Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`steps` are days ("2027-01-31") by the id of a step of the road map."""

    steps: Annotated[dict[bodies.Code, bodies.Code], Meta(min_length=1, max_length=60)]


class Marked(bodies.Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether a step of the plan is done."""

    is_done: bool


async def road_map(request: Request) -> Response:
    """Return {version, steps} for these answers."""
    said = await bodies.read(request, Asked)
    check_codes_known(said.answers)
    found = await ask(parts(request), said.answers, said.lang)
    return answer(msgspec.to_builtins(found))


async def attach(request: Request) -> Response:
    """Make these steps the plan of a stream the agency leads."""
    stream, said = path_id(request, "stream"), await bodies.read(request, Planned)
    found = await check_steps_known(parts(request), said.steps)
    arguments = {"stream": stream, "version": found.version, "steps": said.steps}
    return answer(await act(request, "referrals", "attach_plan", **arguments))


async def mark(request: Request) -> Response:
    """Mark a step of the plan as done or not."""
    arguments = {"stream": path_id(request, "stream"), "step": path_id(request, "step")}
    said = await bodies.read(request, Marked)
    return answer(await act(request, "referrals", "mark_step", **arguments, is_done=said.is_done))

"""Capacity reported by an agency's own program."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.api import bodies
from portal.api.asking import actor, answer, command_id, holder
from portal.own_services import own_service
from portal.ports import parts


async def report(request: Request) -> Response:
    """Take an agency's word for how many units of its own service are free."""
    said = await bodies.read(request, bodies.Capacity)
    await own_service(request, holder(request).agency, said.service)
    told = await parts(request).backend.call(
        "registry",
        "report_capacity",
        command_id=command_id(request),
        service=said.service,
        available=said.available,
        maximum=said.maximum,
        unit=said.unit,
        actor=actor(request),
    )
    return answer(told)

"""Which services are an agency's own: it may report the capacity of those and of no others."""

from __future__ import annotations

import msgspec
from starlette.requests import Request

from portal.ports import parts
from shared.directory import ServiceCard
from shared.errors import NotFound
from shared.fields import check_ids


async def own_service(request: Request, agency: str, service: str) -> ServiceCard:
    """Return a service of this agency; NotFound for one that is not its own, or not there."""
    check_ids(service=service)
    card = parts(request).snapshot.service(service)
    if card is None:
        found = await parts(request).backend.call("registry", "describe_services", ids=[service])
        card = msgspec.convert(found[0], ServiceCard) if found else None
    if card is None or card.organization != agency:
        raise NotFound("service", "is not one of yours", "check the id")
    return card

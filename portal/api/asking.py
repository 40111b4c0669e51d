"""What every answer of the API does alike: whose key, which command id, JSON out."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portal.ports import KeyHolder, parts
from shared.errors import Invalid
from shared.fields import check_ids
from shared.ids import derived_id, new_id

IDEMPOTENCY = "idempotency-key"


def holder(request: Request) -> KeyHolder:
    """Return whose program asks."""
    found: KeyHolder = request.state.key_holder
    return found


def actor(request: Request) -> str:
    """Return who is written down as acting: the key."""
    return f"key:{holder(request).key}"


def command_id(request: Request) -> str:
    """Return the id of this command: always the same for one Idempotency-Key of a key and address.

    Without the header a fresh one: then a repeat is a second command.
    """
    given = request.headers.get(IDEMPOTENCY)
    if given is None:
        return new_id()
    check_ids(**{IDEMPOTENCY: given})
    return derived_id("api", holder(request).key, request.method, request.scope["path"], given)


def path_id(request: Request, name: str) -> str:
    """Return an id of the address; Invalid names it when it cannot be one."""
    value = str(request.path_params[name])
    check_ids(**{name: value})
    return value


def number(request: Request, name: str, otherwise: int) -> int:
    """Return a whole number of the query; Invalid names it when it is none."""
    given = request.query_params.get(name)
    if given is None:
        return otherwise
    if not (given.isascii() and given.isdigit() and len(given) <= 9):
        raise Invalid(name, "is not a whole number", "send digits only")
    return int(given)


async def ask(request: Request, service: str, method: str, /, **arguments: Any) -> Any:
    """Return what a service answers this agency."""
    agency = holder(request).agency
    return await parts(request).backend.call(service, method, agency=agency, **arguments)


async def act(request: Request, service: str, method: str, /, **arguments: Any) -> Any:
    """Give a service a command of this agency's."""
    return await ask(
        request,
        service,
        method,
        command_id=command_id(request),
        actor=actor(request),
        **arguments,
    )


def answer(body: Any, status: int = 200) -> Response:
    """Return JSON."""
    return JSONResponse(body, status)

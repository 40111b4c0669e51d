"""Finding what a code belongs to, with the same work and answer for a wrong code as for none."""

from __future__ import annotations

import asyncio
import hmac
import logging
from dataclasses import dataclass
from typing import Any, Literal

from pymongo.errors import PyMongoError
from starlette.requests import Request

from portal.boxes import claim_id
from portal.ports import parts
from portal.within import within
from shared.crypto import codes
from shared.errors import Unavailable
from shared.storage.claims import Claim

log = logging.getLogger(__name__)
Owner = Literal["referrals", "tips"]
_ID_FIELD: dict[Owner, str] = {"referrals": "stream", "tips": "tip"}
_CLAIM_KIND: dict[Owner, str] = {"referrals": "help", "tips": "tip"}
_NO_SALT = "00" * 16


@dataclass(frozen=True)
class Found:
    """What the code opens. `arrived` is false while the service has not heard of it yet."""

    id: str
    code: str
    arrived: bool


async def find(request: Request, owner: Owner, typed: str) -> Found | None:
    """Return the stream or tip of a code, None when there is none.

    Raises Invalid when what was typed cannot be a code, Unavailable when nobody could look.
    """
    bundle = parts(request)
    code = codes.normalize(typed)
    locator = codes.locator(code, bundle.boxes.pepper)
    known, could_ask = await _known(request, owner, locator)
    claim = await _claim(request, claim_id(code, bundle.boxes.pepper))
    is_of = claim is not None and claim.kind == _CLAIM_KIND[owner] and "verifier" in claim.private
    here = [claim.private] if claim is not None and is_of else []
    match = await asyncio.to_thread(_match, code, [*known, *here], bundle.boxes.pepper)
    if match is not None:
        arrived = _ID_FIELD[owner] in match
        return Found(str(match[_ID_FIELD[owner] if arrived else "of"]), code, arrived)
    if not could_ask:
        raise Unavailable(owner, "cannot look right now", "try again later")
    return None


async def _known(request: Request, owner: Owner, locator: str) -> tuple[list[dict[str, Any]], bool]:
    try:
        return await parts(request).backend.call(owner, "verifiers", locator=locator), True
    except Unavailable:
        return [], False


async def _claim(request: Request, id: str) -> Claim | None:
    try:
        bundle = parts(request)
        return await within(bundle.settings.accept_deadline_s, bundle.claims.get(id))
    except (TimeoutError, PyMongoError) as error:
        log.info("no claim read", extra={"error": type(error).__name__})
        return None


def _match(code: str, rows: list[dict[str, Any]], pepper: bytes) -> dict[str, Any] | None:
    """Return the first row the code fits. One look-up is worked out even when there is no row."""
    if not rows:
        codes.matches(code, _NO_SALT, "", pepper)
    worked: dict[str, str] = {}
    for row in rows:
        salt = str(row["salt"])
        if salt not in worked:
            worked[salt] = codes.verifier(code, salt, pepper)
        if hmac.compare_digest(worked[salt], str(row["verifier"])):
            return row
    return None

"""An agency's own key, unlocked for one answer with its passphrase and forgotten after it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from portal.claims import read_claim
from portal.ports import Identity, parts
from portal.staff import staff_parts
from shared.crypto.sealing import unlock_identity, unseal
from shared.errors import Conflict, Invalid, NotAllowed, NotFound

if TYPE_CHECKING:
    from shared.storage.claims import Claim


async def unlock(request: Request, who: Identity, passphrase: str) -> str:
    """Return the age identity of somebody's agency.

    Raises Invalid("passphrase") when it is wrong, Conflict after too many wrong ones, NotFound
    when the agency has no key.
    """
    tries, counted = staff_parts(request).wrong_names, f"passphrase:{who.account}"
    if tries.too_many(counted):
        raise Conflict("passphrase", "was wrong too often", "wait ten minutes")
    locked = await _locked(request, who.agency)
    try:
        async with staff_parts(request).passwords.room:
            identity = await asyncio.to_thread(unlock_identity, locked.box, passphrase)
    except NotAllowed as error:
        tries.count(counted)
        raise Invalid("passphrase", error.rule, error.advice) from None
    tries.forget(counted)
    return identity


async def _locked(request: Request, agency: str) -> Claim:
    found = await parts(request).backend.call("accounts", "recipient", agency=agency)
    claim = await read_claim(parts(request).claims, str(found["claim"]))
    if claim is None or claim.kind != "identity":
        raise NotFound("key", "of your agency is not here", "ask your administrator")
    return claim


async def recipient(request: Request, agency: str) -> str:
    """Return the age recipient others seal to for an agency."""
    found = await parts(request).backend.call("accounts", "recipient", agency=agency)
    return str(found["recipient"])


async def words(request: Request, claim: str, identity: str) -> dict[str, Any] | None:
    """Return what a sealed claim says; None when it is not there or not sealed to this key."""
    found = await read_claim(parts(request).claims, claim)
    if found is None or not found.box:
        return None
    try:
        said = json.loads(await asyncio.to_thread(unseal, found.box, identity))
    except (NotAllowed, ValueError):
        return None
    return said if isinstance(said, dict) else None

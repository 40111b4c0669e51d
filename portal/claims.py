"""Reading and keeping claims for pages: a database that does not answer is Unavailable, in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pymongo.errors import PyMongoError

from portal.within import within
from shared.errors import Unavailable
from shared.storage.claims import Claim

if TYPE_CHECKING:
    from portal.ports import ClaimStore

MOST_S = 5.0


async def read_claim(claims: ClaimStore, id: str) -> Claim | None:
    """Return a claim, None when there is none (any more)."""
    try:
        return await within(MOST_S, claims.get(id))
    except (TimeoutError, PyMongoError):
        raise _no_answer() from None


async def keep_claim(
    claims: ClaimStore, id: str, kind: str, private: dict[str, Any], box: bytes = b""
) -> None:
    """Keep a claim; the same id again changes nothing."""
    try:
        await within(MOST_S, claims.put(id, kind, private, box))
    except (TimeoutError, PyMongoError):
        raise _no_answer() from None


def _no_answer() -> Unavailable:
    return Unavailable("", "cannot be read or kept right now", "try again later")

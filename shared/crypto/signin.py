"""Finding an account by its sign-in name without storing the name."""

from __future__ import annotations

import hmac


def locator(name: str, pepper: bytes) -> str:
    """Return the keyed look-up value of a sign-in name (64 hex characters).

    Case and space around the name make no difference.
    """
    return hmac.digest(pepper, b"signin:" + name.strip().lower().encode(), "sha256").hex()

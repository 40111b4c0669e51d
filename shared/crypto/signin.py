"""Finding an account by its sign-in name without storing the name."""

from __future__ import annotations

import hmac

from argon2 import PasswordHasher


def locator(name: str, pepper: bytes) -> str:
    """Return the keyed look-up value of a sign-in name (64 hex characters).

    Case and space around the name make no difference.
    """
    return hmac.digest(pepper, b"signin:" + name.strip().lower().encode(), "sha256").hex()


#: One setting for every password, so that no name takes longer than another. The least that OWASP's
#: Password Storage Cheat Sheet asks of Argon2id: 19 MiB, two passes, about 20 ms of one core.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

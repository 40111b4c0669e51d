"""Secrets of webhooks (https://www.standardwebhooks.com, 1.0): `whsec_` and base64 of the key."""

from __future__ import annotations

import base64
import binascii
import secrets

from shared.errors import Invalid

PREFIX = "whsec_"


def new_secret() -> str:
    """Return a fresh secret of 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def check_secret(secret: str) -> None:
    """Raise Invalid("secret") unless it is base64 of 24 to 64 bytes after `whsec_`."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise Invalid("secret", "is no webhook secret", "send whsec_ and base64 of 24 to 64 bytes")

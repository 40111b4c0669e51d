"""Signatures as Standard Webhooks says (https://www.standardwebhooks.com, specification 1.0)."""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import datetime

from shared.errors import Invalid

PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """Return the key in a `whsec_...` secret: base64 of 24 to 64 bytes. Raises Invalid("claim")."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise Invalid("claim", "holds no webhook secret", "whsec_ and base64 of 24 to 64 bytes")
    return key


def headers(secret: str, id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of a signed delivery; `id` stays the same when it is tried again."""
    seconds = str(int(at.timestamp()))
    signed = b".".join((id.encode(), seconds.encode(), body))
    signature = base64.b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode()
    return {
        "webhook-id": id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }

"""Identifiers: time-ordered for what happens, derived for what is imported."""

from __future__ import annotations

from uuid import UUID, uuid5

import uuid_utils

#: Every derived id lives under this one namespace (RFC 9562 section 5.5).
NAMESPACE = UUID("7b1a2f58-6f0e-5d1b-9a52-1d2f4a90c0de")


def new_id() -> str:
    """Return a fresh UUIDv7 (RFC 9562 section 5.7): 36 characters that sort by time of making."""
    return str(uuid_utils.uuid7())


def derived_id(*parts: str) -> str:
    """Return the UUIDv5 that these parts always give, so the same cause twice has the same id."""
    return str(uuid5(NAMESPACE, "\x1f".join(parts)))

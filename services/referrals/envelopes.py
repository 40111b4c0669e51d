"""Envelopes: boxes sealed to a recipient, together sealed once more to a key that can be destroyed.

Only what was sealed to somebody else comes out of one: the key of an envelope shows no word.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Protocol

from shared.crypto.sealing import unseal
from shared.errors import NotAllowed
from shared.storage.claims import Claim

SEALED = b"age-encryption.org/v1\n"


class Envelopes(Protocol):
    """What is needed of the claim store."""

    def get(self, id: str) -> Claim | None: ...

    def erase(self, id: str) -> None: ...


def boxes_in(claim: Claim | None, kind: str, most: int, identity: str) -> dict[str, str] | None:
    """Return the sealed boxes of an envelope in base64, by name.

    None when it does not open (any more), is longer than `most` bytes, or holds what is not sealed.
    """
    if claim is None or claim.kind != kind or not identity or len(claim.box) > most:
        return None
    try:
        found = json.loads(unseal(claim.box, identity))
    except (NotAllowed, ValueError):
        return None
    sealed = isinstance(found, dict) and all(map(_is_sealed, found.values()))
    return found if sealed else None


def _is_sealed(box: object) -> bool:
    """Whether a value is an age file in base64: nothing else may travel."""
    try:
        return isinstance(box, str) and base64.b64decode(box, validate=True).startswith(SEALED)
    except (binascii.Error, ValueError):
        return False

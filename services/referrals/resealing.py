"""Handing what a client wrote to her case manager: opened with the hub key, sealed to the agency.

The hub can open a box only until it was sealed anew; afterwards this agency and the offline
recovery key can, and nobody else.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Protocol

from services.referrals.stream import Stream
from shared.crypto.keys import Keys
from shared.crypto.sealing import seal, unseal
from shared.errors import NotAllowed, Unavailable
from shared.settings import WrongSettings
from shared.storage.claims import Claim

log = logging.getLogger(__name__)


class Boxes(Protocol):
    """What is needed of the claim store."""

    def get(self, id: str) -> Claim | None: ...

    def replace_box(self, id: str, box: bytes) -> None: ...


class Recipients(Protocol):
    """Who knows the agencies' keys."""

    def recipient(self, agency: str) -> str: ...


class Resealing:
    """Seals a stream's boxes to its case manager's agency."""

    def __init__(self, claims: Boxes, recipients: Recipients, keys_dir: Path) -> None:
        self._claims, self._recipients = claims, recipients
        self._keys = Keys(keys_dir)

    def hand_over(self, stream: Stream) -> int:
        """Seal every box of the stream that the hub can open to the case manager's agency; return
        how many.

        Without a case manager, or while the agency has no key, the boxes stay as they are: they
        are handed over with the next assignment or message.
        """
        claims = [one for one in (stream.claim, *(m.claim for m in stream.messages)) if one]
        if not stream.case_manager or not claims:
            return 0
        recipient = self._recipients.recipient(stream.case_manager)
        if not recipient:
            log.warning("box kept", extra={"code": "agency_without_key", "stream": stream.id})
            return 0
        return sum(self._reseal(claim, recipient) for claim in claims)

    def _reseal(self, id: str, recipient: str) -> bool:
        claim = self._claims.get(id)
        if claim is None or not claim.box:
            return False
        try:
            text = unseal(claim.box, self._keys.hub_identity)
            box = seal(text, [recipient, self._keys.recovery_recipient])
        except NotAllowed:
            return False  # sealed to a case manager's agency before
        except WrongSettings as error:
            log.error("box kept", extra={"code": "hub_key_missing"})
            raise Unavailable("keys_dir", "has no hub key", "make the keys") from error
        self._claims.replace_box(id, box)
        return True

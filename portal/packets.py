"""The packet of a handover: each box sealed to the next agency, together to the packet's key."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from shared.crypto.sealing import seal

#: What the referral service takes, less the padding and the outer seal.
LARGEST = 3_900_000


def seal_packet(words: Mapping[str, dict[str, Any]], readers: Sequence[str], key: str) -> bytes:
    """Return a packet; `words` are what each claim says, `readers` whom every box is sealed to.

    What does not fit in any more is left out, from the end.
    """
    boxes: dict[str, str] = {}
    room = LARGEST
    for claim, said in words.items():
        box = seal(json.dumps(said, ensure_ascii=False).encode(), list(readers))
        boxes[claim] = base64.b64encode(box).decode()
        room -= len(boxes[claim]) + len(claim) + len('"": "", ')
        if room < 0:
            del boxes[claim]
            break
    return seal(json.dumps(boxes).encode(), [key])

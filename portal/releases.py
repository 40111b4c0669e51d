"""The envelope of a release: each field sealed to the recipient, together to the release's key."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from shared.crypto.sealing import seal, unseal
from shared.errors import NotAllowed
from shared.vocabulary.releases import PART_2_FIELDS, PART_2_NOTICE, RELEASE_FIELDS

Json = dict[str, Any]


class Opened(NamedTuple):
    """What one field says, and the notice that came with it ("" for most)."""

    label: str
    text: str
    notice: str = ""


def seal_envelope(words: Mapping[str, str], recipient: str, key: str) -> bytes:
    """Return an envelope; `words` are texts by field, `key` what the referral service gave.

    The notice of 42 CFR 2.32 is sealed in with a field it is about.
    """
    boxes = {field: _box(field, text, recipient) for field, text in words.items()}
    return seal(json.dumps(boxes).encode(), [key])


def _box(field: str, text: str, recipient: str) -> str:
    said = {"text": text}
    if field in PART_2_FIELDS:
        said["notice"] = PART_2_NOTICE
    return base64.b64encode(seal(json.dumps(said).encode(), [recipient])).decode()


def open_boxes(boxes: Mapping[str, str], identity: str) -> list[Opened]:
    """Return what the boxes of a release say, opened with the agency's key.

    Raises NotAllowed when one is not sealed to this key.
    """
    opened = []
    for field, box in boxes.items():
        try:
            said = json.loads(unseal(base64.b64decode(box), identity))
            label = RELEASE_FIELDS[field]
            opened.append(Opened(label, str(said["text"]), str(said.get("notice", ""))))
        except (KeyError, TypeError, ValueError):
            raise NotAllowed("release", "does not open", "ask for it again") from None
    return opened


def is_live(release: Json, now: datetime) -> bool:
    """Say whether something can be shown on a release now."""
    return release["state"] == "given" and datetime.fromisoformat(release["until"]) > now


def local_day(at: str) -> str:
    """Return the day of a moment in the deployment's own time zone (the process's, TZ)."""
    return datetime.fromisoformat(at).astimezone().date().isoformat()

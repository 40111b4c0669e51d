"""A county's numbers as a few text messages: what to call, no name of a place.

Each stands alone, so that one that is lost takes no other with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote

from portal.i18n import N_, translate
from portal.offline.sheets import Group
from portal.slips import LONGEST_NOTE
from shared.settings import Settings

#: Letters with accents that a message of 160 letters may hold (3GPP TS 23.038).
GSM = frozenset("àèéìòùñäöüåæøÉÑÄÖÜÅÆØÇ¿¡")
#: Room for "1/9 " before each.
NUMBERED = 4
MOST_TEXTS = 6
PER_NEED = 2
_NO_NUMBER = re.compile(r"[^0-9+(). x-]")


def texts(groups: Sequence[Group], settings: Settings, lang: str) -> list[str]:
    """Return one to six texts of at most 160 letters: whom to call in danger, day or night, and for
    each need."""
    always = (
        (N_("In danger now?"), settings.emergency_phone),
        (N_("Talk to a person, day or night"), settings.hotline_phone),
    )
    lines = [f"{translate(lang, words)} {number}" for words, number in always]
    for group in groups:
        numbers = [_NO_NUMBER.sub("", one.phone).strip() for one in group.entries]
        told = [number for number in dict.fromkeys(numbers) if number][:PER_NEED]
        lines += [f"{group.words}: {', '.join(told)}"] if told else []
    parts = _packed([plain(line) for line in lines], LONGEST_NOTE - NUMBERED)[:MOST_TEXTS]
    return [f"{at}/{len(parts)} {part}" for at, part in enumerate(parts, 1)]


def link(text: str) -> str:
    """Return the link that opens the phone's own messages with a text (RFC 5724)."""
    return f"sms:?body={quote(text, safe='')}"


def plain(text: str) -> str:
    """Return a text in letters of which 160 fit in a message; accents go where they must."""
    return "".join(_plain(symbol) for symbol in unicodedata.normalize("NFC", text))


def _plain(symbol: str) -> str:
    if symbol.isascii() or symbol in GSM:
        return symbol
    base = unicodedata.normalize("NFKD", symbol)[0]
    return base if base.isascii() else "-"


def _packed(lines: Sequence[str], longest: int) -> list[str]:
    """Put lines together while they fit; one that never fits is left out."""
    parts: list[str] = []
    for line in lines:
        if parts and len(parts[-1]) + 1 + len(line) <= longest:
            parts[-1] = f"{parts[-1]}\n{line}"
        elif len(line) <= longest:
            parts.append(line)
    return parts

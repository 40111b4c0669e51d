"""The code a person will get, made when the form begins and carried in it, signed.

So a second press of Send, or a page sent again, gives the same code and is the same request. The
ticket is in the page only; nothing is kept for it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from shared.crypto import codes
from shared.ids import new_id

_PARTS = 3


@dataclass(frozen=True)
class Ticket:
    """`id` becomes the id of the stream or tip, `code` is what the person keeps."""

    id: str
    code: str


def new_ticket() -> Ticket:
    """Return a fresh ticket."""
    return Ticket(new_id(), codes.new_code())


def _signature(ticket: Ticket, pepper: bytes) -> str:
    return hmac.digest(pepper, f"ticket:{ticket.id}:{ticket.code}".encode(), "sha256").hex()[:32]


def write(ticket: Ticket, pepper: bytes) -> str:
    """Return the ticket as a hidden field carries it."""
    return f"{ticket.id}.{ticket.code}.{_signature(ticket, pepper)}"


def read(text: str, pepper: bytes) -> Ticket:
    """Return the ticket a hidden field carried; a fresh one when the field was changed."""
    return written(text, pepper) or new_ticket()


def written(text: str, pepper: bytes) -> Ticket | None:
    """Return the ticket a hidden field carried, None when the field was changed."""
    parts = text.split(".")
    if len(parts) == _PARTS and text.isascii():
        ticket = Ticket(parts[0], parts[1])
        if hmac.compare_digest(_signature(ticket, pepper), parts[2]):
            return ticket
    return None

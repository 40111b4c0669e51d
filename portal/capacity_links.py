"""A link that reports the capacity of one service without signing in.

Its token is 192 random bits, in hex so that no sign at its end is lost in copying. Accounts keeps
a keyed locator to find it by and the hash it must have, so neither a copy of the database nor the
pepper alone gives a link back.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal import tickets
from portal.passwords import secret_hash
from portal.tickets import Ticket
from shared.crypto import codes
from shared.ids import new_id

if TYPE_CHECKING:
    from portal.ports import Backend

_RANDOM_BYTES = 24
_TOKEN = re.compile(r"[0-9a-f]{48}")


@dataclass(frozen=True)
class Link:
    """What a link opens: one service of one agency. `id` is no secret."""

    id: str
    agency: str
    service: str


def new_ticket() -> Ticket:
    """Return a fresh token with the id of the command that makes its link."""
    return Ticket(new_id(), secrets.token_hex(_RANDOM_BYTES))


def read_ticket(text: str, pepper: bytes) -> Ticket:
    """Return the ticket of a form; a fresh one when it was changed or is for something else."""
    ticket = tickets.read(text, pepper)
    return ticket if _TOKEN.fullmatch(ticket.code) else new_ticket()


def digests(token: str, pepper: bytes) -> dict[str, str]:
    """Return what accounts is told of a token: its locator and its verifier."""
    return {"locator": codes.locator(token, pepper), "verifier": secret_hash(token)}


def could_be(token: str) -> bool:
    """Say whether this has the form of a token."""
    return _TOKEN.fullmatch(token) is not None


async def find(backend: Backend, token: str, pepper: bytes) -> Link | None:
    """Return what a token opens, None when nothing (any more); Unavailable when nobody can say."""
    shown = digests(token, pepper)
    found = await backend.call("accounts", "link_at", locator=shown["locator"])
    if found is None or not hmac.compare_digest(shown["verifier"], str(found["verifier"])):
        return None
    return Link(str(found["link"]), str(found["agency"]), str(found["service"]))

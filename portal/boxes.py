"""Sealed boxes: what a person writes leaves the portal only as an age file beside a verifier.

A help request's contact and note go to the network's hub key (the case manager's agency gets them
sealed anew), a tip to the triage agency, a suggestion to the agencies that decide about it; all
also to the offline recovery key.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal import reply_keys
from portal.intake import ClaimDraft
from portal.tickets import Ticket
from shared.crypto import codes
from shared.crypto.sealing import seal, unseal
from shared.errors import AnydoorError
from shared.ids import derived_id


def claim_id(code: str, pepper: bytes) -> str:
    """Return the id of the claim that holds a code's verifier, so it is found before the service
    knows of it."""
    return derived_id("claim", codes.locator(code, pepper))


@dataclass(frozen=True)
class Boxes:
    """Makes claims. Each call takes some 10 ms of one core: run it in a thread."""

    pepper: bytes
    hub_recipient: str
    recovery_recipient: str

    def help_claim(self, ticket: Ticket, words: dict[str, Any]) -> ClaimDraft:
        """Return the claim of a help request: how to reach the client, and the note."""
        box = seal(_as_json(words), [self.hub_recipient, self.recovery_recipient])
        return ClaimDraft(
            claim_id(ticket.code, self.pepper), "help", self._verifier_of(ticket), box
        )

    def tip_claim(self, ticket: Ticket, words: dict[str, Any], triage: str) -> ClaimDraft:
        """Return the claim of a tip. `reply_to` is whom answers to the reporter are sealed to."""
        private = self._verifier_of(ticket)
        private["reply_to"] = reply_keys.recipient(ticket.code, self.pepper)
        box = seal(_as_json(words), [triage, self.recovery_recipient])
        return ClaimDraft(claim_id(ticket.code, self.pepper), "tip", private, box)

    def suggestion_claim(self, id: str, text: str, readers: Sequence[str]) -> ClaimDraft:
        """Return the claim of what should be on a service's page, for the agencies that decide."""
        box = seal(_as_json({"text": text}), [*readers, self.recovery_recipient])
        return ClaimDraft(id, "suggestion", {}, box)

    def code_claim(self, ticket: Ticket) -> ClaimDraft:
        """Return the claim of another code for a stream, which is the ticket's id."""
        return ClaimDraft(claim_id(ticket.code, self.pepper), "code", self._verifier_of(ticket))

    def client_message(self, id: str, text: str) -> ClaimDraft:
        """Return the claim of a message to the case manager."""
        box = seal(_as_json({"text": text}), [self.hub_recipient, self.recovery_recipient])
        return ClaimDraft(id, "message", {}, box)

    def reporter_message(self, id: str, text: str, triage: str, code: str) -> ClaimDraft:
        """Return the claim of a message to triage; the reporter can read it again."""
        own = reply_keys.recipient(code, self.pepper)
        box = seal(_as_json({"text": text}), [triage, self.recovery_recipient, own])
        return ClaimDraft(id, "message", {}, box)

    def read_answer(self, box: bytes, code: str) -> str:
        """Return what a message says, opened with the receipt; "" when it is not for it."""
        try:
            words = json.loads(unseal(box, reply_keys.identity(code, self.pepper)))
        except (AnydoorError, ValueError):
            return ""
        text = words.get("text", "") if isinstance(words, dict) else ""
        return text if isinstance(text, str) else ""

    def _verifier_of(self, ticket: Ticket) -> dict[str, Any]:
        salt = codes.new_salt()
        return {
            "locator": codes.locator(ticket.code, self.pepper),
            "salt": salt,
            "verifier": codes.verifier(ticket.code, salt, self.pepper),
            "of": ticket.id,
        }


def _as_json(words: dict[str, Any]) -> bytes:
    return json.dumps(words, ensure_ascii=False).encode()

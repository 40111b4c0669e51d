"""Tickets, boxes and the key that only a receipt opens."""

from __future__ import annotations

import json

import pyrage
import pytest

from portal import reply_keys, tickets
from portal.boxes import Boxes, claim_id
from shared.crypto import codes
from shared.crypto.sealing import new_identity, seal, unseal
from shared.errors import NotAllowed

PEPPER = b"\x05" * 32
HUB, HUB_TO = new_identity()
RECOVERY, RECOVERY_TO = new_identity()
TRIAGE, TRIAGE_TO = new_identity()
BOXES = Boxes(PEPPER, HUB_TO, RECOVERY_TO)


def test_a_ticket_comes_back_as_it_went() -> None:
    ticket = tickets.new_ticket()
    assert tickets.read(tickets.write(ticket, PEPPER), PEPPER) == ticket


@pytest.mark.parametrize("change", ["", "x", "a.b.c", "é.é.é", "a.b.c.d", "." * 500])
def test_a_changed_ticket_is_a_new_one(change: str) -> None:
    ticket = tickets.new_ticket()
    written = tickets.write(ticket, PEPPER)
    for forged in (change, written[:-1] + "!", written.replace(ticket.code, codes.new_code())):
        assert tickets.read(forged, PEPPER).code != ticket.code
        assert tickets.read(forged, b"another" * 4) != ticket


def test_a_help_request_opens_for_the_hub_and_recovery_only() -> None:
    ticket = tickets.new_ticket()
    claim = BOXES.help_claim(ticket, {"contact": "555-0123", "note": "Años"})
    assert claim.kind == "help"
    assert claim.id == claim_id(ticket.code, PEPPER)
    for identity in (HUB, RECOVERY):
        assert json.loads(unseal(claim.box, identity))["note"] == "Años"
    with pytest.raises(NotAllowed):
        unseal(claim.box, TRIAGE)
    assert b"555-0123" not in claim.box


def test_the_claim_keeps_a_verifier_and_never_the_code() -> None:
    ticket = tickets.new_ticket()
    private = BOXES.tip_claim(ticket, {"text": "x"}, TRIAGE_TO).private
    assert codes.matches(ticket.code, private["salt"], private["verifier"], PEPPER)
    assert private["locator"] == codes.locator(ticket.code, PEPPER)
    assert ticket.code not in json.dumps(private)


def test_an_answer_sealed_to_the_reply_key_opens_with_the_receipt_alone() -> None:
    ticket = tickets.new_ticket()
    private = BOXES.tip_claim(ticket, {"text": "x"}, TRIAGE_TO).private
    answer = seal(json.dumps({"text": "When was it?"}).encode(), [private["reply_to"]])
    assert BOXES.read_answer(answer, ticket.code) == "When was it?"
    assert BOXES.read_answer(answer, codes.new_code()) == ""


def test_a_reporters_message_opens_for_triage_and_for_the_reporter_again() -> None:
    code = codes.new_code()
    claim = BOXES.reporter_message("m", "It was on Monday", TRIAGE_TO, code)
    assert json.loads(unseal(claim.box, TRIAGE)) == {"text": "It was on Monday"}
    assert BOXES.read_answer(claim.box, code) == "It was on Monday"


@pytest.mark.parametrize("box", [b"", b"nonsense"])
def test_a_box_that_is_no_answer_reads_as_nothing(box: bytes) -> None:
    assert BOXES.read_answer(box, codes.new_code()) == ""


def test_reply_keys_are_identities_age_accepts_and_differ_by_code_and_pepper() -> None:
    code = codes.new_code()
    made = {reply_keys.recipient(code, PEPPER), reply_keys.recipient(code, b"p" * 32)}
    made.add(reply_keys.recipient(codes.new_code(), PEPPER))
    assert len(made) == 3
    for recipient in made:
        pyrage.x25519.Recipient.from_str(recipient)


def test_bech32_writes_the_identity_of_the_age_library_itself() -> None:
    secret, _ = new_identity()
    symbols = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    values = [symbols.index(letter) for letter in secret.lower().split("1", 1)[1][:-6]]
    bits = "".join(f"{value:05b}" for value in values)
    data = bytes(int(bits[at : at + 8], 2) for at in range(0, 256, 8))
    assert reply_keys.bech32("age-secret-key-", data).upper() == secret

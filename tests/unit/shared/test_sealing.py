"""What is sealed is opened by its recipients and by nobody else."""

from __future__ import annotations

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.crypto.sealing import (
    PAD_TO,
    lock_identity,
    new_identity,
    seal,
    unlock_identity,
    unseal,
)
from shared.errors import Invalid, NotAllowed

AGENCY, AGENCY_KEY = new_identity()
RECOVERY, RECOVERY_KEY = new_identity()
STRANGER, _ = new_identity()
LOCKED = lock_identity(AGENCY, "correct horse")


@given(st.binary(max_size=3 * PAD_TO))
@settings(max_examples=50, deadline=None)
def test_every_recipient_opens_the_box_and_nobody_else(text: bytes) -> None:
    box = seal(text, [AGENCY_KEY, RECOVERY_KEY])
    assert unseal(box, AGENCY) == text
    assert unseal(box, RECOVERY) == text
    with pytest.raises(NotAllowed, match="key"):
        unseal(box, STRANGER)
    sealed = box.partition(b"\n--- ")[2]  # before it stand the words of every age file
    assert sealed
    assert len(text) < 4 or text not in sealed


def padded_size(text: bytes) -> int:
    """How much is sealed; the file adds a few bytes that age varies on purpose."""
    key = pyrage.x25519.Identity.from_str(AGENCY)
    return len(pyrage.decrypt(seal(text, [AGENCY_KEY]), [key]))


def test_short_texts_of_any_length_make_boxes_of_one_size() -> None:
    assert {padded_size(b"x" * length) for length in (0, 1, 500, PAD_TO - 4)} == {PAD_TO}
    assert padded_size(b"x" * (PAD_TO - 3)) == 2 * PAD_TO


def test_a_box_for_nobody_is_refused() -> None:
    with pytest.raises(Invalid, match="recipients: at least one"):
        seal(b"text", [])


@pytest.mark.parametrize(
    "recipient",
    ["", "age1qqqq", pytest.param(AGENCY, id="an identity"), "ssh-ed25519 AAAA", "é"],
)
def test_what_is_no_recipient_is_refused_without_repeating_it(recipient: str) -> None:
    with pytest.raises(Invalid, match="not an age recipient") as refusal:
        seal(b"text", [AGENCY_KEY, recipient])
    assert not recipient or recipient not in str(refusal.value)


@pytest.mark.parametrize(
    "identity",
    ["", "AGE-SECRET-KEY-1", AGENCY_KEY, AGENCY.lower() + "x"],
    ids=["nothing", "cut", "a recipient", "too long"],
)
def test_what_is_no_identity_opens_nothing(identity: str) -> None:
    with pytest.raises(NotAllowed):
        unseal(seal(b"text", [AGENCY_KEY]), identity)


def test_a_box_that_was_tampered_with_or_cut_is_not_opened() -> None:
    box = seal(b"text", [AGENCY_KEY])
    for broken in (b"", b"not a box", box[:-1], box[:100], box[:-1] + bytes([box[-1] ^ 1])):
        with pytest.raises(NotAllowed):
            unseal(broken, AGENCY)


@pytest.mark.parametrize("inside", [b"", b"ab", b"\xff\xff\xff\xffshort"])
def test_an_age_file_of_another_making_is_refused(inside: bytes) -> None:
    key = pyrage.x25519.Recipient.from_str(AGENCY_KEY)
    with pytest.raises(NotAllowed):
        unseal(bytes(pyrage.encrypt(inside, [key])), AGENCY)


def test_a_locked_identity_opens_with_its_passphrase_only() -> None:
    assert unlock_identity(LOCKED, "correct horse") == AGENCY
    assert AGENCY.encode() not in LOCKED
    for wrong in ("", "Correct horse", "correct horse "):
        with pytest.raises(NotAllowed, match="passphrase"):
            unlock_identity(LOCKED, wrong)


@pytest.mark.parametrize(
    "locked",
    [b"", b"short", LOCKED[:20], LOCKED[:-1], LOCKED + b"x"],
    ids=["nothing", "short", "its beginning", "cut", "too long"],
)
def test_a_damaged_locked_identity_is_refused(locked: bytes) -> None:
    with pytest.raises(NotAllowed, match="passphrase"):
        unlock_identity(locked, "correct horse")

"""Sealing with age (https://age-encryption.org/v1): many recipients, opened by any one of them."""

from __future__ import annotations

import secrets
import struct

import pyrage
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from shared.errors import Invalid, NotAllowed

#: Boxes are padded to a multiple of this, so that their size tells little about what was written.
PAD_TO = 1_024
_LENGTH = struct.Struct(">I")


def new_identity() -> tuple[str, str]:
    """Return a fresh key pair: the secret identity and the recipient others seal to."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def seal(text: bytes, recipients: list[str]) -> bytes:
    """Return `text`, padded, as an age file that each of the recipients can open.

    Raises Invalid when there is no recipient or one is not an age X25519 recipient.
    """
    if not recipients:
        raise Invalid("recipients", "at least one key is needed", "name who may read this")
    try:
        keys = [pyrage.x25519.Recipient.from_str(one) for one in recipients]
    except pyrage.RecipientError:
        raise Invalid("recipients", "not an age recipient", "it starts with age1") from None
    padding = -(len(text) + _LENGTH.size) % PAD_TO
    return bytes(pyrage.encrypt(_LENGTH.pack(len(text)) + text + bytes(padding), keys))


def unseal(box: bytes, identity: str) -> bytes:
    """Return what was sealed; NotAllowed when this identity is not one of the recipients."""
    try:
        key = pyrage.x25519.Identity.from_str(identity.strip())
        padded = bytes(pyrage.decrypt(box, [key]))
        (length,) = _LENGTH.unpack_from(padded)
    except (pyrage.IdentityError, pyrage.DecryptError, struct.error):
        raise NotAllowed("key", "this key does not open this box", "use your agency's") from None
    if length > len(padded) - _LENGTH.size:
        raise NotAllowed("box", "was not sealed by Anydoor", "ask for it to be sent again")
    return padded[_LENGTH.size : _LENGTH.size + length]


def lock_identity(identity: str, passphrase: str) -> bytes:
    """Return an agency's identity under a passphrase: Argon2id (RFC 9106), ChaCha20-Poly1305."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    return salt + nonce + _cipher(passphrase, salt).encrypt(nonce, identity.encode(), None)


def unlock_identity(locked: bytes, passphrase: str) -> str:
    """Return the identity; NotAllowed when the passphrase is wrong."""
    salt, nonce, box = locked[:16], locked[16:28], locked[28:]
    try:
        return _cipher(passphrase, salt).decrypt(nonce, box, None).decode()
    except (HashingError, InvalidTag, ValueError):
        raise NotAllowed("passphrase", "does not open the key", "try again") from None


def _cipher(passphrase: str, salt: bytes) -> ChaCha20Poly1305:
    """The second choice of RFC 9106 section 4: 64 MiB, three passes, four lanes; about 0.1 s."""
    key = hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=3,
        memory_cost=65_536,
        parallelism=4,
        hash_len=32,
        type=Type.ID,
    )
    return ChaCha20Poly1305(key)

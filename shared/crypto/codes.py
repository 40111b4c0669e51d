"""Stream codes and tip receipts: 80 random bits a person can read out, kept only as a verifier.

Crockford base32 with a check symbol (https://www.crockford.com/base32.html). The store keeps a
keyed locator (to find the row) and a salted scrypt verifier (RFC 7914), so neither a copy of the
database nor the pepper alone gives a code back.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from shared.errors import Invalid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
#: 2**12 rounds are 10 ms here: 80 random bits need no more, and fifty tips a second must fit.
SCRYPT_N, SCRYPT_R, SCRYPT_P = 1 << 12, 8, 1

_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_DROPPED = str.maketrans("", "", " -–—.·\u00a0\t\r\n")


def new_code() -> str:
    """Return a fresh code: 16 symbols and a check symbol."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return body + _check(body)


def _check(body: str) -> str:
    """A sum with weights modulo 31 (a prime): any one wrong symbol or two swapped ones shift it,
    but for the pair 0 and Z, which are equal modulo 31."""
    return ALPHABET[sum((at + 1) * ALPHABET.index(c) for at, c in enumerate(body)) % 31]


def show(code: str) -> str:
    """Return the code as people write it: groups of four, the check symbol last."""
    groups = [code[at : at + 4] for at in range(0, LENGTH, 4)]
    return "-".join([*groups, code[LENGTH:]])


def normalize(text: str) -> str:
    """Return the code a person meant; O, I, L, case, spaces and dashes are forgiven.

    Raises Invalid("code", ...) when the length, a symbol or the check does not fit.
    """
    code = text.translate(_DROPPED).upper().translate(_FORGIVEN)
    if len(code) != LENGTH + 1:
        raise Invalid("code", "has 17 letters and numbers", "check that you typed all of it")
    if any(symbol not in ALPHABET for symbol in code) or _check(code[:LENGTH]) != code[LENGTH]:
        raise Invalid("code", "does not fit together", "check each letter and number")
    return code


def locator(code: str, pepper: bytes) -> str:
    """Return the keyed look-up value of a code (64 hex characters)."""
    return hmac.digest(pepper, b"locator:" + code.encode(), "sha256").hex()


def new_salt() -> str:
    """Return a fresh salt (32 hex characters)."""
    return secrets.token_hex(16)


def verifier(code: str, salt: str, pepper: bytes) -> str:
    """Return the salted scrypt value to keep (64 hex characters); about 10 ms of one core."""
    keyed_salt = hmac.digest(pepper, b"salt:" + bytes.fromhex(salt), "sha256")
    return hashlib.scrypt(
        code.encode(), salt=keyed_salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, dklen=32
    ).hex()


def matches(code: str, salt: str, kept: str, pepper: bytes) -> bool:
    """Say whether a code is the one a verifier was made from; same time whatever the answer."""
    return hmac.compare_digest(verifier(code, salt, pepper), kept)

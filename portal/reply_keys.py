"""A key only the holder of a receipt has: what triage answers is sealed to it.

It is worked out from the code, so nothing that opens an answer is stored. An age X25519 identity
is 32 bytes written in Bech32 (BIP 173) after "age-secret-key-"
(https://age-encryption.org/v1, "The X25519 recipient type").
"""

from __future__ import annotations

import hmac

import pyrage

_PREFIX = "age-secret-key-"
_SYMBOLS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def identity(code: str, pepper: bytes) -> str:
    """Return the age identity of a receipt code."""
    secret = hmac.digest(pepper, b"reply:" + code.encode(), "sha256")
    return bech32(_PREFIX, secret).upper()


def recipient(code: str, pepper: bytes) -> str:
    """Return the age recipient others seal answers to."""
    return str(pyrage.x25519.Identity.from_str(identity(code, pepper)).to_public())


def bech32(prefix: str, data: bytes) -> str:
    """Return bytes in Bech32: five bits a symbol and a checksum of six symbols."""
    values = _to_five_bits(data)
    spread = [ord(symbol) >> 5 for symbol in prefix] + [0] + [ord(symbol) & 31 for symbol in prefix]
    checksum = _polymod([*spread, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [(checksum >> 5 * (5 - at)) & 31 for at in range(6)]
    return f"{prefix}1{''.join(_SYMBOLS[value] for value in values)}"


def _to_five_bits(data: bytes) -> list[int]:
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    return [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at, generator in enumerate(_GENERATOR):
            check ^= generator if (top >> at) & 1 else 0
    return check

"""Checks of the ids and codes that arrive in a call; each refusal names the field."""

from __future__ import annotations

import re
from collections.abc import Collection

from shared.errors import Invalid

LONGEST_ID = 120
_ID = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._:-]{{0,{LONGEST_ID - 1}}}")
_QUARTER = re.compile(r"20[0-9]{2}-Q[1-4]")
_AREA = re.compile(r"[A-Z]{2}(-[A-Za-z0-9]{1,40}){0,2}")
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def check_ids(**fields: str) -> None:
    """Raise Invalid for the first field that is not an id: letters, digits and . _ : - only."""
    for field, value in fields.items():
        if not _ID.fullmatch(value):
            raise Invalid(field, f"is not an id of 1 to {LONGEST_ID} characters", "check this id")


def check_code(field: str, value: str, known: Collection[str]) -> None:
    """Raise Invalid unless the value is one of the known codes, which the advice lists."""
    if value not in known:
        raise Invalid(field, "is not a code we know", f"use one of {', '.join(sorted(known))}")


def check_codes(field: str, values: list[str], known: Collection[str]) -> None:
    """Raise Invalid unless each value is a known code and none comes twice."""
    for value in values:
        check_code(field, value, known)
    if len(set(values)) < len(values):
        raise Invalid(field, "says one thing twice", "name each once")


def is_area(value: str) -> bool:
    """Say whether a value is a service area's code, such as XS-lakeshore."""
    return _AREA.fullmatch(value) is not None


def check_area(field: str, value: str) -> None:
    """Raise Invalid unless the value is a service area's code or empty."""
    if value and not is_area(value):
        raise Invalid(field, "is not a service area", "use an area code, such as XS-lakeshore")


def is_month(value: str) -> bool:
    """Say whether a value is a year and a month, such as 2026-03."""
    return _MONTH.fullmatch(value) is not None


def check_month(field: str, value: str) -> None:
    """Raise Invalid unless the value is a year and a month or empty."""
    if value and not is_month(value):
        raise Invalid(field, "is not a month", "write year and month, such as 2026-03")


def is_quarter(value: str) -> bool:
    """Say whether a value is a year and a quarter, such as 2026-Q1."""
    return _QUARTER.fullmatch(value) is not None


def check_quarter(field: str, value: str) -> None:
    """Raise Invalid unless the value is a year and a quarter."""
    if not is_quarter(value):
        raise Invalid(field, "is not a quarter", "write year and quarter, such as 2026-Q1")


def check_digest(field: str, value: str) -> None:
    """Raise Invalid unless the value is a SHA-256 or HMAC-SHA256 in 64 hex characters."""
    if not _DIGEST.fullmatch(value):
        raise Invalid(field, "is not 64 hex characters", "send the digest, never the secret")

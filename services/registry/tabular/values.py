"""What a single value of a directory export must look like to be kept.

Each check takes the text of one field, already trimmed and not empty, and returns the value to
keep, or raises Unfit with the rule the text broke. No rule ever repeats the text itself.
Sources: HSDS 3.1 field formats; RFC 3986 (addresses), RFC 3339 (times), RFC 6350 (phone types).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from shared.ids import derived_id

Check = Callable[[str], Any]

#: Longer than any honest description (the longest of 33,000 rows of a real export is 6,000).
LONGEST = 20_000

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(r"[\s<>\"{}|\\^`\[\]]")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_PHONE = re.compile(r"[+(]?[0-9][0-9A-Za-z()./ ‑–-]{2,39}")
_PHONE_TYPES = {"text", "voice", "fax", "cell", "video", "pager", "textphone"}
#: Phone types by the numbers the DC export uses, read off its own descriptions ("Fax", "Main").
_PHONE_TYPE_NUMBERS = {"8": "fax", "10": "voice", "tty": "textphone", "sms": "text"}
_OCCURRENCES = re.compile(
    r"([+-]?[1-5]?(MO|TU|WE|TH|FR|SA|SU))(,[+-]?[1-5]?(MO|TU|WE|TH|FR|SA|SU))*"
)


class Unfit(ValueError):
    """A value breaks a rule; the message is the rule and never holds the value."""


def is_uuid(key: str) -> bool:
    """Say whether a key is a UUID, as HSDS 3 has all its keys."""
    return _UUID.fullmatch(key) is not None


def identifier(source: str, kind: str, key: str) -> str:
    """Return the UUID of a record: the key itself when it is one, else derived from it."""
    return key.lower() if is_uuid(key) else derived_id(source, kind, key)


def text(value: str) -> str:
    """Return the text as it is: pages escape what they show, so a "<" here is just a "<"."""
    return value


def web_address(value: str) -> str:
    """Return an http(s) address in ASCII; a bare host name is read as https."""
    if ":" not in value.split("/")[0] and _HOST.fullmatch(value.split("/")[0]):
        value = f"https://{value}"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise Unfit("is not a web address") from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise Unfit("is not an http or https address")
    if parts.username or parts.password or port == 0 or _NOT_IN_ADDRESSES.search(value):
        raise Unfit("is not a web address")
    if not _HOST.fullmatch(parts.hostname or ""):
        raise Unfit("is not a web address")
    return quote(value, safe=":/?#@!$&'()*+,;=%~._-")


def mail_address(value: str) -> str:
    """Return one e-mail address."""
    if not _MAIL.fullmatch(value) or ".." in value:
        raise Unfit("is not one e-mail address")
    return value


def number(value: str) -> int | float:
    """Return a finite number, whole where it is whole."""
    try:
        found = float(value)
    except ValueError:
        raise Unfit("is not a number") from None
    if not math.isfinite(found) or "_" in value:
        raise Unfit("is not a number")
    return int(found) if found.is_integer() else found


def count(value: str) -> int | float:
    """Return a number that is not below zero: an age, an amount, units."""
    found = number(value)
    if found < 0:
        raise Unfit("is below zero")
    return found


def calendar_day(value: str) -> str:
    """Return a day as YYYY-MM-DD."""
    try:
        if len(value) == 10:
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise Unfit("is not a day written YYYY-MM-DD")


def moment(value: str) -> str:
    """Return a moment with its offset from UTC (RFC 3339)."""
    try:
        if "T" in value and datetime.fromisoformat(value).tzinfo is not None:
            return value
    except ValueError:
        pass
    raise Unfit("is not a date and time with an offset (RFC 3339)")


def phone_number(value: str) -> str:
    """Return a number one can dial: 7 to 20 keys, or a short code such as 211 or 988."""
    value = value.strip('"')
    keys = sum(letter.isalnum() for letter in value)
    is_short = value in {"988", "233733"} or re.fullmatch("[2-9]11", value) is not None
    if not _PHONE.fullmatch(value) or not (7 <= keys <= 20 or is_short):
        raise Unfit("is not a phone number")
    return value


def phone_type(value: str) -> str:
    """Return the RFC 6350 type of a phone."""
    found = _PHONE_TYPE_NUMBERS.get(value.lower(), value.lower())
    if found not in _PHONE_TYPES:
        raise Unfit("is not a phone type of RFC 6350")
    return found


def occurrences(value: str) -> str:
    """Return the days of an iCal BYDAY rule, such as "MO,TU" or "2SA"."""
    found = value.replace(" ", "").upper()
    if not _OCCURRENCES.fullmatch(found):
        raise Unfit("is not a list of iCal weekdays")
    return found


def one_of(*allowed: str) -> Check:
    """Return a check for a code of a closed list, in any case."""

    def check(value: str) -> str:
        if value.lower() not in allowed:
            raise Unfit(f"is not one of {', '.join(allowed)}")
        return value.lower()

    return check


def between(low: float, high: float) -> Check:
    """Return a check for a number within these bounds."""

    def check(value: str) -> int | float:
        found = number(value)
        if not low <= found <= high:
            raise Unfit(f"is not between {low:g} and {high:g}")
        return found

    return check


def weekday(value: str) -> str:
    """Return an iCal weekday."""
    return str(one_of("mo", "tu", "we", "th", "fr", "sa", "su")(value)).upper()


def recurrence(value: str) -> str:
    """Return an iCal frequency HSDS knows."""
    if value.upper() not in {"WEEKLY", "MONTHLY"}:
        raise Unfit("is not WEEKLY or MONTHLY")
    return value.upper()


def service_status(value: str) -> str:
    """Return an HSDS status; 1 and "verified" are how older exports say that a service runs."""
    found = {"1": "active", "verified": "active"}.get(value.lower(), value.lower())
    return str(one_of("active", "inactive", "defunct", "temporarily closed")(found))

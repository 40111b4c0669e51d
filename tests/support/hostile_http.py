"""What hostile people and broken programs send over HTTP, and what no answer to them may be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec
import urllib3

from portal.api import bodies
from portal.page import Page

FORM = "application/x-www-form-urlencoded"
#: Never what a browser or a program of ours would send.
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "BREW")
#: Nobody's address, so that what is counted against it is not counted against other tests.
SOURCE = ("127.66.0.1", 0)
MISSING = "00000000-0000-4000-8000-000000000000"
PATHS = (
    MISSING,
    "%00",
    "%7B%22%24gt%22%3A%22%22%7D",
    "..%2F..%2Fetc%2Fpasswd",
    "%FF%FE",
    "%E2%80%AE",
    "a%0d%0aset-cookie:x",
    "x" * 3_000,
)
VALUES = (
    '{"$gt": ""}',
    "\x00",
    "x" * 30_000,
    "\u202e\u2066\ufeff\ufffe",
    "e" + "\u0301" * 2_000,
    "👩‍👧‍👦🏳️‍🌈",
    "' OR 1=1; --",
    "<script>alert(1)</script>{{7*7}}%(x)s",
    "-1",
    "1e999",
    "9" * 400,
    "\r\n\r\nSet-Cookie: a=b",
)
_TRACES = ("Traceback (most recent call last)", 'File "/', "site-packages", "PyMongoError")


class Answer(msgspec.Struct, frozen=True):
    """What came back for one hostile request; `what` is short enough to read in a failure."""

    what: str
    status: int
    headers: dict[str, str]
    text: str

    def __repr__(self) -> str:
        return f"{self.what} -> {self.status} {self.headers.get('location', '')}"


class Stranger:
    """Sends requests from an address nobody else has, with a cookie or key when given one."""

    def __init__(self, portal_url: str) -> None:
        self._home = portal_url
        self._pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(30), source_address=SOURCE
        )
        self.headers: dict[str, str] = {"sec-fetch-site": "same-origin"}

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request as it is; `headers` with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._pool.request(
            method, self._home + path, body=body, headers=self.headers | named, redirect=False
        )
        shown = f"{method} {path[:80]} {named.get('content-type', '')} {(body or b'')[:60]!r}"
        heads = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(shown, answer.status, heads, answer.data.decode(errors="replace"))

    def close(self) -> None:
        """Drop the connections."""
        self._pool.clear()


def wrong_with(answer: Answer, *, may_lead_away: bool = False) -> str:
    """What no answer may be: a 5xx, a trace, a redirect away; "" when it is none of it."""
    if answer.status >= 500:
        return f"{answer.status} to {answer.what}"
    if any(trace in answer.text for trace in _TRACES):
        return f"a trace to {answer.what}"
    leads_away = re.match(r"(https?:)?//", answer.headers.get("location", ""))
    if leads_away and not may_lead_away:
        return f"leads away: {answer.what}"
    if "set-cookie" in answer.headers and "a=b" in answer.headers["set-cookie"]:
        return f"a header was smuggled in: {answer.what}"
    return ""


def addresses(page: Page, known: dict[str, str] | None = None) -> Iterator[str]:
    """The page's address with what is known in its places, then with hostile things in each."""
    names = re.findall(r"\{(\w+)\}", page.path)
    filled = {name: (known or {}).get(name, MISSING) for name in names}
    yield page.path.format(**filled)
    for name in names:
        for hostile in PATHS:
            yield page.path.format(**(filled | {name: hostile}))


def forms(names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """(content type, body): what is no form, what is too much of one, and odd values in all."""
    names = sorted(names)
    yield FORM, b""
    yield FORM, b"&&&==&%zz=%&\xff=\xfe"
    yield FORM, b"text=" + b"x" * 70_000
    yield FORM, urlencode([(f"f{at}", "1") for at in range(5_000)]).encode()
    yield FORM, urlencode([(name, "1") for name in names for _ in (1, 2)]).encode()
    yield FORM, urlencode([(f"{name}[$gt]", "") for name in names]).encode()
    yield FORM + "; charset=utf-16", b"\xff\xfea\x00=\x00"
    yield "application/json", b'{"text": {"$gt": ""}}'
    yield "multipart/form-data; boundary=x", b"--x\r\nbroken"
    yield "\xff/;;=", b"text=1"
    for value in VALUES:
        share = value[: 60_000 // (len(names) * 9)] if len(value) > 1_000 else value
        yield FORM, urlencode([(name, share) for name in names]).encode()[:64_000]


def lone_fields(names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """(content type, body): forms with one field only, and that one wrong."""
    for name in sorted(names):
        for value in ('{"$gt": ""}', "\x00"):
            yield FORM, urlencode([(name, value)]).encode()


def documents() -> Iterator[tuple[str, bytes]]:
    """(content type, body): what is no JSON, and every field of our bodies with a wrong value."""
    names = sorted(
        {
            field.name
            for kind in bodies.Body.__subclasses__()
            for field in msgspec.structs.fields(kind)
        }
    )
    broken = (b"{", b"\xff", b"null", b"[]", b'"x"', b"1e999", b"NaN", b'{"a":1,"a":2}', b"{}")
    for body in (*broken, b"[" * 20_000, b'{"stream":' * 5_000, b'{"reason":"' + b"x" * 70_000):
        yield "application/json", body
    values: list[Any] = [{"$gt": ""}, ["x"], None, True, -1, 10**30, 1.5, *VALUES]
    for value in values:
        yield "application/json", json.dumps(dict.fromkeys(names, value)).encode()
    for value in ({"$gt": ""}, 7, "\x00"):
        for name in names:
            yield "application/json", json.dumps({name: value}).encode()
    yield "text/plain", b"{}x"
    yield FORM, b"reason=no_capacity"

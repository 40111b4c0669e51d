"""Search parameters of the FHIR face, in one table, and the Bundles that answer them.

Strict by default: what a search does not know is refused, unless the client prefers
`handling=lenient`; then it is left out of the search and of the self link (HL7 FHIR R4, search).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request

from portal.api.fhir import codes
from portal.api.fhir.outcomes import BASE, MEDIA_TYPE
from portal.api.fhir.resources import ids_of
from portal.ports import parts
from shared.errors import AnydoorError, NotFound

Json = dict[str, Any]
MOST_ROWS, FEW_ROWS = 200, 50
MOST_VALUES = 50
MOST_PARAMETERS = 40
LONGEST = 8_000
JSON_TYPES = frozenset({"*/*", "application/*", "application/json", MEDIA_TYPE, "json"})
#: What each search knows: parameter -> FHIR search type.
SEARCHES: dict[str, dict[str, str]] = {
    "Task": {
        "_id": "token",
        "_lastUpdated": "date",
        "status": "token",
        "owner": "reference",
        "requester": "reference",
    },
    "ServiceRequest": {"_id": "token", "_lastUpdated": "date", "status": "token"},
    "Organization": {"_id": "token"},
    "HealthcareService": {
        "_id": "token",
        "organization": "reference",
        "service-category": "token",
    },
}
#: About the page, not what is on it; `_after` is of our own next links.
RESULT = ("_count", "_after", "_format")
_DATE = re.compile(
    r"(eq|ge|gt|le|lt)?"
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?)?)?",
    re.ASCII,
)
_HANDLING = re.compile(r"(?:^|[,;\s])handling\s*=\s*\"?(strict|lenient)\"?")


@dataclass
class Search:
    """What is searched for; `values` are those of the tokens and references, split at commas."""

    kind: str
    values: dict[str, list[str]] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    count: int = FEW_ROWS
    after: str = ""
    used: list[tuple[str, str]] = field(default_factory=list)

    def one_of(self, name: str) -> list[str]:
        """Return the values of a parameter, none when it is not given."""
        return self.values.get(name, [])


def wrong(field: str, rule: str, advice: str) -> AnydoorError:
    """Return the refusal (400) of a parameter or a body that is not FHIR."""
    return AnydoorError(field, rule, advice)


def check_accepts(request: Request) -> None:
    """Raise HTTPException 406 for a client that takes no JSON."""
    given = request.headers.get("accept", "*/*") or "*/*"
    taken = {one.partition(";")[0].strip().lower() for one in given.split(",")}
    wanted = request.query_params.get("_format", "json")
    asked = wanted.replace(" ", "+").partition(";")[0].lower()  # a plus nobody wrote as %2B
    if not taken & JSON_TYPES or asked not in JSON_TYPES:
        raise HTTPException(406)


def read(request: Request, kind: str) -> Search:
    """Return what a request searches for; an AnydoorError (400) names the parameter."""
    pairs = request.query_params.multi_items()
    if len(pairs) > MOST_PARAMETERS or len(request.url.query) > LONGEST:
        raise wrong("http.query", "is too long", f"send at most {MOST_PARAMETERS} parameters")
    found, known = Search(kind), SEARCHES[kind]
    is_lenient = "lenient" in _HANDLING.findall(request.headers.get("prefer", "").lower())
    for name, value in pairs:
        if name not in known and name not in RESULT:
            if is_lenient:
                continue
            advice = f"it knows {', '.join(sorted({*known, *RESULT}))}"
            raise wrong("http.query", "has a parameter this search does not know", advice)
        if not value or any(ord(letter) < 32 for letter in value):
            raise wrong(f"http.{name}", "is empty or not text", "give it a value or leave it out")
        _take(found, known, name, value)
        if name != "_after":
            found.used.append((name, value))
    return found


def _take(found: Search, known: dict[str, str], name: str, value: str) -> None:
    if name == "_format":
        return
    if name == "_count":
        found.count = _number(value)
    elif name == "_after":
        found.after = value
    elif known[name] == "date":
        since, until = _times(value)
        found.since, found.until = max(found.since, since), _earlier(found.until, until)
    elif name in found.values:
        raise wrong(f"http.{name}", "is given twice", "separate values by commas")
    else:
        values = value.split(",")
        if len(values) > MOST_VALUES:
            raise wrong(f"http.{name}", f"has more than {MOST_VALUES} values", "ask in parts")
        found.values[name] = values


def _number(value: str) -> int:
    is_number = value.isascii() and value.isdigit() and len(value) <= 9
    if not is_number or not int(value):
        raise wrong("http._count", "is not a whole number from 1", f"at most {MOST_ROWS} are given")
    return min(int(value), MOST_ROWS)


def _earlier(one: str, other: str) -> str:
    return min(one, other) if one and other else one or other


def _times(value: str) -> tuple[str, str]:
    """Return (from, until) of a date with a prefix, "" for open; both as rows are stamped."""
    try:
        prefix, begins, ends = _span(value)
        first, last = (
            one.astimezone(UTC).isoformat(timespec="milliseconds") for one in (begins, ends)
        )
    except (ValueError, OverflowError):
        raise wrong(
            "http._lastUpdated",
            "is not a date of FHIR with eq, ge, gt, le, lt or no prefix",
            "write ge2026-03-01 or gt2026-03-01T08:00:00Z",
        ) from None
    spans = {"ge": (first, ""), "gt": (last, ""), "le": ("", last), "lt": ("", first)}
    return spans.get(prefix, (first, last))


def _span(value: str) -> tuple[str, datetime, datetime]:
    fits = _DATE.fullmatch(value.replace(" ", "+"))
    if fits is None:
        raise ValueError
    prefix, year, month, day, time = fits.groups()
    start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
    if time:
        whole = re.sub(r"(\.\d{6})\d+", r"\1", f"{year}-{month}-{day}{time}")
        at = datetime.fromisoformat(whole)
        step = timedelta(milliseconds=1) if "." in time else timedelta(seconds=1)
        step = step if time.count(":") - ("+" in time or "-" in time) > 1 else timedelta(minutes=1)
        return prefix or "eq", at, at + step
    if day:
        return prefix or "eq", start, start + timedelta(days=1)
    if month:
        return prefix or "eq", start, (start + timedelta(days=32)).replace(day=1)
    return prefix or "eq", start, start.replace(year=int(year) + 1)


def token(value: str, systems: Iterable[str] = ()) -> str:
    """Return the code of a token "system|code" or "code"; "" when the system is another."""
    system, bar, code = value.rpartition("|")
    return code if not bar or not system or system in systems else ""


def ids_in(values: Iterable[str], kind: str) -> list[str]:
    """Return the ids of references "id", "Kind/id" or ".../Kind/id"."""
    found = []
    for value in values:
        head, slash, id = value.rpartition("/")
        if not slash or head == kind or head.endswith(f"/{kind}"):
            found.append(id)
    return found


def rows_asked(found: Search) -> Json | None:
    """Return a search of Tasks or ServiceRequests as the referrals service takes it.

    None when nothing can fit it; an AnydoorError (400) names a status nobody knows.
    """
    told: Json = {"size": found.count, "since": found.since, "until": found.until}
    told["after"] = _key(found.after)
    if found.after and not told["after"]:
        raise wrong("http._after", "is not of a link we gave", "follow the link `next`")
    told["kind"] = "task" if found.kind == "Task" else "request"
    if statuses := found.one_of("status"):
        told["states"] = _states(found.kind, statuses)
    if keys := found.one_of("_id"):
        told["ids"] = [key for one in keys if (key := _key(one))]
        if not told["ids"]:
            return None
    for name in ("owner", "requester"):
        if asked := found.one_of(name):
            ids = ids_in(asked, "Organization")
            if len(asked) != 1 or len(ids) != 1 or not ids[0]:
                raise wrong(f"http.{name}", "is not one organization", "give one Organization/id")
            told[name] = ids[0]
    return told


def _states(kind: str, statuses: list[str]) -> list[str]:
    of: Callable[[str], list[str]] = codes.states_of if kind == "Task" else codes.requests_of
    known = codes.TASK_STATUSES if kind == "Task" else codes.REQUEST_STATUSES
    found: list[str] = []
    for one in statuses:
        status = token(one, (f"http://hl7.org/fhir/{codes.STATUS_SYSTEMS[kind]}",))
        if status not in known:
            advice = f"use one of {', '.join(sorted(known))}"
            raise wrong("http.status", "is not a code we know", advice)
        found += of(status)
    return found or ["none:none"]


def _key(id: str) -> str:
    try:
        return "/".join(ids_of(id))
    except NotFound:
        return ""


def bundle(
    request: Request, found: Search, resources: list[Json], total: int | None, after: str = ""
) -> Json:
    """Return a searchset with its self link, and the link to what is after this page."""
    base = f"{parts(request).settings.portal_url}{BASE}"
    here = f"{base}/{found.kind}"
    links = [{"relation": "self", "url": _url(here, found.used)}]
    if after:
        links.append({"relation": "next", "url": _url(here, [*found.used, ("_after", after)])})
    told: Json = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if total is not None:
        told["total"] = total
    if resources:
        told["entry"] = [
            {
                "fullUrl": f"{base}/{one['resourceType']}/{one['id']}",
                "resource": one,
                "search": {"mode": "match"},
            }
            for one in resources
        ]
    return told


def _url(address: str, pairs: list[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(pairs)}" if pairs else address

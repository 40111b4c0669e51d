"""What systems may send: JSON of FHIR with ids and codes. Free text is refused, never dropped.

An element that is not taken is refused by its path, so that nobody believes it was kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request

from portal.api.fhir import codes
from portal.api.fhir.outcomes import MEDIA_TYPE
from portal.api.fhir.search import wrong
from portal.security import read_body
from shared.errors import Invalid
from shared.fields import check_code
from shared.vocabulary import DECLINE_REASONS

Json = dict[str, Any]
PATCH_TYPE = "application/json-patch+json"
#: What a patch may be about, and how many steps it may have.
PATCHED = {"/status": "status", "/statusReason": "statusReason"}
MOST_STEPS = 10
#: Elements that hold words about people; whatever is in them is not taken.
WORDS = frozenset(
    [
        "note",
        "text",
        "div",
        "description",
        "display",
        "comment",
        "contained",
        "patientInstruction",
        "name",
        "telecom",
        "address",
        "birthDate",
        "gender",
        "photo",
        "contact",
        "reasonCode",
        "reasonReference",
        "valueString",
        "valueMarkdown",
    ]
)
#: Elements the server keeps by itself: what a client says of them changes nothing.
OF_SERVER = frozenset({"resourceType", "id", "meta", "lastModified"})
_IF_MATCH = re.compile(r'(?:W/)?"([A-Za-z0-9.\-]{1,64})"')


class Change(NamedTuple):
    """What a PUT asks of a Task: its status, and a code of DECLINE_REASONS or ""."""

    status: str
    reason: str


async def document(request: Request, kind: str) -> Json:
    """Return the resource a request sends.

    Raises AnydoorError (400) when it is not one of this kind, HTTPException 413 or 415.
    """
    told = await _json(request, (MEDIA_TYPE, "application/json"))
    if not isinstance(told, dict) or told.get("resourceType") != kind:
        raise wrong("resourceType", f"is not {kind}", f"send a {kind}")
    return told


async def patched(request: Request, current: Json) -> Json:
    """Return a Task as a JSON Patch (RFC 6902) makes it, which may test and give a status and its
    reason; Invalid names the operation that does not fit."""
    told = await _json(request, (PATCH_TYPE,))
    if not isinstance(told, list) or not 0 < len(told) <= MOST_STEPS:
        raise wrong("body", f"is not a list of 1 to {MOST_STEPS} operations", "send a JSON Patch")
    made = dict(current)
    for at, one in enumerate(told):
        step = only(f"patch[{at}]", one, ("op", "path", "value"))
        name = PATCHED.get(str(step.get("path")), "")
        if not name or step.get("op") not in ("test", "add", "replace") or "value" not in step:
            rule = f"does not test, add or replace one of {', '.join(PATCHED)}"
            raise Invalid(f"patch[{at}]", rule, "change status and statusReason only")
        if step["op"] != "test":
            made[name] = step["value"]
        elif made.get(name) != step["value"]:
            raise Invalid(f"patch[{at}]", "is not so", "read the Task again")
    return made


async def _json(request: Request, kinds: Collection[str]) -> Any:
    raw = await read_body(request, request.state.page.max_body)
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in kinds:
        raise HTTPException(415)
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise wrong("body", "is not JSON we can read", "send one resource in UTF-8") from None


def version_named(request: Request) -> str:
    """Return the version of If-Match, "" without one; AnydoorError (400) when it is none."""
    given = request.headers.get("if-match")
    if given is None:
        return ""
    fits = _IF_MATCH.fullmatch(given.strip())
    if fits is None:
        raise wrong("http.If-Match", "is not an ETag", "send the ETag of the Task you read")
    return fits[1]


def refuse(path: str) -> Invalid:
    """Return the refusal of an element, by its path."""
    if path.replace("]", "").rpartition(".")[2] in WORDS:
        return Invalid(path, "is free text or about a person", "leave it out: ids and codes only")
    return Invalid(path, "is not taken here", "leave it out: see docs/api.md for what is")


def only(path: str, given: Any, allowed: Collection[str]) -> Json:
    """Return an object that has none but the allowed elements."""
    if not isinstance(given, dict):
        raise Invalid(path, "is not an object", "see docs/api.md for its elements")
    for name in given:
        if name not in allowed:
            raise refuse(f"{path}.{name}" if _is_name(name) else path)
    return given


def _is_name(name: str) -> bool:
    return name.isascii() and name.isidentifier() and len(name) <= 64


def change(given: Json) -> Change:
    """Return what a PUT asks for; Invalid when its status or its reason is no code."""
    status = given.get("status")
    if not isinstance(status, str):
        raise Invalid("Task.status", "is missing", "say which status it is to have")
    check_code("Task.status", status, codes.TASK_STATUSES)
    if status not in codes.NEED_REASON:
        return Change(status, "")
    return Change(status, _reason(given.get("statusReason")))


def check_same(given: Json, current: Json, status: str) -> None:
    """Raise Invalid for the first element that is not as the Task has it, but for its status."""
    skipped = OF_SERVER | {"status", *(("statusReason",) if status in codes.NEED_REASON else ())}
    for name, value in given.items():
        if name in skipped:
            continue
        path = _difference(f"Task.{name}" if _is_name(name) else "Task", value, current.get(name))
        if path and name == "statusReason":
            kept = " and ".join(sorted(codes.NEED_REASON))
            raise Invalid("Task.statusReason", f"is taken with {kept} only", "leave it out")
        if path:
            if path.replace("]", "").rpartition(".")[2] in WORDS:
                raise refuse(path)
            rule = "is not as the Task has it"
            raise Invalid(path, rule, "change status and statusReason only, leave the rest as read")


def _difference(path: str, given: Any, current: Any) -> str:
    """Where two JSON values differ first; "" when they do not."""
    if isinstance(given, dict) and isinstance(current, dict):
        for name, value in given.items():
            below = f"{path}.{name}" if _is_name(name) else path
            if found := _difference(below, value, current.get(name)):
                return found
        return "" if given.keys() == current.keys() else path
    if isinstance(given, list) and isinstance(current, list) and len(given) == len(current):
        pairs = enumerate(zip(given, current, strict=True))
        places = (_difference(f"{path}[{at}]", one, other) for at, (one, other) in pairs)
        return next(filter(None, places), "")
    if isinstance(given, dict | list):
        return _deepest_word(path, given)
    return "" if given == current and type(given) is type(current) else path


def _deepest_word(path: str, given: Any) -> str:
    """The path of the first word about a person in what is not there, or the path itself."""
    names = given.items() if isinstance(given, dict) else enumerate(given)
    for name, value in names:
        if isinstance(name, str) and name in WORDS:
            return f"{path}.{name}"
        if isinstance(name, int) and isinstance(value, dict):
            below = _deepest_word(f"{path}[{name}]", value)
            if below != f"{path}[{name}]":
                return below
    return path


def _reason(given: Any) -> str:
    """Return our code of a statusReason; it may hold the words we give that code, no others."""
    path = "Task.statusReason"
    known = ", ".join(sorted(DECLINE_REASONS))
    if given is None:
        raise Invalid(path, "is missing", f"give a coding of {codes.REASON}: {known}")
    told = only(path, given, ("coding", "text"))
    found = {
        _reason_of(system, code) for system, code in codings(f"{path}.coding", told.get("coding"))
    }
    if len(found) != 1 or not found <= DECLINE_REASONS.keys():
        raise Invalid(f"{path}.coding", "is not one code we know", f"{codes.REASON}: {known}")
    reason = found.pop()
    words = codes.reason_concept(reason)
    shown = {one["code"]: one["display"] for one in words["coding"]}
    for at, one in enumerate(told["coding"]):
        if "display" in one and one["display"] != shown.get(one["code"]):
            raise refuse(f"{path}.coding[{at}].display")
    if "text" in told and told["text"] != words["text"]:
        raise refuse(f"{path}.text")
    return reason


def _reason_of(system: str, code: str) -> str:
    theirs = {code: ours for ours, code in codes.SDOH_REASONS.items()}
    known = {codes.REASON: code, codes.SDOH_CODES: theirs.get(code, "")}
    return known.get(system, "")


def codings(path: str, given: Any) -> list[tuple[str, str]]:
    """Return (system, code) of a list of Codings."""
    if not isinstance(given, list) or not given or len(given) > 10:
        raise Invalid(path, "is not a list of codings", "give system and code")
    found = []
    for at, one in enumerate(given):
        told = only(f"{path}[{at}]", one, ("system", "code", "display", "version", "userSelected"))
        system, code = told.get("system"), told.get("code")
        if not isinstance(system, str) or not isinstance(code, str):
            raise Invalid(f"{path}[{at}]", "has no system and code", "give both")
        found.append((system, code))
    return found

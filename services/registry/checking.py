"""Which records a publisher sends are fit to be kept, and what is wrong with the others.

A rule never repeats a value: what is refused may hold anything, and refusals are reported.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec

from services.registry import hsds, profile
from services.registry.domain import Json, Kind
from services.registry.records import Record
from shared.errors import Invalid

#: A record larger than this (characters of JSON) is a mistake; the largest seen has 40,000.
LARGEST = 400_000
DEEPEST = 12

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_QUOTED = re.compile(r" '.*?'(?= - at |$)", re.DOTALL)


def check(kind: Kind, given: Json) -> Record:
    """Return the record in what a publisher sent: {id, hsds, profile}.

    Raises Invalid naming the field and the rule. Nulls are dropped (HSDS: absent and null are
    the same). Names of people (contacts) are not kept here, so a record with one is refused.
    """
    found = _object(given, "hsds")
    if "contacts" in found:
        raise Invalid("contacts", "names of people are not kept here", "leave it out")
    said = _fit(_object(given, "profile"), profile.Profile, "profile")
    profile.check(said)
    record = _fit(found, hsds.SHAPES[kind], "")
    if given.get("id") != record.id:
        raise Invalid("id", "is not the id of its HSDS record")
    found.pop("capacities", None)  # how many units are free is the capacity stream's to say
    kept = msgspec.to_builtins(said)
    kept = {name: value for name, value in kept.items() if name != "capacity" and value is not None}
    return Record(record.id, found, kept, _mark(found, kept), said.capacity)


def id_in(given: Json) -> str:
    """Return the id a refused record is named by, "" when it has none."""
    told = given.get("id")
    return told if isinstance(told, str) and _UUID.fullmatch(told) else ""


def _object(given: Json, name: str) -> Json:
    found = _clean(given.get(name), "" if name == "hsds" else name, 0)
    if not isinstance(found, dict):
        raise Invalid(name, "is not an object with fields")
    return found


def _fit(found: Json, shape: type[Any], prefix: str) -> Any:
    try:
        return msgspec.convert(found, shape)
    except msgspec.ValidationError as error:
        rule, _, path = str(error).partition(" - at `$")
        field = path.rstrip("`").lstrip(".")
        if " field `" in rule:  # missing or unknown: the rule names it, the path its owner
            name = rule.split("`")[1]
            field = f"{field}.{name}".lstrip(".")
            rule = "is needed" if "missing" in rule else "is not a field of this record"
        field = ".".join(part for part in (prefix, field) if part)
        raise Invalid(field, _QUOTED.sub("", rule)) from None


def _clean(value: Any, path: str, depth: int) -> Any:
    """Return the value without nulls, or raise Invalid for what cannot be stored."""
    if depth > DEEPEST:
        raise Invalid(path, "is nested too deep")
    if isinstance(value, dict):
        return {
            # most values are plain text, for which no path need be made
            _named(name, path): one
            if depth < DEEPEST and type(one) is str and one.isascii()
            else _clean(one, f"{path}.{name}".lstrip("."), depth + 1)
            for name, one in value.items()
            if one is not None
        }
    if isinstance(value, list):
        return [_clean(one, path, depth + 1) for one in value if one is not None]
    if isinstance(value, str) and not value.isascii() and _is_broken(value):
        raise Invalid(path, "holds half a character (a lone surrogate)")
    if isinstance(value, int | float) and not -(2.0**53) <= value <= 2.0**53:
        raise Invalid(path, "is not a number others can read")
    return value


def _named(name: str, path: str) -> str:
    if not _NAME.fullmatch(name):
        raise Invalid(path, "has a field whose name is not letters, digits, _ or -")
    return name


def _is_broken(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _mark(found: Json, kept: Json) -> str:
    text = msgspec.json.encode([found, kept], order="sorted")
    if len(text) > LARGEST:
        raise Invalid("hsds", f"is longer than {LARGEST:,} characters")
    return hashlib.sha256(text).hexdigest()

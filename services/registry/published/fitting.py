"""A publisher's record cut to HSDS 3.1: fields that fit the table and the viewer, no others.

What is kept of a record goes beyond what is checked on import (see services.registry.hsds), so
here a value that breaks its format is left out, and a nested resource without a field it needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from services.registry.domain import Json
from services.registry.published.viewers import Viewer
from shared.hsds import RESOURCES, Field, Kind
from shared.ids import derived_id

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})"
#: A web address by RFC 3986; others have no use here.
_URI = re.compile(
    rf"https?://[A-Za-z0-9.-]+(:[0-9]{{1,5}})?(/{_CHARACTER}*)?"
    rf"(\?({_CHARACTER}|\?)*)?(#({_CHARACTER}|\?)*)?",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^@\s<>]{1,100}@[A-Za-z0-9.-]{1,200}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)

#: Lists that are put together of other records: what a publisher nested there is never told.
JOINED: dict[str, frozenset[str]] = {
    "organization": frozenset({"locations", "services"}),
    "service": frozenset({"service_at_locations", "organization", "capacities"}),
    "service_at_location": frozenset({"location", "service"}),
}
_NESTED_DEEPEST = 6


def fitted(
    resource: str, given: Mapping[str, Any], viewer: Viewer, owner: str, depth: int = 0
) -> Json | None:
    """Return what may be told of a record, None when a field it needs is missing.

    Nested resources without an id get one that is the same each time.
    """
    if resource == "phone" and not viewer.sees_phone(str(given.get("type", "voice")), owner):
        return None
    found: Json = {}
    for field in RESOURCES[resource]:
        value = given.get(field.name)
        if value is None or field.name in JOINED.get(resource, ()):
            continue
        if field.of:
            value = _nested(field, value, str(given.get("id", "")), viewer, owner, depth)
        elif not _FITS[field.kind](value) or (field.choices and value not in field.choices):
            continue
        if value not in (None, []) and viewer.sees_field(field.name, owner):
            found[field.name] = value
    return found if _is_whole(resource, found) else None


def fitted_record(
    resource: str, state: Json, viewer: Viewer, owner: str, *, full: bool = True
) -> Json:
    """Return what may be told of a kept record, without its lists unless it is told in full.

    Kept records always have the fields they need.
    """
    given = state["hsds"]
    if not full:
        given = {name: value for name, value in given.items() if not isinstance(value, list)}
    return fitted(resource, given, viewer, owner) or {}


def plain(resource: str, found: Json, nested: Collection[str] = ()) -> Json:
    """Return the one-to-one fields of a resource, and those of the nested ones named."""
    flat = {field.name for field in RESOURCES[resource] if not field.of}
    objects = {field.name: field.of for field in RESOURCES[resource] if field.name in nested}
    told = {name: value for name, value in found.items() if name in flat}
    for name, of in objects.items():
        if name in found:
            told[name] = plain(of, found[name])
    return told


def is_uuid(value: Any) -> bool:
    """Say whether a value is a UUID as text."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def _nested(
    field: Field, value: Any, above: str, viewer: Viewer, owner: str, depth: int
) -> Json | list[Json] | None:
    if depth >= _NESTED_DEEPEST:
        return None
    rows = value if field.is_list else [value]
    if not isinstance(rows, list):
        return None
    told = []
    for at, row in enumerate(rows):
        if not isinstance(row, dict):
            continue
        own = row if is_uuid(row.get("id")) else {**row, "id": _made_id(field, above, at)}
        if (one := fitted(field.of, own, viewer, owner, depth + 1)) is not None:
            told.append(one)
    if field.is_list:
        return told
    return told[0] if told else None


def _made_id(field: Field, above: str, at: int) -> str:
    return derived_id("hsds", above, field.name, str(at))


def _is_whole(resource: str, found: Json) -> bool:
    return all(field.name in found for field in RESOURCES[resource] if field.is_required)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _matches(form: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


def _is_moment(value: Any) -> bool:
    if not _matches(_MOMENT)(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_FITS: dict[Kind, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "uuid": is_uuid,
    "uri": _matches(_URI),
    "email": _matches(_EMAIL),
    "moment": _is_moment,
    "number": _is_number,
}

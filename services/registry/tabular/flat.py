"""From nested HSDS objects to the rows of HSDS tables: one row for every object in an object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from services.registry.tabular.tables import COLUMNS, LISTS

Json = dict[str, Any]

#: No honest object is nested deeper (a language of a phone of a place of a service: 4).
DEEPEST = 8

#: The lists of an object and the table of what is in them.
TABLE_OF_LIST = {
    **{name: table for table, name in LISTS.items()},
    "additional_websites": "url",
    "contacts": "contact",
    "service_at_locations": "service_at_location",
    "locations": "location",
    "services": "service",
}
#: The objects in an object, their table, and the field of its row that names them.
TABLE_OF_OBJECT = {
    "organization": ("organization", "organization_id"),
    "location": ("location", "location_id"),
    "service": ("service", "service_id"),
    "program": ("program", "program_id"),
    "taxonomy_term": ("taxonomy_term", "taxonomy_term_id"),
    "taxonomy_detail": ("taxonomy", "taxonomy_id"),
    "unit": ("unit", "unit_id"),
}


class Flat(NamedTuple):
    """One row: `path` is where its object was, `odd` the fields that hold no single value."""

    table: str
    path: str
    values: dict[str, str]
    odd: list[str]


def flatten(table: str, thing: Json, path: str = "", **parent: str) -> Iterator[Flat]:
    """Yield the row of an object, then those of all objects in it, by the names of HSDS tables.

    `parent` are the fields that say what the row belongs to. What HSDS has no field for is left.
    """
    if path.count(".") >= DEEPEST:
        yield Flat(table, path, {}, [""])
        return
    row = Flat(table, path, dict(parent), [])
    own = str(thing.get("id") or "")
    inner: list[Iterator[Flat]] = []
    for name, value in thing.items():
        if name in TABLE_OF_OBJECT and isinstance(value, dict):
            kind, reference = TABLE_OF_OBJECT[name]
            row.values[reference] = str(value.get("id") or row.values.get(reference, ""))
            inner.append(flatten(kind, value, _below(path, name)))
        elif name in TABLE_OF_LIST and isinstance(value, list):
            inner.append(_members(name, value, table, own, path))
        elif name in COLUMNS.get(table, ()):
            _put(row, name, value)
    yield row
    for rows in inner:
        yield from rows


def _members(name: str, members: list[Any], table: str, own: str, path: str) -> Iterator[Flat]:
    kind = TABLE_OF_LIST[name]
    parent = {f"{table}_id": own}
    if kind == "attribute":
        parent = {"link_id": own, "link_entity": table}
    elif kind == "metadata":
        parent = {"resource_id": own, "resource_type": table}
    for member in members:
        if isinstance(member, dict):
            yield from flatten(kind, member, _below(path, name), **parent)
        else:
            yield Flat(kind, _below(path, name), {}, [""])


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _put(row: Flat, name: str, value: Any) -> None:
    if isinstance(value, bool):
        row.values[name] = str(value).lower()
    elif isinstance(value, int | float):
        row.values[name] = repr(value)
    elif isinstance(value, str):
        row.values.setdefault(name, value)
    elif value is not None:
        row.odd.append(name)

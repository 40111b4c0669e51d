"""What some exports write into one field of a record where HSDS has a table of its own.

Such a field becomes rows of that table, which are then read like any others; what is reported of
them is reported of the row and the column they were written in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from services.registry.tabular.rows import Ledger, Row, Sheet

Found = Iterator[dict[str, str]]

_MOST_PARTS = 100
_STREET_AND_CITY = re.compile(
    r"(?P<address_1>.+), *(?P<city>[^,]+), *(?P<state_province>[A-Z]{2}) +"
    r"(?P<postal_code>[0-9]{5}(-[0-9]{4})?)"
)
_PHONE = re.compile(r"((?P<description>[A-Za-z ]{1,40}):)? *(?P<number>[^:]+)")


def written_out(row: Row, ledger: Ledger) -> Iterator[Row]:
    """Yield the rows that are written into the fields of a location's or a service's row."""
    kind = row.sheet.table
    for column, (table, read) in _COLUMNS.get(kind, {}).items():
        if not (value := row.get(column)):
            continue
        found = list(read(value))[:_MOST_PARTS]
        if not found:
            ledger.report(row, column, "cannot be read as one or more of its kind")
        for values in found:
            named = row.sheet.columns.get(column, column)
            sheet = Sheet(row.sheet.file, table, dict.fromkeys(values, named))
            yield Row(sheet, row.line, {f"{kind}_id": row.get("id"), **values}, of=row)


def _parts(value: str, separators: str) -> Iterator[str]:
    return (part for one in re.split(separators, value) if (part := one.strip()))


def _address(value: str) -> Found:
    if found := _STREET_AND_CITY.fullmatch(value):
        yield {**found.groupdict(""), "country": "US"}


def _phones(value: str) -> Found:
    for part in _parts(value, ","):
        if found := _PHONE.fullmatch(part):
            yield {name: text for name, text in found.groupdict("").items() if text}


def _named(column: str, separators: str) -> Callable[[str], Found]:
    def read(value: str) -> Found:
        for part in _parts(value, separators):
            yield {column: part}

    return read


_LANGUAGES = ("language", _named("name", "[,;]"))
_COLUMNS: dict[str, dict[str, tuple[str, Callable[[str], Found]]]] = {
    "location": {
        "address": ("address", _address),
        "phones": ("phone", _phones),
        "accessibility": ("accessibility", _named("description", "[,;]")),
        "languages": _LANGUAGES,
    },
    "service": {
        "languages": _LANGUAGES,
        "required_documents": ("required_document", _named("document", ";")),
        "service_areas": ("service_area", _named("name", "[,;]")),
    },
}

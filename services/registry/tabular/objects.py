"""From the text of HSDS JSON to rows: lists of records, pages of an API, one record, or ndjson.

Every object in an object is a row of its table, so that JSON and CSV are read by the same rules
and accounted for in the same way. The line of a row is that of its record in the file (ndjson),
else the place of its record in the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from services.registry.tabular.flat import Flat, flatten
from services.registry.tabular.rows import Ledger, Row, Sheet, look_over
from services.registry.tabular.tables import FILES, LEFT_OUT

LINES = (".ndjson", ".jsonl")
SUFFIXES = (".json", *LINES)

#: What an object is, by a field only its kind has; in this order.
_KIND_BY_FIELD = {
    "location_type": "location",
    "location_id": "service_at_location",
    "location": "service_at_location",
    "organization_id": "service",
    "organization": "service",
    "application_process": "service",
    "service_at_locations": "service",
    "taxonomy": "taxonomy_term",
    "taxonomy_id": "taxonomy_term",
    "locations": "organization",
    "legal_status": "organization",
    "services": "organization",
    "website": "organization",
    "status": "service",
}
_AGAIN = "says again what an earlier record said"


class Objects:
    """Reads the JSON files of one package; what several records repeat is taken once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._records: set[tuple[str, str]] = set()
        self._rows: set[tuple[str, tuple[tuple[str, str], ...]]] = set()

    def read(self, file: str, text: str) -> list[Row]:
        """Return the rows of one file that can be read; the ledger gets every row."""
        name = file.replace("\\", "/").rsplit("/", 1)[-1].lower().rpartition(".")[0]
        if not file.lower().endswith(SUFFIXES):
            return []
        rows = []
        for line, found in _records(file, text):
            kind = FILES.get(name) or _kind_of(found)
            if not isinstance(found, dict) or not kind:
                rule = "is not a record of HSDS" if kind != "?" else "is not JSON"
                self._ledger.refuse(self._row(file, line, Flat("", "", {}, [])), "", rule)
                continue
            rows += [self._taken(file, line, one) for one in flatten(kind, found)]
        return [row for row in rows if not row.fate]

    def _row(self, file: str, line: int, one: Flat) -> Row:
        named = {name: f"{one.path}.{name}" for name in one.values} if one.path else {}
        row = Row(Sheet(file, one.table, named), line, one.values)
        self._ledger.rows.append(row)
        return row

    def _taken(self, file: str, line: int, one: Flat) -> Row:
        row = self._row(file, line, one)
        row.values = {name: value.strip() for name, value in one.values.items()}
        key = one.table, row.get("id")
        same = one.table, tuple(sorted(row.values.items()))
        if one.path and (key in self._records or same in self._rows):
            self._ledger.leave(row, _AGAIN)
        elif one.table in LEFT_OUT_TABLES:
            self._ledger.leave(row, LEFT_OUT_TABLES[one.table])
        elif one.odd == [""]:
            self._ledger.refuse(row, one.path, "is not an object, or is nested too deep")
        else:
            look_over(row, [], 0, True, self._ledger)
            for name in one.odd:
                self._ledger.report(row, name, "is not a single value")
        if one.table in _SHARED and row.get("id"):
            self._records.add(key)
        self._rows.add(same)
        return row


#: What several records may hold a copy of, each known by its id.
_SHARED = {
    *("organization", "location", "service", "service_at_location"),
    *("program", "taxonomy_term", "taxonomy", "unit"),
}
LEFT_OUT_TABLES = {"contact": LEFT_OUT["contacts"]}


def _records(file: str, text: str) -> Iterator[tuple[int, Any]]:
    """Yield the line and the JSON value of each record; a value nobody can read is None."""
    if file.lower().endswith(LINES):
        for at, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield at, _value(line)
        return
    found = _value(text)
    if isinstance(found, dict) and isinstance(found.get("contents"), list):
        found = found["contents"]
    yield from enumerate(found if isinstance(found, list) else [found], 1)


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        return None


def _kind_of(found: Any) -> str:
    if not isinstance(found, dict):
        return "?" if found is None else ""
    return next((kind for name, kind in _KIND_BY_FIELD.items() if name in found), "")

"""Writing records as an HSDS 3.1 tabular package: CSV files and the package's own description."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

import msgspec

from services.registry.tabular.flat import Flat, flatten
from services.registry.tabular.tables import COLUMNS, FILES
from shared.inert import inert

Json = dict[str, Any]

_FILE_OF_TABLE = {table: name for name, table in reversed(FILES.items())} | {"url": "urls"}


class Package:
    """Collects records and returns them as the files of a tabular package."""

    def __init__(self) -> None:
        self._rows: dict[str, list[dict[str, str]]] = {table: [] for table in COLUMNS}
        self._seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()

    def add(self, kind: str, hsds: Json) -> None:
        """Add a record; what several records have in common is written once."""
        for one in flatten(kind, hsds):
            self._add(one)
            if one.table == "taxonomy_term" and one.values.get("taxonomy_id"):
                said = {"id": one.values["taxonomy_id"], "name": one.values.get("taxonomy", "")}
                self._add(Flat("taxonomy", "", said, []))

    def _add(self, one: Flat) -> None:
        key = one.table, tuple(sorted(one.values.items()))
        if key not in self._seen:
            self._seen.add(key)
            self._rows[one.table].append(one.values)

    def files(self) -> dict[str, str]:
        """Return the text of every file by its name; tables without rows are left out."""
        used = {table: rows for table, rows in self._rows.items() if rows}
        found = {f"{_FILE_OF_TABLE[table]}.csv": _csv(table, rows) for table, rows in used.items()}
        return {**found, "datapackage.json": _description(used)}


def _csv(table: str, rows: Iterable[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_columns(table))
    for row in rows:
        writer.writerow([inert(row.get(name, "")) for name in _columns(table)])
    return text.getvalue()


def _columns(table: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(COLUMNS[table]))


def _description(tables: Iterable[str]) -> str:
    """Return the datapackage.json of these tables (Frictionless Data, tabular data package)."""
    resources = [
        {
            "profile": "tabular-data-resource",
            "name": _FILE_OF_TABLE[table],
            "path": f"{_FILE_OF_TABLE[table]}.csv",
            "schema": {"fields": [{"name": name} for name in _columns(table)], "primaryKey": "id"},
        }
        for table in tables
    ]
    package = {"name": "hsds", "profile": "tabular-data-package", "resources": resources}
    return msgspec.json.format(msgspec.json.encode(package), indent=2).decode() + "\n"

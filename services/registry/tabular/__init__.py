"""Reading a directory that others publish as CSV files (an HSDS tabular package).

Both HSDS 3.x packages and exports of the 1.x and 2.x kind are read. The whole thing is a pure
function of the files' text: no file, no clock, no network.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from services.registry.tabular.directory import Directory
from services.registry.tabular.nested import Nested
from services.registry.tabular.profile import profile_of
from services.registry.tabular.rows import Ledger, Row, read_rows

__all__ = ["Reading", "read_package"]


class Reading(NamedTuple):
    """What a package says, and an account of every row of it.

    `records`: {kind, id, hsds, profile}, organizations first, then locations, services and
    services at locations. `quarantine`: {file, line, field, rule, kept} in the order of the files;
    `kept` is true when only the field was left out. `counts` by file: rows, used, quarantined and
    unused ({reason: rows}), which add up: rows = used + quarantined + all unused.
    """

    records: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]
    counts: dict[str, dict[str, Any]]


def read_package(files: Iterable[tuple[str, str]], source: str, default_area: str = "") -> Reading:
    """Return the records of a package and an account of every row that is not in one.

    `files` are (file name, text); names may carry folders. `source` names the publisher: keys that
    are not UUIDs become derived_id(source, kind, key), so reading a package again gives the same
    ids. `default_area` is the service area of records that name none. Malformed files never
    raise: what cannot be read is in the quarantine. Source: HSDS 3.1 tabular packages.
    """
    ledger = Ledger()
    rows: dict[str, list[Row]] = {}
    names: list[str] = []
    for file, text in files:
        names.append(file)
        for row in read_rows(file, text, ledger):
            rows.setdefault(row.sheet.table, []).append(row)
    directory = Directory(source, rows, ledger)
    directory.join()
    Nested(directory).nest()
    records = [
        {
            "kind": entry.kind,
            "id": entry.id,
            "hsds": entry.hsds,
            "profile": profile_of(entry, directory, default_area),
        }
        for entry in directory.all()
    ]
    return Reading(records, ledger.quarantine(), ledger.counts(names))

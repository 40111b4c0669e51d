"""Reading a directory that others publish: an HSDS tabular package (CSV files) or HSDS 3 JSON.

Both HSDS 3.x packages and CSV exports of the 1.x and 2.x kind are read. The whole thing is a pure
function of the files' text: no file, no clock, no network.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from services.registry.tabular.codes import with_codes
from services.registry.tabular.directory import KINDS, Directory, Entry
from services.registry.tabular.nested import Nested
from services.registry.tabular.objects import Objects
from services.registry.tabular.profile import profile_of
from services.registry.tabular.rows import Ledger, Row, read_rows
from services.registry.tabular.tables import FILES

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
    given = list(files)
    # Beside CSV files, JSON only describes them.
    is_json = not any(file.lower().endswith(".csv") for file, _ in given)
    objects = Objects(ledger)
    for file, text in sorted(given, key=_place) if is_json else given:
        names.append(file)
        for row in objects.read(file, text) if is_json else read_rows(file, text, ledger):
            rows.setdefault(row.sheet.table, []).append(row)
    directory = Directory(source, rows, ledger)
    directory.join()
    Nested(directory).nest()
    records = [_record(entry, directory, default_area) for entry in directory.all()]
    return Reading(records, ledger.quarantine(), ledger.counts(names))


def _place(named: tuple[str, str]) -> int:
    """Whole records are read first: inside others they may be told in part."""
    name = named[0].replace("\\", "/").rsplit("/", 1)[-1].lower().rpartition(".")[0]
    table = FILES.get(name, "")
    return KINDS.index(table) if table in KINDS else len(KINDS)


def _record(entry: Entry, directory: Directory, default_area: str) -> dict[str, Any]:
    profile = profile_of(entry, directory, default_area)
    hsds = with_codes(entry.kind, entry.hsds, profile)
    return {"kind": entry.kind, "id": entry.id, "hsds": hsds, "profile": profile}

"""Imports a folder of HSDS CSV or JSON files through the registry's command.

What cannot be read or kept never stops the rest: it is written to a report, row by row. The same
folder again changes nothing.
"""

from __future__ import annotations

import csv
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from infra.seed.areas import likely_area
from services.registry.tabular import Reading, read_package
from shared.errors import Invalid, Unavailable
from shared.messaging import Calls

Json = dict[str, Any]
Say = Callable[[str], None]

#: Most records and most bytes of one call.
AT_ONCE = 200
MOST_BYTES = 2_000_000
#: A directory of a million services has files smaller than this.
LARGEST_FILE = 1_000_000_000
DEADLINE_S = 60.0
PATIENCE_S = (0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass
class Imported:
    """What became of a folder: counts over all kinds, and where the report of the rest is."""

    listed: int = 0
    changed: int = 0
    same: int = 0
    refused: list[Json] = field(default_factory=list)
    quarantined: int = 0
    report: Path | None = None

    def add(self, told: Json) -> None:
        self.listed += told["listed"]
        self.changed += told["changed"]
        self.same += told["same"]
        self.refused += told["refused"]

    def __str__(self) -> str:
        refused = f", {len(self.refused)} refused" if self.refused else ""
        return f"{self.listed} listed, {self.changed} changed, {self.same} the same{refused}"


def import_folder(
    calls: Calls,
    folder: Path,
    reports: Path,
    *,
    source: str = "",
    area: str = "",
    actor: str = "import",
    say: Say = print,
) -> Imported:
    """Import a folder's files and return what became of them.

    `source` names the publisher (ids of rows are derived from it; the folder's name when empty),
    `area` the service area of records that name none (that of most addresses when empty). Raises
    Invalid when there is nothing to read, Unavailable when the registry stays away.
    """
    source = source or source_of(folder)
    files, recoded = read_folder(folder)
    area = area or likely_area(files)
    say(f"reading {len(files)} files of {source}" + (f", area {area} by default" if area else ""))
    reading = read_package(files, source, area)
    _say_counts(reading, say)
    imported = Imported()
    for kind in ("organization", "location", "service", "service_at_location"):
        records = [one for one in reading.records if one["kind"] == kind]
        _send(calls, kind, records, {"source": source, "actor": actor}, imported, say)
    rows = [*recoded, *reading.quarantine, *_refusals(imported)]
    imported.quarantined = len(rows)
    imported.report = _write(reports / f"{source}.csv", rows)
    say(f"{imported}; {len(rows)} remarks in {imported.report}")
    return imported


def source_of(folder: Path) -> str:
    """Return the name of a publisher, made of its folder's name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", folder.resolve().name)[:60] or "import"


def read_folder(folder: Path) -> tuple[list[tuple[str, str]], list[Json]]:
    """Return (name, text) of every CSV file, and a remark on each that was not in UTF-8.

    A folder without CSV files is read as JSON. Files in folders below count when there are none.
    """
    if not folder.is_dir():
        raise Invalid("DIR", "is not a folder", "name the folder that holds the files")
    files, remarks = [], []
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if path.stat().st_size > LARGEST_FILE:
            raise Invalid(name, f"is larger than {LARGEST_FILE:,} bytes", "split it")
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
            rule = "is not in UTF-8; it was read as Windows-1252"
            remarks.append({"file": name, "line": "", "field": "", "rule": rule})
        files.append((name, text))
    if not files:
        raise Invalid("DIR", "holds no CSV or JSON files", "name the folder that holds them")
    return files, remarks


def _files(folder: Path) -> list[Path]:
    for suffixes in (("csv",), ("json", "ndjson", "jsonl")):
        for paths in (folder.iterdir(), folder.rglob("*")):
            found = [one for one in paths if one.suffix.lower()[1:] in suffixes and one.is_file()]
            if found:
                return sorted(found)
    return []


def _say_counts(reading: Reading, say: Say) -> None:
    total: Counter[str] = Counter()
    for count in reading.counts.values():
        for name in ("rows", "used", "quarantined"):
            total[name] += count[name]
        total["unused"] += sum(count["unused"].values())
    say(
        f"{total['rows']:,} rows: {total['used']:,} used, {total['quarantined']:,} set aside, "
        f"{total['unused']:,} that no record needs; {len(reading.records):,} records"
    )


def _send(
    calls: Calls,
    kind: str,
    records: Sequence[Json],
    by: dict[str, str],
    imported: Imported,
    say: Say,
) -> None:
    done = 0
    for batch in _batches(records):
        imported.add(_patiently(calls, kind, batch, by))
        done += len(batch)
        say(f"  {kind}: {done:,} of {len(records):,}")


def _batches(records: Iterable[Json]) -> Iterator[list[Json]]:
    batch: list[Json] = []
    size = 0
    for record in records:
        length = len(msgspec.json.encode(record))
        if batch and (len(batch) == AT_ONCE or size + length > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += length
    if batch:
        yield batch


def _patiently(calls: Calls, kind: str, batch: list[Json], by: dict[str, str]) -> Json:
    """Send a batch, again while the registry does not answer: a repeat changes nothing."""
    for wait in PATIENCE_S:
        try:
            return _call(calls, kind, batch, by)
        except Unavailable:
            time.sleep(wait)
    return _call(calls, kind, batch, by)


def _call(calls: Calls, kind: str, batch: list[Json], by: dict[str, str]) -> Json:
    told: Json = calls.call(
        "registry", "import_records", deadline_s=DEADLINE_S, kind=kind, records=batch, **by
    )
    return told


def _refusals(imported: Imported) -> list[Json]:
    return [
        {"file": one["id"], "line": "", "field": one["field"], "rule": one["rule"]}
        for one in imported.refused
    ]


def _write(path: Path, rows: Iterable[Json]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "line", "field", "rule"))
        for row in rows:
            writer.writerow(_inert(row[name]) for name in ("file", "line", "field", "rule"))
    return path


def _inert(value: Any) -> Any:
    """Column names come from a stranger; a spreadsheet must not run them as formulas."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value

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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from infra.seed.areas import likely_area
from infra.seed.progress import Progress
from infra.seed.reporting import report_import
from services.registry.tabular import Reading, read_package
from shared.errors import Invalid, Unavailable
from shared.inert import inert
from shared.messaging import Calls

Json = dict[str, Any]
Say = Callable[[str], None]

#: Most records and most bytes of one call.
AT_ONCE = 200
MOST_BYTES = 2_000_000
#: While the database writes one batch, the registry looks the next one over.
CALLS_AT_ONCE = 3
#: A directory of a million services has files smaller than this.
LARGEST_FILE = 1_000_000_000
DEADLINE_S = 60.0
#: The columns of the report of what was left out, and of a dry run's plan.
REMARK = ("file", "line", "field", "rule")
PLANNED = ("kind", "id", "what", "fields")
SUMS = ("listed", "changed", "same", "refused")
REFERENCES = {
    "organization_id": "organization",
    "service_id": "service",
    "location_id": "location",
}
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
    planned: list[Json] = field(default_factory=list)
    plan: Path | None = None
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, kind: str, told: Json) -> None:
        sums = self.kinds.setdefault(kind, dict.fromkeys(SUMS, 0))
        for name in SUMS:
            sums[name] += len(told[name]) if name == "refused" else told[name]
        self.listed += told["listed"]
        self.changed += told["changed"]
        self.same += told["same"]
        self.refused += told["refused"]
        for one in told.get("changes", ()):
            what = "changed" if one["fields"] else "listed"
            fields = " ".join(one["fields"])
            self.planned.append({"kind": kind, "id": one["id"], "what": what, "fields": fields})

    def __str__(self) -> str:
        refused = f", {len(self.refused)} refused" if self.refused else ""
        return f"{self.listed} listed, {self.changed} changed, {self.same} the same{refused}"


@dataclass(frozen=True)
class Order:
    """How the registry is asked: to take records in, or on a dry run to say what that would do."""

    source: str
    actor: str
    is_dry: bool

    def call(self, kind: str, batch: list[Json], promised: set[str]) -> tuple[str, Json]:
        """Return the method and the arguments of the call for a batch of one kind."""
        said: Json = {"kind": kind, "records": batch}
        if not self.is_dry:
            by = {"source": self.source, "actor": self.actor}
            return "import_records", {**said, **by}
        named = {
            f"{to}:{one['hsds'][name]}"
            for one in batch
            for name, to in REFERENCES.items()
            if name in one["hsds"]
        }
        return "compare_records", {**said, "promised": sorted(named & promised)}


def import_folder(
    calls: Calls,
    folder: Path,
    reports: Path,
    *,
    source: str = "",
    area: str = "",
    actor: str = "import",
    is_dry: bool = False,
    say: Say = print,
) -> Imported:
    """Import a folder's files and return what became of them.

    `source` names the publisher (ids of rows are derived from it; the folder's name when empty),
    `area` the service area of records that name none (that of most addresses when empty). A dry
    run changes nothing and also writes what would change. Raises Invalid when there is nothing to
    read, Unavailable when the registry stays away.
    """
    source = source or source_of(folder)
    files, recoded = read_folder(folder)
    area = area or likely_area(files)
    say(f"reading {len(files)} files of {source}" + (f", area {area} by default" if area else ""))
    reading = read_package(files, source, area)
    _say_counts(reading, say)
    imported = Imported()
    _send(calls, Order(source, actor, is_dry), reading, imported, say)
    rows = [*recoded, *reading.quarantine, *_refusals(imported)]
    imported.quarantined = len(rows)
    imported.report = _write(reports / f"{source}.csv", REMARK, rows)
    say(f"{imported}; {len(rows)} remarks in {imported.report}")
    if not is_dry:
        names = [name for name, _ in files]
        report_import(calls, source, names, reading.counts, imported.kinds, rows, say)
    if is_dry:
        imported.plan = _write(reports / f"{source}-plan.csv", PLANNED, imported.planned)
        say(f"a dry run: nothing was changed; what would be is in {imported.plan}")
    say("an import withdraws nothing: what the files no longer name stays listed")
    return imported


def source_of(folder: Path) -> str:
    """Return the name of a publisher, made of its folder's name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", folder.resolve().name)[:60] or "import"


def read_folder(folder: Path) -> tuple[list[tuple[str, str]], list[Json]]:
    """Return (name, text) of every CSV file, and a remark on each that was not in UTF-8.

    A folder without CSV files is read as JSON. Files in folders below count when there are none.
    """
    if not folder.exists():
        raise Invalid("DIR", "is not there", "name the folder that holds the files, or one file")
    files, remarks = [], []
    for path in _files(folder):
        name = path.name if path == folder else path.relative_to(folder).as_posix()
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
    if folder.is_file():
        return [folder]
    for suffixes in (("csv",), ("json", "ndjson", "jsonl")):
        for paths in (folder.iterdir(), folder.rglob("*")):
            found = [one for one in paths if one.suffix.lower()[1:] in suffixes and one.is_file()]
            if found:
                return sorted(found)
    return []


def _say_counts(reading: Reading, say: Say) -> None:
    total: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for count in reading.counts.values():
        for name in ("rows", "used", "quarantined"):
            total[name] += count[name]
        total["unused"] += sum(count["unused"].values())
        reasons.update(count["unused"])
    say(
        f"{total['rows']:,} rows: {total['used']:,} used, {total['quarantined']:,} set aside, "
        f"{total['unused']:,} that no record needs; {len(reading.records):,} records"
    )
    for reason, rows in reasons.most_common():
        say(f"  {rows:,} not needed: {reason}")


def _send(calls: Calls, order: Order, reading: Reading, imported: Imported, say: Say) -> None:
    """Send all records, kind by kind, so that what a record refers to is there before it."""
    progress = Progress(len(reading.records), say)
    promised = {f"{one['kind']}:{one['id']}" for one in reading.records}

    def send(batch: list[Json]) -> Json:
        return _patiently(calls, *order.call(batch[0]["kind"], batch, promised))

    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        for kind in ("organization", "location", "service", "service_at_location"):
            batches = list(_batches(one for one in reading.records if one["kind"] == kind))
            for batch, told in zip(batches, pool.map(send, batches), strict=True):
                imported.add(kind, told)
                progress.add(len(batch))


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


def _patiently(calls: Calls, method: str, arguments: Json) -> Json:
    """Send a batch, again while the registry does not answer: a repeat changes nothing."""
    for wait in PATIENCE_S:
        try:
            return _call(calls, method, arguments)
        except Unavailable:
            time.sleep(wait)
    return _call(calls, method, arguments)


def _call(calls: Calls, method: str, arguments: Json) -> Json:
    told: Json = calls.call("registry", method, deadline_s=DEADLINE_S, **arguments)
    return told


def _refusals(imported: Imported) -> list[Json]:
    return [
        {"file": one["id"], "line": "", "field": one["field"], "rule": one["rule"]}
        for one in imported.refused
    ]


def _write(path: Path, names: Sequence[str], rows: Iterable[Json]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in rows:
            writer.writerow(inert(str(row[name])) for name in names)
    return path

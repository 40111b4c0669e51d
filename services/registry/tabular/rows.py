"""From the text of CSV files to rows, with an account of every row that is not kept.

Nothing is dropped in silence: a row ends up used in a record, set aside (quarantined) with the
field and the rule it broke, or left with a reason. The three always add up to the rows read.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from services.registry.tabular.tables import FIELDS, FILES, LEFT_OUT, NEEDED, RENAMED
from services.registry.tabular.values import LONGEST, Unfit
from shared.inert import bare

USED = "used"
SET_ASIDE = "set aside"

#: Controls (but tab and line ends), half surrogates, and the two signs that turn text around.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202d\u202e]")


@dataclass(slots=True, eq=False)
class Sheet:
    """One file: its name, the table it holds ("" when unknown) and its own column names."""

    file: str
    table: str
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Row:
    """One row. `line` is where it begins in its file; `fate` is how it ended (see Ledger).

    `of` is the row of the file in which this one was written as the value of a field.
    """

    sheet: Sheet
    line: int
    values: dict[str, str]
    fate: str = ""
    of: Row | None = None

    def get(self, name: str) -> str:
        """Return the trimmed text of a field, "" when it has none."""
        return self.values.get(name, "")

    def keys(self, name: str) -> list[str]:
        """Return the keys a reference field lists; older exports put several in one field."""
        return [key for part in self.get(name).split(",") if (key := part.strip())]


class Ledger:
    """What was reported of which row, and what became of each row."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.reports: list[tuple[Row, str, str]] = []

    def report(self, row: Row, name: str, rule: str) -> None:
        """Record that a field was not kept; the rest of its row may be."""
        self.reports.append((row.of or row, row.sheet.columns.get(name, name), rule))

    def refuse(self, row: Row, name: str, rule: str) -> None:
        """Set a whole row aside, naming the field and the rule it broke."""
        self.report(row, name, rule)
        row.fate = SET_ASIDE

    def leave(self, row: Row, reason: str) -> None:
        """Leave a row that is not wrong but has no place in a record."""
        row.fate = reason

    def quarantine(self) -> list[dict[str, Any]]:
        """Return {file, line, field, rule, kept} of every report in the order of the files.

        `kept` says whether the rest of the row is in a record. No entry repeats a value.
        """
        place = {id(row): at for at, row in enumerate(self.rows)}
        found = sorted(self.reports, key=lambda report: place[id(report[0])])
        return [
            {
                "file": row.sheet.file,
                "line": row.line,
                "field": name,
                "rule": rule,
                "kept": row.fate != SET_ASIDE,
            }
            for row, name, rule in found
        ]

    def counts(self, files: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return by file: rows, used, quarantined, and unused as {reason: rows}."""
        fates: dict[str, Counter[str]] = {file: Counter() for file in files}
        for row in self.rows:
            fates[row.sheet.file][row.fate or "no record refers to it"] += 1
        return {
            file: {
                "rows": sum(fate.values()),
                USED: fate.pop(USED, 0),
                "quarantined": fate.pop(SET_ASIDE, 0),
                "unused": dict(sorted(fate.items())),
            }
            for file, fate in fates.items()
        }


def read_rows(file: str, text: str, ledger: Ledger) -> list[Row]:
    """Return the rows of one file that can be read; the ledger gets every row."""
    name = table_name(file)
    sheet = Sheet(file, FILES.get(name, ""))
    if not file.lower().endswith(".csv"):
        return []
    rows = list(_parse(sheet, text.removeprefix("\ufeff"), ledger))
    if not sheet.table:
        for row in rows:
            ledger.leave(row, LEFT_OUT.get(name, "not a table of HSDS"))
    return [row for row in rows if not row.fate]


def table_name(file: str) -> str:
    """Return what a file is called, without folders and ".csv", in lower case."""
    return file.replace("\\", "/").rsplit("/", 1)[-1].lower().removesuffix(".csv")


def _parse(sheet: Sheet, text: str, ledger: Ledger) -> Iterator[Row]:
    is_dirty = _CONTROLS.search(text) is not None
    header: list[str] = []
    for line, cells in _records(text):
        if not header and cells:
            header = _header(sheet, cells)
        elif cells or cells is None:
            values = (bare(cell.strip()) for cell in cells or [])
            row = Row(sheet, line, dict(zip(header, values, strict=False)))
            ledger.rows.append(row)
            look_over(row, cells, len(header), is_dirty, ledger)
            yield row


def _records(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield where each record begins and its cells; None for one that cannot be read."""
    # An odd number of quotation marks means one never closes; only strict reading says where.
    is_strict = text.count('"') % 2 == 1
    before = csv.field_size_limit(len(text) + 1)
    try:
        reader = csv.reader(io.StringIO(text, newline=None), strict=is_strict)
        while True:
            line = reader.line_num + 1
            try:
                cells: list[str] | None = next(reader)
            except StopIteration:
                return
            except csv.Error:
                cells = None
            yield line, cells
    finally:
        csv.field_size_limit(before)


def _header(sheet: Sheet, cells: list[str]) -> list[str]:
    plain = [_CONTROLS.sub("", cell).strip().lower() for cell in cells]
    names: list[str] = []
    for name in plain:
        ours = our_name(sheet.table, name)
        names.append(name if ours in plain or ours in names else ours)
    sheet.columns = dict(zip(names, cells, strict=True))
    return names


def our_name(table: str, column: str) -> str:
    """Return the name HSDS 3 has for a column, the column's own when it has none."""
    renamed = RENAMED.get(table, {})
    if column in renamed:
        return renamed[column]
    plain = re.sub("_uuid$", "_id", column).removeprefix(f"{table}_")
    plain = renamed.get(plain, plain)
    known = {"id", *FIELDS.get(table, ()), *renamed.values()}
    is_key = column.endswith("_uuid") and plain.endswith("_id")
    return plain if plain in known or is_key else column


def look_over(
    row: Row, cells: list[str] | None, columns: int, is_dirty: bool, ledger: Ledger
) -> None:
    """Report what no value of a row may be; `cells` is None for a row that cannot be read."""
    if cells is None:
        ledger.refuse(row, "", "a quotation mark is missing or too many")
        return
    if any(cell.strip() for cell in cells[columns:]):
        ledger.refuse(row, "", "has more values than there are columns")
        return
    if not is_dirty and max(map(len, row.values.values()), default=0) <= LONGEST:
        return
    for name, value in row.values.items():
        if is_dirty and _CONTROLS.search(value):
            row.values[name] = value = _CONTROLS.sub("", value).strip()
            ledger.report(row, name, "held control characters, which were taken out")
        if len(value) > LONGEST:
            row.values[name] = ""
            ledger.report(row, name, f"is longer than {LONGEST:,} characters")


def names_no(kind: str) -> str:
    """Return the rule a reference breaks that leads nowhere."""
    return f"names no {kind} kept from this package"


def hsds_fields(row: Row, table: str, ledger: Ledger) -> dict[str, Any] | None:
    """Return the HSDS fields of a row that keep their rules, or None when a needed one does not.

    A field that breaks its rule is reported and left out; the row is set aside only when
    nothing useful would be left.
    """
    found: dict[str, Any] = {}
    broken: dict[str, str] = {}
    for name, check in FIELDS[table].items():
        if value := row.values.get(name):
            try:
                found[name] = check(value)
            except Unfit as unfit:
                broken[name] = str(unfit)
    missing = [name for name in NEEDED.get(table, ()) if name not in found]
    if missing:
        name = missing[0]
        ledger.refuse(row, name, broken.get(name, "is needed and has no value that can be kept"))
        return None
    for name, rule in broken.items():
        ledger.report(row, name, rule)
    return found

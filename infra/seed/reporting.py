"""Tells the registry what became of an import, for the page of the coordinating agency.

Files, lines, fields and rules are told; nothing a publisher typed is (services.registry.tabular.
remarks), so the report on disk says more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.registry.import_log import AT_ONCE, MOST_REMARKS
from services.registry.tabular.remarks import told_field, told_file
from shared.errors import AnydoorError
from shared.ids import new_id
from shared.messaging import Calls

Json = dict[str, Any]
MOST_FILES = 500
LONGEST_RULE = 300


def report_import(
    calls: Calls,
    source: str,
    files: Sequence[str],
    counts: Mapping[str, Json],
    kinds: Mapping[str, Json],
    rows: Sequence[Json],
    say: Callable[[str], None],
) -> None:
    """Tell the sums of an import and the first 5,000 remarks; what is refused is only said."""
    names = {name: told_file(name, at) for at, name in enumerate(files, 1)}
    import_id = new_id()
    remarks = [_remark(row, names) for row in rows[:MOST_REMARKS]]
    try:
        calls.call(
            "registry",
            "record_import",
            import_id=import_id,
            source=source,
            files=[_sums(names[name], counts[name]) for name in files[:MOST_FILES]],
            kinds=kinds,
            left=len(rows),
        )
        for first in range(0, len(remarks), AT_ONCE):
            some = remarks[first : first + AT_ONCE]
            calls.call("registry", "record_remarks", import_id=import_id, first=first, remarks=some)
    except AnydoorError as error:
        say(f"the workspace does not list this import: {error}")


def _sums(file: str, count: Json) -> Json:
    numbers = {name: count[name] for name in ("rows", "used", "quarantined")}
    return {"file": file, **numbers, "unused": sum(count["unused"].values())}


def _remark(row: Json, names: Mapping[str, str]) -> Json:
    """A remark as it may be told; one on a refused record names its id in place of a file."""
    return {
        "file": names.get(row["file"]) or told_file(str(row["file"]), 0),
        "line": row["line"] or 0,
        "field": told_field(str(row["field"])),
        "rule": str(row["rule"])[:LONGEST_RULE],
    }

"""One import with 150 remarks, as the registry tells it to the agency that coordinates."""

from __future__ import annotations

from typing import Any

from shared.errors import NotAllowed, NotFound
from shared.ids import derived_id
from tests.support.staff_network import HARBOR_LIGHT

Json = dict[str, Any]
IMPORT = derived_id("import", "open-table")
RULES = ("is not a web address", "names no organization kept from this package", "<b>is odd</b>")
REMARKS = [
    {"number": at, "file": "services.csv", "line": at + 2, "field": "url", "rule": RULES[at % 3]}
    for at in range(150)
]
SUMS: Json = {
    "import_id": IMPORT,
    "source": "open-table",
    "at": "2026-11-22T10:00:00.000+00:00",
    "files": [
        {"file": "organizations.csv", "rows": 2, "used": 2, "quarantined": 0, "unused": 0},
        {"file": "services.csv", "rows": 300, "used": 200, "quarantined": 93, "unused": 7},
    ],
    "kinds": {
        "organization": {"listed": 2, "changed": 0, "same": 0, "refused": 0},
        "service": {"listed": 120, "changed": 44, "same": 35, "refused": 1},
    },
    "remarks": 160,
}


def imports(agency: str) -> list[Json]:
    """Return the one import."""
    _check(agency)
    return [SUMS]


def import_remarks(agency: str, import_id: str, first: int, size: int) -> Json:
    """Return some of its remarks."""
    _check(agency)
    if import_id != IMPORT:
        raise NotFound("import_id", "is none of the last imports", "import the files again")
    return {**SUMS, "kept": len(REMARKS), "page": REMARKS[first : first + size]}


def _check(agency: str) -> None:
    if agency != HARBOR_LIGHT:
        raise NotAllowed("agency", "does not coordinate the network", "ask the one that does")

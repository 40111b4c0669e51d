"""Directories that others publish, told again: what was taken in fits HSDS 3.1 whatever it was."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.registry.checking import check
from services.registry.domain import stream_of
from services.registry.published.resources import Shelf
from services.registry.published.viewers import Viewer
from services.registry.tabular import read_package
from shared.errors import Invalid
from shared.ids import new_id
from shared.storage.commits import State
from tests.support.hsds_schemas import DATA, needs_schemas, schemas

Json = dict[str, Any]
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
MOST = 60  # records of a kind, from all over the export: the schemas take their time
EXPORTS = [DATA / "dc-directory", DATA / "hsds-3.1" / "examples" / "csv"]


def read(folder: Path) -> dict[str, State]:
    """The states the registry keeps of an export."""
    files = [(one.name, one.read_text("utf-8", "replace")) for one in folder.rglob("*.csv")]
    kept: dict[str, State] = {}
    for record in read_package(files, "test", "US-DC").records:
        try:
            content = check(record["kind"], record).content
        except Invalid:
            continue
        state: Json = {**content, "is_withdrawn": False}
        if record["kind"] == "service":
            state |= {"places": {}, "related": []}
        stream = stream_of(record["kind"], record["id"])
        kept[stream] = State(stream, 1, 1, state)
    for stream, row in kept.items():
        holder = kept.get(stream_of("service", row.state["hsds"].get("service_id", "")))
        if stream.startswith("service_at_location:") and holder is not None:
            holder.state["places"][row.state["hsds"]["id"]] = row.state
    return kept


@needs_schemas
@pytest.mark.parametrize("folder", EXPORTS, ids=lambda one: one.name)
def test_an_export_is_told_again_as_the_schema_wants_it(folder: Path) -> None:
    if not folder.is_dir():
        pytest.skip(f"shared/data/{folder.name} is not beside this repository")
    kept, known = read(folder), schemas()
    shelf = Shelf(kept, Viewer("coordinator", new_id()), AT)
    services = [row for stream, row in kept.items() if stream.startswith("service:")]
    givers = [row for stream, row in kept.items() if stream.startswith("organization:")]
    assert services
    for row in services[:: len(services) // MOST + 1]:
        told = shelf.service(row, full=True)
        assert known.complaints("service.json", told) == []
        for id in row.state["places"]:
            place = shelf.service_at_location(row, id, full=True)
            assert known.complaints("service_at_location.json", place) == []
    for row in givers[:: len(givers) // MOST + 1]:
        own = [one for one in services if one.state["hsds"]["organization_id"] in row.stream]
        told = shelf.organization(row, own, full_service=False)
        assert known.complaints("organization.json", told) == []

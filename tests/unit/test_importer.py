"""Reading an agency's folder: encodings, areas, batches, and a report of what was left out."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from infra.seed import importer, sample
from infra.seed.areas import likely_area
from infra.seed.importer import import_folder, read_folder, source_of
from infra.seed.progress import Progress
from shared.errors import Invalid, Unavailable
from shared.messaging import Calls

ADDRESSES = "id,location_id,address_1,city,state_province,postal_code,country,address_type\n"


class Registry:
    """Answers import_records as the registry does, and remembers what it was asked."""

    def __init__(self, silent: int = 0) -> None:
        self.silent = silent
        self.asked: list[dict[str, Any]] = []
        self.told: list[tuple[str, dict[str, Any]]] = []

    def call(self, service: str, method: str, /, **arguments: Any) -> dict[str, Any]:
        assert service == "registry"
        if method in ("record_import", "record_remarks"):
            self.told.append((method, arguments))
            return {}
        assert method == "import_records"
        if self.silent:
            self.silent -= 1
            raise Unavailable("registry", "did not answer in time")
        self.asked.append(arguments)
        refused = [
            {"id": one["id"], "field": "name", "rule": "is too bad"}
            for one in arguments["records"]
            if one["hsds"].get("name") == "Bad"
        ]
        listed = len(arguments["records"]) - len(refused)
        return {"listed": listed, "changed": 0, "same": 0, "refused": refused}

    @property
    def calls(self) -> Calls:
        return cast(Calls, self)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An agency's export: one organization and two services, one without an organization."""
    export = tmp_path / "Open Table (2026)"
    export.mkdir()
    (export / "organizations.csv").write_text("id,name,description\no1,Open Table,Food\n")
    services = "id,organization_id,name,status\ns1,o1,Pantry,active\ns2,o9,Lunch,active\n"
    (export / "services.csv").write_text(services)
    return export


def silence(_: str) -> None:
    """Say nothing."""


def test_a_folder_is_imported_in_the_order_of_its_references(folder: Path, tmp_path: Path) -> None:
    registry = Registry()
    told = import_folder(registry.calls, folder, tmp_path / "reports", say=silence)
    assert [one["kind"] for one in registry.asked] == ["organization", "service"]
    assert {one["source"] for one in registry.asked} == {"Open-Table-2026-"}
    assert (told.listed, told.quarantined) == (2, 1)
    assert str(told) == "2 listed, 0 changed, 0 the same"


def test_what_is_left_out_is_in_the_report(folder: Path, tmp_path: Path) -> None:
    (folder / "organizations.csv").write_text(
        "id,name,description,=1+1\no1,Open Table,Food,\no2,Bad,Bad,\x07x\n"
    )
    told = import_folder(Registry().calls, folder, tmp_path / "reports", say=silence)
    assert told.report is not None
    with told.report.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0].keys() == {"file", "line", "field", "rule"}
    assert ("services.csv", "3", "organization_id") in {
        (row["file"], row["line"], row["field"]) for row in rows
    }
    assert "is too bad" in {row["rule"] for row in rows}
    assert "'=1+1" in {row["field"] for row in rows}
    assert told.quarantined == len(rows)


def test_a_registry_that_is_away_for_a_moment_is_waited_for(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "PATIENCE_S", (0.0, 0.0))
    assert import_folder(Registry(2).calls, folder, tmp_path, say=silence).listed == 2
    with pytest.raises(Unavailable):
        import_folder(Registry(3).calls, folder, tmp_path, say=silence)


def test_many_records_go_in_several_calls(tmp_path: Path, folder: Path) -> None:
    rows = "".join(f"o{n},Name {n},Text\n" for n in range(450))
    (folder / "organizations.csv").write_text("id,name,description\n" + rows)
    registry = Registry()
    import_folder(registry.calls, folder, tmp_path, say=silence)
    sizes = [len(one["records"]) for one in registry.asked if one["kind"] == "organization"]
    assert sizes == [200, 200, 50]
    (folder / "organizations.csv").write_text(
        "id,name,description\n" + "".join(f"o{n},Name {n},{'x' * 19_000}\n" for n in range(210))
    )
    registry = Registry()
    import_folder(registry.calls, folder, tmp_path, say=silence)
    sizes = [len(one["records"]) for one in registry.asked if one["kind"] == "organization"]
    assert sum(sizes) == 210
    assert max(sizes) < 110


def test_an_export_in_another_encoding_is_read_and_said(folder: Path) -> None:
    (folder / "organizations.csv").write_bytes("id,name,description\no1,Café,\n".encode("cp1252"))
    (folder / "services.csv").write_bytes("\ufeffid,name\n".encode())
    files, remarks = read_folder(folder)
    texts = dict(files)
    assert "Café" in texts["organizations.csv"]
    assert texts["services.csv"].startswith("id")
    assert [(one["file"], one["rule"]) for one in remarks] == [
        ("organizations.csv", "is not in UTF-8; it was read as Windows-1252")
    ]


def test_one_file_of_json_is_a_directory_too(tmp_path: Path) -> None:
    services = tmp_path / "services.ndjson"
    services.write_text(
        '{"id": "s1", "name": "Pantry", "organization": {"id": "o1", "name": "Open Table"}}\n'
    )
    registry = Registry()
    told = import_folder(registry.calls, services, tmp_path / "reports", say=silence)
    assert [one["kind"] for one in registry.asked] == ["organization", "service"]
    assert (told.listed, told.quarantined) == (2, 0)


def test_how_far_an_import_has_come_is_said_once_a_second() -> None:
    said: list[str] = []
    moments = iter([0.0, 0.5, 2.0, 2.0, 4.0, 4.0])
    progress = Progress(1_000, said.append, lambda: next(moments))
    for _ in range(2):
        progress.add(250)
    progress.add(500)
    assert said == [
        "  [##########----------] 500 of 1,000 records, 250 a second, 2 s left",
        "  [####################] 1,000 of 1,000 records, 250 a second, in 4.0 s",
    ]


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(Invalid) as refused:
            read_folder(folder)
        assert refused.value.field == "DIR"


def test_a_publisher_is_called_like_its_folder(tmp_path: Path) -> None:
    assert source_of(tmp_path / "dc-directory") == "dc-directory"
    assert source_of(tmp_path / "Año «1»") == "A-o-1-"
    assert source_of(Path("/")) == "import"


@pytest.mark.parametrize(
    ("states", "area"),
    [
        (["DC", "DC", "DC", "DC", "MD"], "US-DC"),
        (["dc"], "US-DC"),
        (["DC", "MD"], ""),
        (["XS"] * 5, ""),
        ([], ""),
    ],
)
def test_the_area_is_that_of_most_addresses(states: list[str], area: str) -> None:
    rows = "".join(f"a{n},l1,1 Elm,Town,{one},1,US,physical\n" for n, one in enumerate(states))
    assert likely_area([("physical_addresses.csv", ADDRESSES + rows)]) == area
    assert likely_area([("addresses.csv", ADDRESSES + rows), ("x.csv", "a\n")]) == area


def test_the_sample_network_keeps_the_day_it_was_first_written(tmp_path: Path) -> None:
    first = sample.write_network(tmp_path / "sample", date(2026, 11, 20))
    text = (tmp_path / "sample" / "services.csv").read_text()
    again = sample.write_network(tmp_path / "sample", date(2026, 12, 24))
    assert first == again
    assert (tmp_path / "sample" / "services.csv").read_text() == text
    assert first["as_of"] == "2026-11-20"


def test_the_registry_is_told_sums_and_remarks_without_names(folder: Path, tmp_path: Path) -> None:
    (folder / "services.csv").write_text(
        "id,organization_id,name,status,Jane Doe\ns2,o9,Lunch,active,x\n"
    )
    registry = Registry()
    told = import_folder(registry.calls, folder, tmp_path / "reports", say=silence)
    (_, sums), (method, rows) = registry.told
    assert sums["kinds"]["organization"] == {"listed": 1, "changed": 0, "same": 0, "refused": 0}
    assert [one["file"] for one in sums["files"]] == ["organizations.csv", "services.csv"]
    assert method == "record_remarks"
    assert sums["left"] == len(rows["remarks"]) == told.quarantined
    assert "Jane" not in str(registry.told)

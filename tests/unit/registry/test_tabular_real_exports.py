"""Three real directories: each row is in a record, set aside with its reason, or not needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.seed.areas import likely_area
from infra.seed.importer import read_folder
from services.registry.tabular import Reading, read_package
from tests.unit.registry.test_tabular import (
    assert_every_row_is_accounted_for,
    assert_the_registry_takes,
    complaints,
)

DATA = Path(__file__).parents[3].parent / "shared" / "data"


def read(name: str) -> Reading:
    """Read a real directory like `make import` does; skip where it is not on this machine."""
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"the directory {name} is not on this machine")
    files, _ = read_folder(folder)
    reading = read_package(files, name, likely_area(files))
    assert_every_row_is_accounted_for(reading)
    assert_the_registry_takes(reading)
    return reading


def kinds(reading: Reading) -> dict[str, int]:
    found = [record["kind"] for record in reading.records]
    return {kind: found.count(kind) for kind in sorted(set(found))}


def records(reading: Reading, kind: str) -> list[dict[str, Any]]:
    return [record for record in reading.records if record["kind"] == kind]


def sums(reading: Reading) -> tuple[int, int, int, int]:
    counts = reading.counts.values()
    rows, used, aside = (
        sum(count[name] for count in counts) for name in ("rows", "used", "quarantined")
    )
    return rows, used, aside, sum(sum(count["unused"].values()) for count in counts)


def test_the_directory_of_washington() -> None:
    reading = read("dc-directory")
    assert kinds(reading) == {
        "location": 1204,
        "organization": 399,
        "service": 1642,
        "service_at_location": 2109,
    }
    rows, used, aside, unneeded = sums(reading)
    assert (rows, used + aside + unneeded) == (25_637, 25_637)
    assert all(record["profile"]["areas"] == ["US-DC"] for record in records(reading, "service"))
    quarantined = {file: count["quarantined"] for file, count in reading.counts.items()}
    assert quarantined["services.csv"] == 16
    assert quarantined["services_at_location.csv"] == 23


def test_the_legal_aid_of_florida_names_its_columns_its_own_way() -> None:
    reading = read("florida-legal-aid")
    assert kinds(reading) == {"location": 378, "organization": 20, "service": 135}
    assert sums(reading) == (533, 533, 0, 0)
    services = records(reading, "service")
    assert all(record["profile"]["areas"] == ["US-FL"] for record in services)
    served = {area["name"] for one in services for area in one["hsds"].get("service_areas", ())}
    assert "Miami-Dade County" in served
    locations = [record["hsds"] for record in records(reading, "location")]
    assert sum("addresses" in one for one in locations) == 81
    assert {phone["description"] for one in locations for phone in one.get("phones", ())} >= {
        "main",
        "tollfree",
    }
    rules = {(q["field"], q["rule"]) for q in reading.quarantine}
    assert ("location_address", "cannot be read as one or more of its kind") in rules


def test_the_sample_of_ohana() -> None:
    reading = read("ohana-sample")
    assert kinds(reading) == {
        "location": 22,
        "organization": 8,
        "service": 23,
        "service_at_location": 23,
    }
    assert sums(reading) == (486, 161, 0, 325)
    locations = [record["hsds"] for record in records(reading, "location")]
    assert [one["location_type"] for one in locations].count("virtual") == 1
    kinds_of_address = {one["address_type"] for at in locations for one in at.get("addresses", ())}
    assert kinds_of_address == {"physical", "postal"}
    assert any("es" in record["profile"]["languages"] for record in records(reading, "location"))
    assert [row[:3] for row in complaints(reading)] == [
        ("data/sample-csv/phones.csv", 45, "number_type")
    ]

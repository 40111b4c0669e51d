"""Reading HSDS 3 JSON: the same rules and the same account of every object as for CSV rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.tabular import Reading, read_package
from services.registry.tabular.writing import Package
from shared.ids import derived_id
from shared.inert import bare, inert
from tests.unit.registry.test_tabular import (
    assert_the_registry_takes,
    complaints,
    one,
)

EXAMPLES = Path(__file__).parents[3].parent / "shared" / "data" / "hsds-3.1" / "examples"
OWNER = {"id": "o1", "name": "Open Table", "description": "Food for all"}
HALL = {
    "id": "l1",
    "location_type": "physical",
    "name": "Hall",
    "latitude": 46.5,
    "longitude": -123,
}
PANTRY: dict[str, Any] = {
    "id": "s1",
    "name": "Pantry",
    "status": "active",
    "minimum_age": 0,
    "organization": OWNER,
    "phones": [
        {"id": "f1", "number": "370-555-0101", "languages": [{"id": "g1", "code": "es"}]},
    ],
    "service_at_locations": [{"id": "p1", "location": HALL}],
    "attributes": [{"id": "a1", "taxonomy_term": {"id": "t1", "name": "Food Pantry"}}],
    "contacts": [{"id": "c1", "name": "Ann Persona", "phones": [{"number": "370-555-0102"}]}],
}


def read(file: str, thing: Any) -> Reading:
    text = thing if isinstance(thing, str) else json.dumps(thing)
    reading = read_package([(file, text)], "test")
    for count in reading.counts.values():  # an object is a row; a line may hold many
        assert count["rows"] == count["used"] + count["quarantined"] + sum(count["unused"].values())
        assert count["quarantined"] <= sum(not q["kept"] for q in reading.quarantine)
    return reading


def assert_is_pantry(reading: Reading) -> None:
    kinds = [record["kind"] for record in reading.records]
    assert kinds == ["organization", "location", "service", "service_at_location"]
    service = one(reading, "service")
    assert service["id"] == derived_id("test", "service", "s1")
    assert service["hsds"]["minimum_age"] == 0
    assert service["hsds"]["phones"][0]["languages"][0]["code"] == "es"
    assert service["profile"]["needs"] == ["food_clothing"]
    assert service["profile"]["languages"] == ["es"]
    assert one(reading, "location")["hsds"]["longitude"] == -123
    assert "Ann" not in json.dumps(reading.records)
    assert "555-0102" not in json.dumps(reading.records)
    assert reading.quarantine == []
    assert_the_registry_takes(reading)


@pytest.mark.parametrize(
    ("file", "thing"),
    [
        ("service.json", PANTRY),
        ("anything.json", [PANTRY]),
        ("page-1.json", {"total_items": 1, "empty": False, "contents": [PANTRY]}),
        ("services.ndjson", json.dumps(PANTRY) + "\n\n"),
        ("services.jsonl", json.dumps(PANTRY)),
        ("x.json", {**OWNER, "services": [{**PANTRY, "organization": None}]}),
        (
            "x.json",
            {"id": "p1", "service": {**PANTRY, "service_at_locations": []}, "location": HALL},
        ),
    ],
)
def test_a_service_is_read_in_whatever_list_it_comes(file: str, thing: Any) -> None:
    assert_is_pantry(read(file, thing))


def test_what_several_records_repeat_is_taken_once() -> None:
    second = {**PANTRY, "id": "s2", "phones": [], "service_at_locations": [], "contacts": []}
    reading = read("services.json", [PANTRY, second])
    assert [record["kind"] for record in reading.records].count("organization") == 1
    assert reading.quarantine == []
    unused = reading.counts["services.json"]["unused"]
    assert unused["says again what an earlier record said"] == 2  # its owner and its term


def test_a_broken_record_is_set_aside_by_its_line_and_the_rest_is_read() -> None:
    lines = [
        json.dumps(PANTRY),
        '{"id": "s3", "name": ',
        json.dumps(
            {
                **PANTRY,
                "id": "s4",
                "organization": None,
                "organization_id": "o9",
                "service_at_locations": [{"id": "p4", "location": HALL}],
            }
        ),
        "[1, 2]",
        json.dumps({**PANTRY, "id": "s1"}),
        json.dumps({**PANTRY, "id": "s5", "name": {"en": "Pantry"}}),
    ]
    reading = read("services.ndjson", "\n".join(lines))
    refused = {(line, field) for _, line, field, kept in complaints(reading) if not kept}
    assert refused >= {
        (2, ""),
        (3, "organization_id"),
        (3, "phones.service_id"),
        (3, "service_at_locations.service_id"),
        (4, ""),
        (5, "id"),
        (6, "name"),
    }
    assert one(reading, "service")["hsds"]["name"] == "Pantry"


def test_a_hostile_record_is_harmless_or_set_aside() -> None:
    hostile = {
        **PANTRY,
        "name": "<script>alert(1)</script>",
        "description": "x" * 1_000_000,
        "url": "javascript:alert(document.cookie)",
        "alert": "=cmd|' /C calc'!A0",
        "phones": ["370", {"id": "f2", "number": "call me\u0000"}],
    }
    reading = read("services.json", [hostile])
    service = one(reading, "service")["hsds"]
    assert service["name"] == "<script>alert(1)</script>"  # text; every page escapes what it shows
    assert service.keys().isdisjoint({"description", "url", "phones"})
    fields = {field for _, _, field, _ in complaints(reading)}
    assert {"description", "url", "phones", "phones.number"} <= fields
    package = Package()
    for record in reading.records:
        package.add(record["kind"], record["hsds"])
    assert "'=cmd|" in package.files()["services.csv"]
    again = read_package(package.files().items(), "again")
    assert one(again, "service")["hsds"] == service


@pytest.mark.parametrize(
    "text", ["", "null", "7", "{}", "[" * 100_000, '{"a": ' * 5_000, '"\\ud800"', "\x00", "NaN"]
)
def test_a_file_that_holds_no_record_is_set_aside(text: str) -> None:
    for file in ("services.json", "x.json", "x.ndjson"):
        reading = read(file, text)
        assert reading.records == []


def test_records_nested_in_each_other_without_end_are_cut_off() -> None:
    thing: dict[str, Any] = {**OWNER}
    for number in range(100):
        thing = {"id": f"x{number}", "name": "X", "organization": thing, "services": [thing]}
        thing.pop("services" if number else "organization")
    reading = read("organizations.json", [thing])
    assert len(reading.records) < 100


@settings(deadline=None, max_examples=60)
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=20), lambda inner: (
    st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from([*PANTRY, *OWNER, *HALL, "location", "services", "schedules", "metadata"]),
        inner,
        max_size=6,
    )
), max_leaves=20))  # fmt: skip
def test_no_json_makes_reading_fail(thing: Any) -> None:
    for file in ("services.json", "x.json"):
        read(file, thing)


@given(st.text(alphabet="'=+-@\t\r\n＝a1 ", max_size=12))
def test_no_cell_runs_as_a_formula_and_each_reads_back(cell: str) -> None:
    written = inert(cell)
    assert written[:1] not in set("=+-@\t\r\n＝") or written.lstrip("+-").isdigit()
    assert bare(written) == cell


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the HSDS examples are not on this machine")
@pytest.mark.parametrize("name", ["service", "organization", "service_at_location"])
def test_the_official_examples_are_read(name: str) -> None:
    text = (EXAMPLES / f"{name}_full.json").read_text(encoding="utf-8")
    reading = read(f"{name}_full.json", text)
    kinds = {record["kind"] for record in reading.records}
    assert {"organization", "service", "location", "service_at_location"} <= kinds or (
        name == "organization" and {"organization", "location"} <= kinds
    )
    assert "Ann Persona" not in json.dumps(
        [{**one["hsds"], "metadata": []} for one in reading.records]
    )
    assert_the_registry_takes(reading)

"""The OpenAPI document: sound, closed in itself, and of the addresses there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from portal.hsds.openapi import document
from portal.hsds.parameters import TABLE
from portal.hsds.resources import BASE
from portal.hsds.routes import PAGES
from shared.hsds import RESOURCES, Field
from tests.support.hsds_schemas import needs_schemas, schemas

Json = dict[str, Any]


def references(value: Any) -> Iterator[str]:
    """Every $ref there is."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def operations() -> Iterator[tuple[str, str, Json]]:
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            yield path, method.upper(), operation


def test_it_has_the_addresses_of_the_routes_and_no_others() -> None:
    described = {(BASE + path.rstrip("/"), method) for path, method, _ in operations()}
    assert described == {(page.path, method) for page in PAGES for method in page.methods}


def test_every_reference_leads_to_a_place_in_it() -> None:
    found = set(references(document()))
    assert len(found) > 30
    for one in found:
        assert one.startswith("#/"), one
        at: Any = document()
        for part in one.removeprefix("#/").split("/"):
            at = at[part]


def test_it_is_an_openapi_3_1_document() -> None:
    told = document()
    assert told["openapi"] == "3.1.0"
    assert {"title", "version"} <= told["info"].keys()
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(ids) == len(set(ids))
    for path, _, operation in operations():
        assert operation["responses"]["200"]["description"]
        names = [one for one in operation.get("parameters", ()) if one.get("in") == "path"]
        assert [one["name"] for one in names] == (["id"] if "{id}" in path else [])
        assert all(one["required"] for one in names)
    for name, one in told["components"]["schemas"].items():
        Draft202012Validator.check_schema(one)
        assert set(one.get("required", ())) <= {*one["properties"], "contents"}, name


def test_every_parameter_is_in_use() -> None:
    used = {one.rsplit("/", 1)[1] for one in references(document()) if "/parameters/" in one}
    assert used == set(TABLE)


@needs_schemas
@pytest.mark.parametrize("name", RESOURCES)
def test_the_table_has_the_fields_of_the_specification(name: str) -> None:
    known = schemas()
    wanted = known.file(f"{name}.json")
    ours = {field.name: field for field in RESOURCES[name]}
    added = {"organization": {"services"}, "service_at_location": {"service"}}.get(name, set())
    assert set(ours) - added == set(wanted["properties"]) - {"contacts"}
    assert {one.name for one in ours.values() if one.is_required} == set(wanted["required"])
    for field_name in set(ours) - added:
        check_field(ours[field_name], wanted["properties"][field_name])


def check_field(ours: Field, theirs: Json) -> None:
    nested = theirs.get("items", theirs).get("$ref", "").removesuffix(".json")
    assert (ours.of, ours.is_list) == (nested, theirs.get("type") == "array")
    assert list(ours.choices) == theirs.get("enum", [])
    if not nested:
        kind = theirs.get("format", theirs["type"])
        kinds = {"string": "text", "date-time": "moment"}
        assert ours.kind == kinds.get(str(kind), kind), ours.name


@needs_schemas
def test_it_knows_every_list_and_parameter_of_the_specification() -> None:
    wanted = schemas().file("openapi.json")
    ours = {(path, method) for path, method, _ in operations()}
    for path, item in wanted["paths"].items():
        for method in item.keys() & {"get", "post"}:
            assert (path, method.upper()) in ours, path
            asked = item[method].get("parameters", ())
            names = {one.get("name", one.get("$ref", "").rsplit("/", 1)[-1]) for one in asked}
            told = document()["paths"][path][method].get("parameters", ())
            assert names <= {
                one.get("name", one.get("$ref", "").rsplit("/", 1)[-1]) for one in told
            }

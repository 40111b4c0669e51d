"""The OpenAPI 3.1 document of the HSDS API, made of the tables the API itself is made of.

All references are within the document. Source: OpenAPI Specification 3.1.0.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from portal.hsds.parameters import TABLE
from portal.hsds.resources import BASE, RESOURCES, Resource
from shared import hsds

Json = dict[str, Any]

_KINDS: dict[str, Json] = {
    "text": {"type": "string"},
    "uuid": {"type": "string", "format": "uuid"},
    "uri": {"type": "string", "format": "uri"},
    "email": {"type": "string", "format": "email"},
    "moment": {"type": "string", "format": "date-time"},
    "number": {"type": "number"},
}
_PAGE: Json = {
    "type": "object",
    "description": "A page of a list.",
    "properties": {
        **{
            name: {"type": "integer", "minimum": 0}
            for name in ("total_items", "total_pages", "page_number", "size")
        },
        **{name: {"type": "boolean"} for name in ("first_page", "last_page", "empty")},
    },
    "required": ["total_items", "total_pages", "page_number", "size", "empty", "contents"],
}
_ABOUT: Json = {
    "type": "object",
    "properties": {
        "version": {"type": "string"},
        "profile": {"type": "string", "format": "uri"},
        "openapi_url": {"type": "string", "format": "uri"},
    },
    "required": ["version", "profile", "openapi_url"],
}
_PROBLEM: Json = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        **{name: {"type": "string"} for name in ("field", "rule", "advice")},
    },
    "required": ["type", "title", "status"],
}
#: Which refusals each kind of address gives.
_LIST_REFUSALS = ("401", "403", "422", "503")
_REFUSALS = {
    "401": "The key is wrong.",
    "403": "The key lacks the scope directory:read.",
    "404": "There is no such resource, or it is not yours to know of.",
    "413": "The body is too long.",
    "415": "The body is neither JSON nor a form.",
    "422": "A parameter does not fit; field names it.",
    "503": "Try again later.",
}


@cache
def document() -> Json:
    """Return the document; the same object each time."""
    paths: Json = {
        "/": _about("getAPIMetaInformation", "About this API", _schema_ref("About")),
        "/openapi.json": _about("getOpenAPI", "This document", {"type": "object"}),
    }
    for one in RESOURCES:
        paths[f"/{one.name}"] = {"get": _listing(one, "get"), "post": _listing(one, "post")}
        paths[f"/{one.name}/{{id}}"] = {"get": _single(one)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Anydoor directory",
            "version": "1.0.0",
            "summary": "The directory in the words of HSDS 3.1.",
            "description": "Without a key the public records; with an agency's key more.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": BASE}],
        "security": [{}, {"key": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "parameters": {name: _parameter(name) for name in TABLE},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "responses": {f"Refused{status}": _refusal(text) for status, text in _REFUSALS.items()},
        },
    }


def _schema_ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas() -> Json:
    return {
        "About": _ABOUT,
        "Page": _PAGE,
        "Problem": _PROBLEM,
        **{name: _schema(fields) for name, fields in hsds.RESOURCES.items()},
    }


def _schema(fields: tuple[hsds.Field, ...]) -> Json:
    return {
        "type": "object",
        "properties": {field.name: _field(field) for field in fields},
        "required": [field.name for field in fields if field.is_required],
    }


def _field(field: hsds.Field) -> Json:
    if field.of:
        nested = _schema_ref(field.of)
        return {"type": "array", "items": nested} if field.is_list else nested
    if field.choices:
        return {"type": "string", "enum": list(field.choices)}
    return _KINDS[field.kind]


def _parameter(name: str) -> Json:
    one = TABLE[name]
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": one.description,
        "schema": one.schema,
    }


def _refusal(text: str) -> Json:
    content = {"application/problem+json": {"schema": _schema_ref("Problem")}}
    return {"description": text, "content": content}


def _answers(description: str, content: Json, refusals: tuple[str, ...]) -> Json:
    refused = {one: {"$ref": f"#/components/responses/Refused{one}"} for one in refusals}
    return {"200": {"description": description, "content": content}, **refused}


def _about(id: str, summary: str, schema: Json) -> Json:
    answers = _answers(summary, {"application/json": {"schema": schema}}, ())
    return {"get": {"operationId": id, "summary": summary, "responses": answers}}


def _listing(one: Resource, method: str) -> Json:
    items = {"type": "array", "items": _schema_ref(one.schema)}
    page = {"allOf": [_schema_ref("Page"), {"properties": {"contents": items}}]}
    content = {
        "application/json": {"schema": page},
        "application/x-ndjson": {"schema": _schema_ref(one.schema)},
    }
    refusals = _LIST_REFUSALS if method == "get" else (*_LIST_REFUSALS, "413", "415")
    told: Json = {
        "operationId": f"{method}_{one.name}",
        "summary": f"A page of {one.name}",
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in one.parameters],
        "responses": _answers(f"A page of {one.name}", content, refusals),
    }
    if method == "post":
        schema = {"type": "object", "properties": {n: TABLE[n].schema for n in one.parameters}}
        told["requestBody"] = {
            "description": "The same parameters, where no address or log shows them.",
            "content": {
                "application/json": {"schema": schema},
                "application/x-www-form-urlencoded": {"schema": schema},
            },
        }
    return told


def _single(one: Resource) -> Json:
    id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    own = [{"$ref": f"#/components/parameters/{name}"} for name in one.own_parameters]
    content = {"application/json": {"schema": _schema_ref(one.schema)}}
    return {
        "operationId": f"get_{one.schema}",
        "summary": f"One {one.schema}, with all that is nested in it",
        "parameters": [id, *own],
        "responses": _answers("The resource", content, ("401", "403", "404", "422", "503")),
    }

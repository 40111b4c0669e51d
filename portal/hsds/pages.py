"""What answers the addresses of the HSDS API: one function each for lists and for one resource."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from portal.hsds import matching, parameters
from portal.hsds.openapi import document
from portal.hsds.resources import BASE, PROFILE, VERSION, Resource
from portal.limits import refuse_many
from portal.page import Handler
from portal.ports import parts
from portal.security import read_body
from shared.errors import Invalid
from shared.fields import check_ids

Json = dict[str, Any]
NDJSON = "application/x-ndjson"
DEADLINE_S = 15.0
AT_ONCE = 100
MOST_PARAMETERS = 40
#: As how many pages a narrowed list counts that is asked for at once.
PAGES_IN_A_LIST = 5


async def about(request: Request) -> Response:
    """Say which version and profile of HSDS this is, and where it is described."""
    told = {
        "version": VERSION,
        "profile": PROFILE,
        "openapi_url": f"{parts(request).settings.portal_url}{BASE}/openapi.json",
    }
    return JSONResponse(told)


async def openapi(request: Request) -> Response:
    """Return the OpenAPI 3.1 document of this API."""
    return JSONResponse(document())


def listing(resource: Resource) -> Handler:
    """Return what answers a list, for GET and POST."""

    async def listed(request: Request) -> Response:
        given = parameters.read(await _given(request), resource.parameters)
        asked = parameters.wanted(given)
        _check_visits(request, given, asked)
        if resource.is_of_services:
            asked = await matching.by_ids(parts(request).snapshot, resource.name, asked)
        if _wants_ndjson(request, given):
            return await _stream(request, resource, asked)
        told = await _page(request, resource, asked)
        return JSONResponse(_envelope(told, asked.get("page", 1), asked["size"]))

    return listed


def single(resource: Resource) -> Handler:
    """Return what answers one resource by its id."""

    async def found(request: Request) -> Response:
        given = parameters.read(_query(request), resource.own_parameters)
        id = str(request.path_params["id"]).lower()
        check_ids(id=id)
        told = await parts(request).backend.call(
            "registry",
            "published_one",
            deadline_s=DEADLINE_S,
            resource=resource.name,
            id=id,
            agency=_agency(request),
            full_service=given.get("full_service", False),
        )
        return JSONResponse(told)

    return found


async def _given(request: Request) -> dict[str, str]:
    """The parameters: of the address, and of the body of a POST, which keeps them out of it."""
    given = _query(request)
    if request.method != "POST":
        return given
    body = await _body(request)
    if given.keys() & body.keys():
        raise Invalid("body", "says what the address says", "give each parameter once")
    return {**given, **body}


def _query(request: Request) -> dict[str, str]:
    return _once("query", request.query_params.multi_items())


async def _body(request: Request) -> dict[str, str]:
    raw = await read_body(request, request.state.page.max_body)
    if not raw.strip():
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return _form(raw)
    if kind != "application/json":
        raise HTTPException(415)
    try:
        told = msgspec.json.decode(raw, type=dict[str, str | int | float | bool | None])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid(
            "body", "is not a JSON object of parameters", "send text, numbers and booleans"
        ) from None
    return {name: _written(value) for name, value in told.items() if value is not None}


def _form(raw: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            raw.decode(),
            keep_blank_values=True,
            max_num_fields=MOST_PARAMETERS,
            errors="strict",
        )
    except ValueError:
        raise Invalid("body", "is not a form in UTF-8", "send parameters as a form") from None
    return _once("body", pairs)


def _once(where: str, pairs: list[tuple[str, str]]) -> dict[str, str]:
    if len(pairs) > MOST_PARAMETERS or len(dict(pairs)) < len(pairs):
        raise Invalid(where, "gives a parameter twice", "give each once")
    return dict(pairs)


def _written(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _agency(request: Request) -> str:
    holder = request.state.key_holder
    return "" if holder is None else str(holder.agency)


async def _page(request: Request, resource: Resource, asked: Json) -> Json:
    if "search" in asked:
        return await _page_with_words(request, resource, asked)
    return await _ask(request, resource, asked)


async def _page_with_words(request: Request, resource: Resource, asked: Json) -> Json:
    """A page of a list that is in no copy and short: all of it is fetched and looked through."""
    words = matching.words_of(asked["search"])
    rest = {name: value for name, value in asked.items() if name not in ("search", "page")}
    told = await _ask(request, resource, {**rest, "after": ""})
    found = [
        one
        for one in told["contents"]
        if matching.has_words(f"{one['name']}\n{one['description']}", words)
    ]
    start = (asked.get("page", 1) - 1) * asked["size"]
    page = found if "after" in asked else found[start : start + asked["size"]]
    return {"contents": page, "total": len(found), "next": ""}


async def _ask(request: Request, resource: Resource, asked: Json) -> Json:
    told: Json = await parts(request).backend.call(
        "registry",
        "published_page",
        deadline_s=DEADLINE_S,
        resource=resource.name,
        agency=_agency(request),
        wanted=asked,
    )
    return told


def _envelope(told: Mapping[str, Any], page: int, size: int) -> Json:
    pages = -(-told["total"] // size)
    return {
        "total_items": told["total"],
        "total_pages": pages,
        "page_number": page,
        "size": len(told["contents"]),
        "first_page": page == 1,
        "last_page": page >= pages,
        "empty": not told["contents"],
        "contents": told["contents"],
    }


def _wants_ndjson(request: Request, given: Json) -> bool:
    if "format" in given:
        return bool(given["format"] == "ndjson")
    return NDJSON in request.headers.get("accept", "")


def _check_visits(request: Request, given: Json, asked: Json) -> None:
    """Refuse whoever shows no key and reads too much: whole lists are counted apart from pages.

    A list that a filter narrows is as much work as some pages.
    """
    if request.state.key_holder is not None:
        return
    bundle = parts(request)
    is_all = _wants_ndjson(request, given) or asked["size"] > parameters.MOST_ROWS
    if is_all and not given.keys() - parameters.OF_FORM:
        refuse_many(request, bundle.whole_lists)
    else:
        refuse_many(request, bundle.list_pages, PAGES_IN_A_LIST if is_all else 1)


async def _stream(request: Request, resource: Resource, asked: Json) -> Response:
    """All of a list, read from the registry some at a time; a refusal comes before the first."""
    asked = {name: value for name, value in asked.items() if name != "page"}
    first = await _page(request, resource, {**asked, "size": AT_ONCE, "after": ""})

    async def lines() -> AsyncIterator[bytes]:
        told = first
        while True:
            yield msgspec.json.Encoder().encode_lines(told["contents"])
            if not told["next"]:
                return
            told = await _page(request, resource, {**asked, "size": AT_ONCE, "after": told["next"]})

    return StreamingResponse(lines(), media_type=NDJSON)

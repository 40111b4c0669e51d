"""What programs may send, field by field; anything else is refused by its name."""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta
from starlette.exceptions import HTTPException
from starlette.requests import Request

from portal.security import read_body
from portal.suggesting import LONGEST
from shared.errors import Invalid

Id = Annotated[str, Meta(max_length=120)]
Code = Annotated[str, Meta(max_length=60)]
Units = Annotated[int, Meta(ge=0, le=100_000)]
Secret = Annotated[str, Meta(max_length=120)]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A JSON object with these fields and no others."""


class Accept(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`stream` is the offer's; it may be left out while the offer is still listed."""

    stream: Id = ""


class Decline(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`reason` is a code of shared.vocabulary.DECLINE_REASONS."""

    reason: Code
    stream: Id = ""


class Nothing(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command whose address says it all."""


class Open(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`fields` are codes of shared.vocabulary.releases.RELEASE_FIELDS; none is all of them."""

    fields: Annotated[list[Code], Meta(max_length=20)] = []


class Fail(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`reason` is a code of shared.vocabulary.DECLINE_REASONS."""

    reason: Code


class Capacity(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many units of a service are free now, of how many."""

    service: Id
    available: Units
    maximum: Units
    unit: Code


class Suggest(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wrong with a service's page; `codes` are of SUGGESTION_CODES."""

    codes: Annotated[list[Code], Meta(min_length=1, max_length=20)]
    text: Annotated[str, Meta(max_length=LONGEST)] = ""


class Subscribe(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A standing order. `secret` (whsec_...) is made for a webhook that brings none."""

    kind: Code
    events: Annotated[list[Annotated[str, Meta(max_length=80)]], Meta(max_length=60)]
    url: Annotated[str, Meta(max_length=2_000)] = ""
    secret: Secret = ""


class Asked(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`answers` are codes by question of shared.vocabulary.road_map; any may be left out."""

    answers: Annotated[
        dict[Code, Annotated[list[Code], Meta(max_length=60)]], Meta(max_length=20)
    ] = {}
    lang: Literal["en", "es"] = "en"


class Planned(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`steps` are days ("2027-01-31") by the id of a step of the road map."""

    steps: Annotated[dict[Code, Code], Meta(min_length=1, max_length=60)]


class Marked(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether a step of the plan is done."""

    is_done: bool


B = TypeVar("B", bound=Body)
_NAMED = re.compile(r"field `([A-Za-z_][A-Za-z0-9_]{0,60})`")


async def read(request: Request, kind: type[B]) -> B:
    """Return the request's JSON body; an empty body is an empty object.

    Raises Invalid naming the field that does not fit, HTTPException 413 or 415.
    """
    raw = await read_body(request, request.state.page.max_body)
    if not raw.strip():
        raw = b"{}"
    elif _media_type(request) != "application/json":
        raise HTTPException(415)
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise _wrong_field(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("body", "is not JSON we can read", "send one JSON object in UTF-8") from None


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _wrong_field(complaint: str) -> Invalid:
    """msgspec's complaint as ours, naming the field it is about."""
    what, _, where = complaint.partition(" - at `$")
    field = where.rstrip("`").lstrip(".")
    named = _NAMED.search(what)
    if "unknown field" in what and named:
        return Invalid(named.group(1), "is not a field of this", "see docs/api.md for the fields")
    if "missing required field" in what and named:
        return Invalid(named.group(1), "is missing", "send this field")
    if field:
        return Invalid(field, what[:1].lower() + what[1:], "check this field")
    return Invalid("body", "is not a JSON object of these fields", "see docs/api.md for the fields")

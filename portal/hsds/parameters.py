"""The parameters of the lists, in one table: how each is read, and how it is described.

Source of the names: HSDS 3.1 openapi.json. Spellings other validators use are read too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.errors import Invalid

Json = dict[str, Any]
MOST_WORDS = 8
MOST_ROWS = 200
MOST_MINIMAL = 50_000
FARTHEST_M = 500_000
#: The parameters that say how a list is told; all others narrow it.
OF_FORM = frozenset({"page", "per_page", "format", "minimal", "full", "full_service"})

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


@dataclass(frozen=True)
class Parameter:
    """One parameter. `read` returns its value, or raises ValueError with the rule it breaks."""

    name: str
    description: str
    schema: Json
    read: Callable[[str], Any]
    aliases: tuple[str, ...] = ()


def _text(longest: int) -> Callable[[str], str]:
    def read(given: str) -> str:
        if len(given) > longest:
            raise ValueError(f"is longer than {longest} characters")
        return given

    return read


def _words(given: str) -> str:
    if len(_text(200)(given).split()) > MOST_WORDS:
        raise ValueError(f"has more than {MOST_WORDS} words")
    return given


def _whole(most: int) -> Callable[[str], int]:
    def read(given: str) -> int:
        is_number = given.isascii() and given.isdigit() and len(given) <= 10
        if not is_number or not 1 <= int(given) <= most:
            raise ValueError(f"is not a whole number from 1 to {most}")
        return int(given)

    return read


def _flag(given: str) -> bool:
    if given.lower() not in ("true", "false", "1", "0"):
        raise ValueError("is neither true nor false")
    return given.lower() in ("true", "1")


def _uuid(given: str) -> str:
    if not _UUID.fullmatch(given.lower()):
        raise ValueError("is not a UUID")
    return given.lower()


def _moment(given: str) -> str:
    # A "+" that nobody wrote as %2B arrives as a blank.
    whole = re.sub(r"(?<=\d) (?=\d\d:\d\d$)", "+", given) if "T" in given else given
    try:
        if not _MOMENT.fullmatch(whole):
            raise ValueError
        moment = datetime.fromisoformat(whole)
    except ValueError:
        raise ValueError("is not a date and time as in RFC 3339") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _metres(given: str) -> float:
    try:
        metres = float(given) if len(given) <= 20 else math.nan
    except ValueError:
        metres = math.nan
    if not 0 <= metres <= FARTHEST_M:
        raise ValueError(f"is not a number of metres from 0 to {FARTHEST_M}")
    return metres


def _format(given: str) -> str:
    if given not in ("json", "ndjson"):
        raise ValueError("is neither json nor ndjson")
    return given


_ID = {"type": "string", "format": "uuid"}
_BOOLEAN = {"type": "boolean", "default": False}
TABLE: dict[str, Parameter] = {
    one.name: one
    for one in (
        Parameter(
            "search",
            f"Words (at most {MOST_WORDS}) that must all be in the name or the description, of an"
            " organization in the name. Only what is public is looked at, whoever asks.",
            {"type": "string", "maxLength": 200},
            _words,
        ),
        Parameter(
            "page",
            "Number of the page, from 1.",
            {"type": "integer", "minimum": 1, "default": 1},
            _whole(1_000_000_000),
        ),
        Parameter(
            "per_page",
            f"How many on a page: at most {MOST_ROWS}, with minimal {MOST_MINIMAL}.",
            {"type": "integer", "minimum": 1, "maximum": MOST_MINIMAL, "default": 50},
            _whole(MOST_MINIMAL),
            ("perPage",),
        ),
        Parameter(
            "format",
            "json, or ndjson: all of the list in one stream, a resource a line.",
            {"type": "string", "enum": ["json", "ndjson"], "default": "json"},
            _format,
        ),
        Parameter("taxonomy_term_id", "Only what has this term.", _ID, _uuid),
        Parameter("taxonomy_id", "Only what has any term of this taxonomy.", _ID, _uuid),
        Parameter("organization_id", "Only what is of this organization.", _ID, _uuid),
        Parameter("parent_id", "Only terms below this one.", _ID, _uuid),
        Parameter("top_only", "Only terms that are below no other.", _BOOLEAN, _flag),
        Parameter(
            "modified_after",
            "Only what was changed at or after this moment (UTC when it names no zone).",
            {"type": "string", "format": "date-time"},
            _moment,
        ),
        Parameter(
            "minimal",
            "Only the fields the schema requires, and modified_date; by default on one page.",
            _BOOLEAN,
            _flag,
        ),
        Parameter("full", "All that is nested in each resource.", _BOOLEAN, _flag),
        Parameter("full_service", "The organization's services whole.", _BOOLEAN, _flag),
        Parameter(
            "postcode",
            "Only places in this postal code. Only what is public is looked at, whoever asks.",
            {"type": "string", "maxLength": 20},
            _text(20),
        ),
        Parameter(
            "proximity",
            "With postcode: places within so many metres of its middle. Only what is public is"
            " looked at, whoever asks.",
            {"type": "number", "minimum": 0, "maximum": FARTHEST_M},
            _metres,
        ),
    )
}
_SPELLINGS = {name: one for one in TABLE.values() for name in (one.name, *one.aliases)}


def read(given: Mapping[str, str], allowed: Collection[str]) -> Json:
    """Return the values of the parameters of a list, by name; Invalid names the one that is wrong.

    An empty value is none. `given` may use the other spellings.
    """
    found: Json = {}
    for name, value in given.items():
        parameter = _SPELLINGS.get(name)
        if parameter is None or parameter.name not in allowed:
            raise Invalid("query", "has a parameter this list does not know", _advice(allowed))
        if parameter.name in found:
            raise Invalid(parameter.name, "is given twice", "give it once")
        if value:
            found[parameter.name] = _value(parameter, value)
    _check_together(found)
    return found


def wanted(found: Json) -> Json:
    """Return the values of `read` as `pages` asks for them: a form, a size, and the filters."""
    form = "minimal" if found.get("minimal") else "full" if found.get("full") else "basic"
    size = found.get("per_page", MOST_MINIMAL if form == "minimal" else 50)
    same = found.keys() - {"minimal", "full", "per_page", "format"}
    return {"form": form, "size": size, **{name: found[name] for name in same}}


def _value(parameter: Parameter, value: str) -> Any:
    if any(ord(letter) < 32 for letter in value):
        raise Invalid(parameter.name, "holds a control character", "leave it out")
    try:
        return parameter.read(value)
    except ValueError as error:
        raise Invalid(parameter.name, str(error), parameter.description) from None


def _check_together(found: Json) -> None:
    if found.get("minimal") and found.get("full"):
        raise Invalid("full", "is asked together with minimal", "ask for one of them")
    if found.get("per_page", 1) > MOST_ROWS and not found.get("minimal"):
        raise Invalid("per_page", f"is not a whole number from 1 to {MOST_ROWS}", "ask for less")
    if "proximity" in found and "postcode" not in found:
        raise Invalid("proximity", "has no postcode to be near to", "give a postcode too")


def _advice(allowed: Collection[str]) -> str:
    return f"it knows {', '.join(sorted(allowed))}"

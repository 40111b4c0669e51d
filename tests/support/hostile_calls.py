"""Hostile arguments for every command of every service, found from the service classes."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterator
from typing import Any

import msgspec
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from nameko.rpc import Rpc

from services.topology import SERVICES, service_class
from shared.ids import new_id

Json = dict[str, Any]
DEEP: list[Any] = []
for _ in range(150):
    DEEP = [DEEP]
#: What is no argument of anything.
VALUES: tuple[Any, ...] = (
    {"$gt": ""},
    {"$where": "sleep(1000)"},
    [{"$ne": None}],
    None,
    -1,
    10**30,
    1e308,
    "",
    "\x00",
    "a\ud7ff\u202e",
    "$stream.state",
    "a.b.$c",
    "x" * 39_000,
    ["x"] * 3_000,
    DEEP,
)


def commands() -> list[tuple[str, str, dict[str, Any]]]:
    """(service, method, its arguments with their types) of every command there is."""
    return [
        (name, method.__name__, _arguments(method))
        for name in SERVICES
        for _, method in inspect.getmembers(service_class(name), inspect.isfunction)
        if any(isinstance(one, Rpc) for one in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ()))
    ]


def _arguments(method: Any) -> dict[str, Any]:
    """The decorator takes the signature away and leaves the annotations."""
    module = inspect.getmodule(method)
    hints = typing.get_type_hints(
        types.SimpleNamespace(__annotations__=method.__annotations__), vars(module)
    )
    hints.pop("return", None)
    return hints


def likely(name: str, kind: Any) -> Any:
    """A value that fits an argument's type, of something that does not exist."""
    if name == "events":
        return ["referral.*"]
    made: dict[Any, Any] = {str: new_id(), int: 1, bool: False, list: [], dict: {}}
    bare = typing.get_origin(kind) or kind
    if bare in made:
        return made[bare]
    if bare is typing.Literal:
        return typing.get_args(kind)[0]
    if isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        return {}
    return "2026-11-22T08:00:00Z"


def hostile_arguments(arguments: dict[str, Any]) -> Iterator[Json]:
    """Each argument in turn with each hostile value; none; one nobody knows; one too big."""
    right = {name: likely(name, kind) for name, kind in arguments.items()}
    yield {}
    yield {**right, "self": 1}
    yield {**right, "$where": "1"}
    yield right
    for name in arguments:
        for value in VALUES:
            yield {**right, name: value}
        yield {**right, name: "x" * 60_000}
        yield {one: value for one, value in right.items() if one != name}

"""How an event is declared: one frozen class, an explicit wire name, one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact that happened. Fields are ids and codes only, never a name, contact or free text."""


class EventType(msgspec.Struct, frozen=True):
    """What the catalogue knows of an event class."""

    name: str
    source: str
    public: bool
    cls: type[Event]

    @property
    def sentence(self) -> str:
        return (self.cls.__doc__ or "").strip().splitlines()[0]


E = TypeVar("E", bound=type[Event])

_BY_NAME: dict[str, EventType] = {}
_BY_CLASS: dict[type[Event], EventType] = {}


def event(source: str, name: str, *, public: bool = False) -> Callable[[E], E]:
    """Put a class into the catalogue under its wire name.

    `source` is the program that states it; `public` means agencies may subscribe to it.
    Raises ValueError when the name is taken: a wire name is never used for two shapes.
    """

    def register(cls: E) -> E:
        if name in _BY_NAME:
            raise ValueError(f"event name {name!r} is declared twice")
        known = EventType(name=name, source=source, public=public, cls=cls)
        _BY_NAME[name] = known
        _BY_CLASS[cls] = known
        return cls

    return register


def type_of(cls: type[Event]) -> EventType:
    """Return the catalogue entry of an event class."""
    return _BY_CLASS[cls]


def by_name(name: str) -> EventType:
    """Return the catalogue entry of a wire name; KeyError when it is not in the catalogue."""
    return _BY_NAME[name]


def all_types() -> list[EventType]:
    """Return the whole catalogue, in the order of source, then declaration."""
    return list(_BY_NAME.values())


def to_data(happened: Event) -> dict[str, Any]:
    """Return the event's fields as plain JSON values."""
    data: dict[str, Any] = msgspec.to_builtins(happened)
    return data


def from_data(name: str, data: dict[str, Any]) -> Event:
    """Return the event that `to_data` wrote; msgspec.ValidationError names a field that is off."""
    return msgspec.convert(data, _BY_NAME[name].cls)

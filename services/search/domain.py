"""What an event touches, and which records are fit to be shown. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from shared.directory import ServiceCard
from shared.errors import Invalid
from shared.events import Event, library

Json = dict[str, Any]

LONGEST_LINE = 500
LONGEST_TEXT = 20_000
MOST_ITEMS = 300


@dataclass(frozen=True)
class Wanted:
    """A record to fetch anew. `kind` is service, organization (all its services) or guide."""

    kind: str
    id: str


def wanted_by(events: Iterable[Event]) -> set[Wanted]:
    """Return what these events make out of date, each once."""
    return {_wanted(one) for one in events}


def _wanted(happened: Event) -> Wanted:
    if isinstance(happened, library.GuidePublished | library.GuideChanged | library.GuideWithdrawn):
        return Wanted("guide", f"guide:{happened.guide}:{happened.lang}")
    service = getattr(happened, "service", "")
    if service:
        return Wanted("service", service)
    return Wanted("organization", str(getattr(happened, "organization")))  # noqa: B009


def read_card(given: Json) -> ServiceCard:
    """Return a service card that is fit to be shown.

    Raises Invalid, with the field and the rule but nothing of its content.
    """
    try:
        card = msgspec.convert(given, ServiceCard)
    except msgspec.ValidationError as error:
        raise Invalid(_place(error), "has the wrong type", "check the record") from None
    _check_sizes(msgspec.to_builtins(card), LONGEST_TEXT)
    for name in ("id", "organization", "organization_name", "name"):
        text = getattr(card, name)
        if not text.strip() or len(text) > LONGEST_LINE:
            raise Invalid(name, f"is empty or longer than {LONGEST_LINE} characters", "shorten it")
    if not card.url.startswith(("http://", "https://")) and card.url:
        raise Invalid("url", "is no web address", "start it with https://")
    return card


def read_guide(given: Json) -> Json:
    """Return a guide that is fit to be shown; Invalid names the field and the rule."""
    for name in ("id", "slug", "lang", "title", "summary", "body"):
        if not isinstance(given.get(name), str) or not given[name].strip():
            raise Invalid(name, "is missing", "publish the guide again")
    _check_sizes(given, LONGEST_TEXT)
    return given


def _place(error: msgspec.ValidationError) -> str:
    _, _, where = str(error).partition(" - at `$")
    return where.rstrip("`").lstrip(".") or "record"


def _check_sizes(record: Json, longest: int) -> None:
    for name, value in record.items():
        if isinstance(value, str) and len(value) > longest:
            raise Invalid(name, f"is longer than {longest} characters", "shorten it")
        if isinstance(value, list):
            if len(value) > MOST_ITEMS:
                raise Invalid(name, f"has more than {MOST_ITEMS} items", "keep what matters")
            for item in value:
                _check_sizes(item if isinstance(item, dict) else {name: item}, LONGEST_LINE)

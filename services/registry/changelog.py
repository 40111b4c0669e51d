"""The change log of a record, field by field, read out of its commits: HSDS `metadata`.

A commit holds what changed and when; the state before it, what it was. Who changed it is the
publisher whose import it was, or the agency that checked its record; never a person. The first
listing is no change. What publishers send as `metadata` of their own is told beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from services.registry import upkeep
from services.registry.domain import Json, id_of, written
from services.registry.published.fitting import fitted
from services.registry.published.viewers import Viewer
from shared.ids import derived_id
from shared.storage import patch

#: The last changes of a record that are told, and the characters told of a value.
MOST = 100
LONGEST = 1_000
_NOT_TOLD = frozenset({"metadata", "last_modified"})
_OWN = Viewer("own")


class _Step(NamedTuple):
    """One commit: the states before and after it, and the event that made it."""

    before: Json
    after: Json
    cause: str
    at: datetime


def logs(commits: Iterable[Mapping[str, Any]]) -> dict[str, list[Json]]:
    """Return the change logs of records by id, oldest change first, at most MOST of each.

    `commits` are those of one or several streams, each stream's whole and in order. A service's
    hold the places where it is given, which are records of their own.
    """
    states: dict[str, Json] = {}
    found: dict[str, list[Json]] = defaultdict(list)
    for commit in commits:
        stream = commit["stream"]
        before = states.get(stream, {})
        after = states[stream] = patch.apply(before, commit["changes"])
        step = _Step(before, after, commit["_id"], commit["at"])
        kind = stream.partition(":")[0]
        _add(found[id_of(stream)], _of_record(kind, step))
        for id in commit["changes"].get("places", {}):
            earlier, later = (state.get("places", {}).get(id, {}) for state in (before, after))
            part = step._replace(before=earlier, after=later)
            _add(found[id], _of_record("service_at_location", part))
    return {id: entries for id, entries in found.items() if entries}


def with_log(hsds: Json, entries: Sequence[Json]) -> Json:
    """Return an HSDS object with its change log behind what its publisher sent of one."""
    if not entries:
        return hsds
    ours = {entry["id"] for entry in entries}
    sent = hsds.get("metadata")
    theirs = [
        one
        for one in (sent if isinstance(sent, list) else [])
        if not (isinstance(one, dict) and one.get("id") in ours)
    ]
    return {**hsds, "metadata": [*theirs, *entries]}


def _add(log: list[Json], entries: Iterable[Json]) -> None:
    log += entries
    del log[:-MOST]


def _of_record(kind: str, step: _Step) -> Iterator[Json]:
    if "hsds" not in step.before or "hsds" not in step.after:
        return
    old, new = _fields(kind, step.before), _fields(kind, step.after)
    id = step.after["hsds"]["id"]
    for name in sorted(old.keys() | new.keys()):
        if name in _NOT_TOLD or old.get(name) == new.get(name):
            continue
        yield {
            "id": derived_id("change", step.cause, id, name),
            "resource_id": id,
            "resource_type": kind,
            "last_action_date": written(step.at)[:10],
            "last_action_type": "update",
            "field_name": name,
            "previous_value": _text(old.get(name)),
            "replacement_value": _text(new.get(name)),
            "updated_by": _who(step),
        }


def _fields(kind: str, state: Json) -> Json:
    """The fields that its own agency is told at all, and the profile."""
    said = upkeep.with_assured_date(state) if kind == "service" else state["hsds"]
    told = fitted(kind, said, _OWN, "") or {}
    return {**told, **{f"profile.{name}": value for name, value in state["profile"].items()}}


def _who(step: _Step) -> str:
    """The agency when its own check changed, else the publisher; "" where nobody kept it."""
    own = [state.get("upkeep", {}).get("verified_on") for state in (step.before, step.after)]
    if own[0] != own[1]:
        return str(step.after["hsds"]["organization_id"])
    return str(step.after.get("source", ""))


def _text(value: object) -> str:
    text = value if isinstance(value, str) else _json(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _json(value: object) -> str:
    return "" if value is None else msgspec.json.encode(value, order="sorted").decode()

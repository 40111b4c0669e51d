"""Writes the directory the registry holds as a folder: HSDS 3.1 JSON or a tabular package.

JSON is one object a line (ndjson, the bulk format of the HSDS 3.1 API): organizations, locations,
and services with their organization and where they are given. Importing the folder elsewhere and
writing it out again gives the same files. How many units are free is live, so it is not in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from services.registry.tabular.writing import Package
from shared.errors import Invalid
from shared.messaging import Calls

Json = dict[str, Any]
Say = Callable[[str], None]

FORMATS = ("json", "csv")
TIERS = ("public", "partner", "coordinator", "own")
#: Records of the largest size the registry takes (400,000 characters) still fit one answer.
AT_ONCE = 30
DEADLINE_S = 60.0


def export_folder(
    calls: Calls, folder: Path, *, form: str = "json", tier: str = "public", say: Say = print
) -> dict[str, int]:
    """Write what readers of a tier may have into a folder; return how many records of each kind.

    Raises Invalid for an unknown format or tier and for a folder that holds other files already.
    """
    if form not in FORMATS:
        raise Invalid("FORMAT", f"is not one of {', '.join(FORMATS)}", "leave it out for json")
    if tier not in TIERS:
        raise Invalid("TIER", f"is not one of {', '.join(TIERS)}", "leave it out for public")
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Invalid("DIR", "is not empty", "name a new folder")
    counts = (_write_csv if form == "csv" else _write_json)(calls, folder, tier)
    told = ", ".join(f"{count:,} {kind.replace('_', ' ')}s" for kind, count in counts.items())
    say(f"{told} as {form} for {tier} readers in {folder}")
    return counts


def records(calls: Calls, kind: str, tier: str) -> Iterator[tuple[str, Json]]:
    """Yield (kind, HSDS object) of all records of a kind, places behind their service."""
    after, is_first = "", True
    while is_first or after:
        page: Json = calls.call(
            "registry",
            "records_after",
            deadline_s=DEADLINE_S,
            kind=kind,
            after=after,
            size=AT_ONCE,
            tier=tier,
        )
        for one in page["records"]:
            yield one["kind"], one["hsds"]
        after, is_first = page["next"], False


def _write_csv(calls: Calls, folder: Path, tier: str) -> dict[str, int]:
    package, counts = Package(), _none_yet()
    for listed in ("organization", "location", "service"):
        for kind, hsds in records(calls, listed, tier):
            package.add(kind, hsds)
            counts[kind] += 1
    for name, text in package.files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return counts


def _write_json(calls: Calls, folder: Path, tier: str) -> dict[str, int]:
    counts = _none_yet()
    known: dict[str, Json] = {}
    for kind in ("organization", "location"):
        with (folder / f"{kind}s.ndjson").open("wb") as file:
            for _, hsds in records(calls, kind, tier):
                known[hsds["id"]] = hsds
                counts[kind] += 1
                file.write(_line(hsds))
    with (folder / "services.ndjson").open("wb") as file:
        for service in _services(calls, tier, known):
            counts["service"] += 1
            counts["service_at_location"] += len(service.get("service_at_locations", ()))
            file.write(_line(service))
    return counts


def _services(calls: Calls, tier: str, known: dict[str, Json]) -> Iterator[Json]:
    """Yield services as HSDS nests them: with their organization, and places with locations."""
    service: Json = {}
    for kind, hsds in records(calls, "service", tier):
        if kind == "service":
            if service:
                yield service
            service = _with(hsds, "organization", known)
        else:
            place = _with(hsds, "location", known)
            service.setdefault("service_at_locations", []).append(place)
    if service:
        yield service


def _with(hsds: Json, name: str, known: dict[str, Json]) -> Json:
    """Nest the record an object names; one that was listed a moment ago is only named."""
    found = known.get(hsds[f"{name}_id"])
    return {**hsds, name: found} if found else dict(hsds)


def _line(hsds: Json) -> bytes:
    return msgspec.json.encode(hsds, order="sorted") + b"\n"


def _none_yet() -> dict[str, int]:
    return dict.fromkeys(("organization", "location", "service", "service_at_location"), 0)

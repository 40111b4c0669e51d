"""What is known of the addresses that published resources name, in MongoDB."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from pymongo import ReplaceOne

from services.library import sources
from services.library.sources import Opened
from shared.ids import derived_id
from shared.storage.commits import Change, State, Streams
from shared.storage.mongo import Db

Json = dict[str, Any]
#: Those named, by the order of their work: what is broken, then what only has a new address.
TROUBLE = {"$or": [{"broken_since": {"$ne": ""}}, {"outcome": "moved"}]}


class Sources:
    """Each address with what its last rounds showed."""

    def __init__(self, db: Db, streams: Streams) -> None:
        self._rows = db["sources"]
        self._streams = streams

    def named(self) -> list[str]:
        """Return every address that a published resource names, each once, in order."""
        found = self._streams.find({"state.is_published": True})
        return sorted({url for one in found for url in sources.addresses_of(one.state["guide"])})

    def record(self, opened: Mapping[str, Opened], at: datetime) -> None:
        """Keep what a round showed, state each newly broken source, forget what nobody names."""
        telling = sources.is_telling(opened)
        before = {row["_id"]: row for row in self._rows.find({"_id": {"$in": list(opened)}})}
        writes = []
        for url, one in opened.items():
            known = sources.judged(before.get(url), one, at.date(), is_telling=telling)
            row = {"_id": url, "checked_at": at, **known}
            writes.append(ReplaceOne({"_id": url}, row, upsert=True))
        if writes:
            self._rows.bulk_write(writes, ordered=False)
        self._rows.delete_many({"_id": {"$nin": self.named()}})
        self._state_broken()

    def _state_broken(self) -> None:
        """State what broke, also what an earlier run could not state before it ended."""
        broken = {row["_id"]: row for row in self._rows.find({"broken_since": {"$ne": ""}})}
        for one in self._naming(list(broken)):
            since = [f"{url} {row['broken_since']}" for url, row in broken.items()]
            cause = derived_id("guide.source_broken", one.stream, str(one.version), *since)
            self._streams.change(
                one.stream, partial(_decide, broken=broken), cause=cause, actor="library"
            )

    def in_trouble(self) -> list[Json]:
        """Return the published resources' broken sources, longest first, then those that moved.

        Each is {slug, lang, title, name, url, outcome, code, moved_to, broken_since, checked_at};
        `name` is "" for the address of a form.
        """
        rows = {row["_id"]: row for row in self._rows.find(TROUBLE)}
        found = [
            _told(one, url, rows[url])
            for one in self._naming(list(rows))
            for url in sources.addresses_of(one.state["guide"])
            if url in rows
        ]
        return sorted(
            found, key=lambda row: (row["broken_since"] or "9999", row["slug"], row["lang"])
        )

    def _naming(self, urls: list[str]) -> list[State]:
        one_of = {"$in": urls}
        named = {"$or": [{"state.guide.source.url": one_of}, {"state.guide.form_url": one_of}]}
        return self._streams.find({"state.is_published": True, **named}) if urls else []


def _decide(state: Json | None, broken: Mapping[str, Json]) -> Change | None:
    move = sources.state_broken(state, broken)
    return None if move is None else Change(*move)


def _told(one: State, url: str, row: Json) -> Json:
    guide = one.state["guide"]
    names = [source["name"] for source in guide["source"] if source["url"] == url]
    return {
        **{name: guide[name] for name in ("slug", "lang", "title")},
        **{name: row[name] for name in ("outcome", "code", "moved_to", "broken_since")},
        "name": names[0] if names else "",
        "url": url,
        "checked_at": row["checked_at"].isoformat(),
    }

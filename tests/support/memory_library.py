"""Resources in a dict, moved by the library's own rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import msgspec

from services.library import due, life
from services.library.domain import Guide, Move, stream_of
from shared.errors import NotFound

Json = dict[str, Any]
#: Who writes and who approves; accounts that there are not.
HANDS = ("writer-1", "second-1")
TODAY = date(2026, 11, 23)


class MemoryLibrary:
    """What the library answers those who look after it."""

    def __init__(self) -> None:
        self.kept: dict[str, Json] = {}
        self.troubles: list[Json] = []
        self._versions: dict[str, list[Json]] = {}

    def publish(
        self, guide: Guide, at: str, english: int = 0, hands: tuple[str, str] = HANDS
    ) -> None:
        """Have one person write a text and a second one approve it."""
        writer, second = hands
        stream, slug, lang = stream_of(guide.slug, guide.lang), guide.slug, guide.lang
        state = self.kept.get(stream)
        revision = state.get("revision", 0) if state else 0
        state, _ = life.write(state, guide, revision, writer, english)
        state, _ = life.send(state, slug, lang, revision + 1, writer)
        state, _ = life.approve(state, slug, lang, revision + 1, second)
        self.kept[stream] = state
        versions = self._versions.setdefault(stream, [])
        told = {"number": len(versions) + 1, "at": at, "hands": [writer]}
        versions.append({**told, "approved_by": second, "guide": state["guide"]})

    def write(self, guide: Guide) -> None:
        """Have somebody write a draft."""
        stream = stream_of(guide.slug, guide.lang)
        state = self.kept.get(stream)
        revision = state.get("revision", 0) if state else 0
        self.kept[stream], _ = life.write(state, guide, revision, "writer-1")

    def answers(self) -> dict[str, Any]:
        """Return the commands by name."""
        return {
            "library.write_draft": self._write_draft,
            "library.send_for_review": partial(self._move, life.send),
            "library.send_back": self._send_back,
            "library.approve_draft": self._approve,
            "library.withdraw_guide": self._withdraw,
            "library.resource": self._one,
            "library.resource_versions": self._all_versions,
            "library.resources_after": self._after,
            "library.due_guides": self._due,
            "library.sources_in_trouble": lambda: self.troubles,
        }

    def _one(self, slug: str, lang: str) -> Json:
        state = self.kept.get(stream_of(slug, lang))
        if state is None:
            raise NotFound("guide", "is not in the library", "look in the list of resources")
        now = life.phase(state)
        legal = sorted(life.MOVES[now])
        told = {"id": stream_of(slug, lang), "phase": now, "legal": legal}
        return {**told, "revision": state.get("revision", 0), **state}

    def _write_draft(self, command_id: str, guide: Json, revision: int, actor: str) -> Json:
        made = msgspec.convert(guide, Guide)
        stream = stream_of(made.slug, made.lang)
        self.kept[stream], _ = life.write(self.kept.get(stream), made, revision, actor)
        return self._one(made.slug, made.lang)

    def _move(
        self,
        make: Callable[..., Move],
        command_id: str,
        slug: str,
        lang: str,
        revision: int,
        **more: str,
    ) -> Json:
        stream = stream_of(slug, lang)
        self.kept[stream], _ = make(self.kept.get(stream), slug, lang, revision, **more)
        return self._one(slug, lang)

    def _send_back(
        self, command_id: str, slug: str, lang: str, revision: int, actor: str, reason: str
    ) -> Json:
        return self._move(life.send_back, command_id, slug, lang, revision, reason=reason)

    def _approve(self, command_id: str, slug: str, lang: str, revision: int, actor: str) -> Json:
        told = self._move(life.approve, command_id, slug, lang, revision, actor=actor)
        versions = self._versions.setdefault(stream_of(slug, lang), [])
        number, at = len(versions) + 1, "2026-11-23T10:00:00+00:00"
        by = {"approved_by": actor, "hands": ["writer-1"]}
        versions.append({"number": number, "at": at, **by, "guide": told["guide"]})
        return told

    def _withdraw(self, command_id: str, slug: str, lang: str, actor: str) -> Json:
        stream = stream_of(slug, lang)
        self.kept[stream], _ = life.withdraw(self.kept.get(stream), slug, lang, actor)
        return {"id": stream, "guide": slug, "lang": lang}

    def _all_versions(self, slug: str, lang: str) -> list[Json]:
        return self._versions.get(stream_of(slug, lang), [])

    def _after(self, after: str, size: int) -> Json:
        streams = sorted(stream for stream in self.kept if stream > after)[:size]
        found = [self._one(*stream.split(":")[1:]) for stream in streams]
        return {"resources": found, "next": streams[-1] if len(streams) == size else ""}

    def _due(self) -> list[Json]:
        told = []
        for state in self.kept.values():
            guide = state.get("guide")
            standing = due.standing(guide["review_by"], TODAY) if guide else ""
            if guide and state["is_published"] and standing:
                told.append({**guide, "standing": standing})
        return sorted(told, key=lambda one: str(one["review_by"]))

"""Resources in a dict, moved by the library's own rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.library import due, life
from services.library.domain import Guide, stream_of
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
        return {"id": stream_of(slug, lang), "phase": now, "legal": legal, **state}

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

"""Cards, guides and pages of changes for tests of search; and what hostile people type."""

from __future__ import annotations

from typing import Any

import msgspec

from services.search.documents import guide_document, service_document
from services.search.projector import BROKE
from shared.directory import ServiceCard
from shared.errors import Unavailable

Json = dict[str, Any]

GUIDE: Json = {
    "id": "guide:t-visa:es",
    "slug": "t-visa",
    "lang": "es",
    "title": "La visa T",
    "summary": "Un modo de quedarse.",
    "needs": ["legal_assistance"],
    "topics": ["law"],
    "body": "## Qué necesita\n\n- **Un [papel](https://example.org)**: I-914\n",
}

HOSTILE: tuple[str, ...] = (
    *(
        "a" * 10_000,
        "é" * 5_000,
        "word " * 2_000,
        '{"$gt": ""}',
        "[]",
        "null",
        "true",
        "' OR 1=1 --",
    ),
    *("<script>alert(1)</script>", "{{ 7 * 7 }}", "%(number)s", "%s%n", "${jndi:ldap://x}"),
    *("\x00", "\x1b[31m", "a\x07b", "\x7f", "line\r\nbreak: x", "\ufeff", "\ufffd", "\ud7ff"),
    *(
        "😀",
        "👩‍👩‍👧",
        "🏳️‍🌈" * 50,
        "مأوى للرجال",
        "\u202eabc",
        "\u2066x\u2069",
        "中文" * 100,
        "ห้องพัก",
    ),
    *(
        '"',
        '"unclosed',
        "-",
        "--",
        "*",
        "NEAR(",
        "name:x",
        "a AND",
        "(",
        "^",
        "\\",
        "../../etc/passwd",
    ),
    *("?q=1#x", "\ue000", "<!--results-->", "<!--boxes-->"),
    *("filters : (x)", "status = active", "x\u0301" * 500, "ﷺ" * 100, "İ", "ß", "ﬃ"),
)


def card(name: str, **fields: Any) -> ServiceCard:
    """Return a card whose id is made from its name."""
    return ServiceCard(
        id=f"id-{name}", organization="o", organization_name="Org", name=name, **fields
    )


class Owners:
    """Stands for the registry and the library: what they would tell, and how they fail."""

    def __init__(self) -> None:
        self.cards: dict[str, Json] = {}
        self.breaks_on: set[str] = set()
        self.is_down = False
        self.calls = 0

    def list(self, name: str, **fields: Any) -> str:
        one = card(name, **fields)
        self.cards[one.id] = msgspec.to_builtins(one)
        return one.id

    def call(self, service: str, method: str, **arguments: Any) -> Any:
        self.calls += 1
        if self.is_down:
            raise Unavailable(service, "did not answer in time", "")
        if method == "services_after":
            self._check(self.cards)
            return {"services": list(self.cards.values()), "next": ""}
        if method == "guides_after":
            return {"guides": [GUIDE], "next": ""}
        if method == "describe_guides":
            return [GUIDE for id in arguments["ids"] if id == GUIDE["id"]]
        self._check(arguments["ids"])
        return [self.cards[id] for id in arguments["ids"] if id in self.cards]

    def _check(self, ids: Any) -> None:
        if self.breaks_on & set(ids):
            raise Unavailable("registry", BROKE, "")


def page(cards: list[ServiceCard], guides: list[Json] | None = None, **more: Any) -> Json:
    """Return what the search service answers to `changes_after`."""
    told = guides or []
    return {
        "epoch": "1",
        "revision": 1,
        "more": False,
        "cards": [msgspec.to_builtins(one) for one in cards],
        "guides": told,
        "documents": {one.id: service_document(one) for one in cards}
        | {one["id"]: guide_document(one) for one in told},
        "withdrawn": [],
        "capacity": [],
        **more,
    }


def a_guide(slug: str, lang: str = "en", **fields: Any) -> Json:
    """Return a guide as the library's command takes it."""
    return {
        "slug": slug,
        "lang": lang,
        "title": "A bed for tonight",
        "summary": "Where to sleep.",
        "kind": "guide",
        "audience": ["client"],
        "topics": ["housing"],
        "needs": ["emergency_housing"],
        "translation": "original",
        "jurisdiction": "US",
        "source": [{"name": "A source", "url": "https://www.example.org/"}],
        "checked_on": "2026-11-22",
        "review_by": "2027-05-22",
        "body": "You can sleep here.\n",
        **fields,
    }

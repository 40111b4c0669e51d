"""Cards, guides and pages of changes for tests of search; and what hostile people type."""

from __future__ import annotations

from typing import Any

import msgspec

from services.search.documents import guide_document, service_document
from shared.directory import ServiceCard

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

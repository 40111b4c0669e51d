"""What the fake portal's directory and library hold."""

from __future__ import annotations

from typing import Any

import msgspec

from services.search.documents import guide_document, service_document
from shared.directory import Capacity, Phone, Place, ServiceCard
from shared.ids import derived_id


def guide(slug: str, title: str, topics: list[str], lang: str = "en") -> dict[str, Any]:
    """Return a guide as the library tells it."""
    return {
        "id": f"guide:{slug}:{lang}",
        "slug": slug,
        "title": title,
        "kind": "benefit",
        "audience": ["client"],
        "topics": topics,
        "needs": ["legal_assistance"],
        "lang": lang,
        "summary": "A way to stay and work.",
        "body": (
            "You may stay and work.\n\n## What you need\n\n- **A form:** I-914.\n"
            "- Call {hotline_phone}.\n\n<script>alert(1)</script> [x](javascript:alert(1))\n"
        ),
        "source": [{"name": "USCIS, T status", "url": "https://example.org/t"}],
        "checked_on": "2026-11-22",
        "review_by": "2027-05-22",
        "jurisdiction": "US",
        "translation": "original" if lang == "en" else "draft",
    }


#: Three services: a full record, a confidential place, and next to nothing.
CARDS = [
    ServiceCard(
        id=derived_id("fake", "service", "north-star"),
        organization=derived_id("fake", "organization", "north-star"),
        organization_name="North Star Shelter",
        name="North Star beds",
        description="A bed, a meal and someone to talk to.",
        needs=["emergency_housing", "food_clothing"],
        languages=["en", "es"],
        areas=["XS-lakeshore"],
        can_come=["no_id", "felony"],
        places=[
            Place(
                area="XS-lakeshore",
                street="1 Sample Street",
                city="Lakeshore",
                region="XS",
                latitude=46.8192,
                longitude=-122.849,
            )
        ],
        phones=[Phone(number="1-555-555-0123")],
        url="https://northstar.example.org",
        open_24_7=True,
        free=True,
        member=True,
        documents=["None"],
        maximum_stay_days=30,
        capacity=Capacity(outward="has", updated_at="2026-11-22T10:00:00+00:00"),
        verified_on="2026-11-01",
    ),
    ServiceCard(
        id=derived_id("fake", "service", "cedar"),
        organization=derived_id("fake", "organization", "cedar"),
        organization_name="Cedar House",
        name="Cedar House safe home",
        needs=["emergency_housing", "safety"],
        genders=["woman"],
        areas=["XS-pine"],
        places=[Place(area="XS-pine", confidential=True)],
        phones=[Phone(number="1-555-555-0124")],
    ),
    ServiceCard(
        id=derived_id("fake", "service", "bare"),
        organization=derived_id("fake", "organization", "bare"),
        organization_name="Harbor Legal",
        name="Legal help",
        needs=["legal_assistance"],
        areas=["XS-harbor"],
    ),
]
#: Three guides; one has a Spanish version.
GUIDES = [
    guide("t-visa", "The T visa", ["immigration", "law"]),
    guide("food-now", "Food today", ["benefits"]),
    guide("t-visa", "La visa T", ["immigration", "law"], "es"),
]


def changes(revision: int) -> dict[str, Any]:
    """Return what the search service tells a reader that has seen all up to a revision."""
    cards, guides = ([], []) if revision else (CARDS, GUIDES)
    documents = {card.id: service_document(card) for card in cards}
    return {
        "epoch": "1",
        "revision": 1,
        "more": False,
        "cards": [msgspec.to_builtins(card) for card in cards],
        "guides": guides,
        "documents": {**documents, **{one["id"]: guide_document(one) for one in guides}},
        "withdrawn": [],
        "capacity": [],
    }

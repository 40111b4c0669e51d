"""Index documents made from cards and guides. Pure; nothing here is finer than a postal code or,
of a public address, a square of the map (docs/decisions/0008).

A document holds what is searched and what is filtered by, for the engine and for the portal's own
snapshot alike. What a page shows comes from the card itself, and capacity is never in a document:
it changes too often.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from services.search import thesaurus
from shared.cells import cells_of
from shared.directory import ServiceCard
from shared.vocabulary import GENDERS, NEEDS, marks

Json = dict[str, Any]

#: Raised whenever a document of the same card would be another: then all are indexed again.
SHAPE = 4
LONGEST_DESCRIPTION = 2_000
#: Stands for all areas; a search in any area asks for it too.
EVERYWHERE = "*"
EVERY_GENDER = [code for code in GENDERS if code != "unknown"]
EVERY_POPULATION = [
    "adult/foreign_national",
    "adult/domestic",
    "minor/foreign_national",
    "minor/domestic",
]


def index_id(id: str) -> str:
    """Return an id as the engine allows it (letters, digits, - and _)."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", id)


def as_document(row: Json) -> Json:
    """Return the index document of a row of the projection: its kind, and its card or guide."""
    if row["kind"] == "guide":
        return guide_document(row["guide"])
    return service_document(msgspec.convert(row["card"], ServiceCard))


def service_document(card: ServiceCard) -> Json:
    """Return the index document of a service. An empty list of people means everyone."""
    genders = card.genders or EVERY_GENDER
    populations = card.populations or EVERY_POPULATION
    public = [place for place in card.places if not place.confidential]
    return {
        "id": index_id(card.id),
        "name": card.name,
        "need_labels": thesaurus.need_labels(card.needs),
        "keywords": [
            *thesaurus.need_words(card.needs),
            *thesaurus.who_words(genders, populations, card.can_come),
        ],
        "organization_name": card.organization_name,
        "language_names": thesaurus.language_words(card.languages),
        "places": [
            *sorted({place.city for place in card.places if place.city}),
            *(area_name(code) for code in areas_of(card) if code != EVERYWHERE),
        ],
        "postal_codes": sorted({place.postal_code for place in public if place.postal_code}),
        "description": card.description[:LONGEST_DESCRIPTION],
        "marks": marks.of(card.needs),
        "needs": card.needs,
        "genders": genders,
        "populations": populations,
        "languages": card.languages or ["en"],
        "areas": areas_of(card),
        "cells": sorted({cell for at in public for cell in cells_of(at.latitude, at.longitude)}),
        "can_come": card.can_come,
        "open_24_7": card.open_24_7,
        "walk_in": card.walk_in,
        "remote": card.remote,
        "free": card.free,
        "status": card.status,
        "organization": card.organization,
    }


def areas_of(card: ServiceCard) -> list[str]:
    """Return the areas a service is for; one given from afar with none named is for all."""
    areas = card.areas or sorted({place.area for place in card.places if place.area})
    return areas or ([EVERYWHERE] if card.remote else [])


def area_name(code: str) -> str:
    """Return the searchable words of an area: XS-lakeshore gives lakeshore."""
    return code.partition("-")[2].replace("-", " ")


def guide_document(guide: Json) -> Json:
    """Return the index document of a guide in one language."""
    needs = [code for code in guide.get("needs", []) if code in NEEDS]
    return {
        "id": index_id(guide["id"]),
        "slug": guide["slug"],
        "lang": guide["lang"],
        "title": guide["title"],
        "summary": guide["summary"],
        "need_labels": thesaurus.need_labels(needs),
        "keywords": thesaurus.guide_words(needs, guide.get("topics", [])),
        "topics": guide.get("topics", []),
        "body": plain_text(guide["body"]),
        "needs": needs,
        "audience": guide.get("audience", []),
        "kind": guide.get("kind", "guide"),
    }


def plain_text(markdown: str) -> str:
    """Return the words of a Markdown text without its signs and link addresses."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"[#*_>`{}]+|^\s*(?:[-+]|\d+\.)\s", " ", text, flags=re.MULTILINE)

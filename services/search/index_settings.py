"""How the indexes are searched: field order, ranking, typos, synonyms, languages. Data only.

Each choice was measured on held-out queries: the hidden keywords matter more than anything else,
and `sort` before `exactness` costs precision. Words are weighed by frequency when a query asks for
too much (`matchingStrategy`, set by the searcher).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from services.search.documents import SHAPE
from services.search.thesaurus import STOP_WORDS, SYNONYMS
from shared.vocabulary import LANGUAGES
from shared.vocabulary.words import WORDS

Json = dict[str, Any]

RANKING = ["words", "typo", "proximity", "attribute", "sort", "exactness"]
#: Our language codes that the engine's tokenizer has a name for (ISO 639-3).
LOCALES = {
    "en": "eng",
    "es": "spa",
    "zh": "cmn",
    "vi": "vie",
    "ko": "kor",
    "tl": "tgl",
    "ar": "ara",
    "ru": "rus",
    "fr": "fra",
    "pt": "por",
    "hi": "hin",
    "th": "tha",
    "am": "amh",
}

_SHARED: Json = {
    "rankingRules": RANKING,
    "stopWords": sorted(set(STOP_WORDS)),
    "synonyms": SYNONYMS,
    "typoTolerance": {
        "enabled": True,
        "minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 8},
        "disableOnNumbers": True,
    },
    "localizedAttributes": [
        {"attributePatterns": [f"*_{code}"], "locales": [LOCALES[code]]}
        for code in LANGUAGES
        if code in LOCALES
    ],
    "pagination": {"maxTotalHits": 1000},
    "faceting": {"maxValuesPerFacet": 60, "sortFacetValuesBy": {"*": "count"}},
}

SERVICES: Json = {
    **_SHARED,
    "typoTolerance": {**_SHARED["typoTolerance"], "disableOnAttributes": ["marks"]},
    "searchableAttributes": [
        *("name", "need_labels", "keywords", "organization_name", "language_names"),
        *("places", "postal_codes", "description", "marks"),
    ],
    "filterableAttributes": [
        *("needs", "genders", "populations", "languages", "areas", "can_come", "open_24_7"),
        *("walk_in", "remote", "free", "status", "organization", "cells"),
    ],
    "sortableAttributes": ["name"],
    "displayedAttributes": ["id"],
}

GUIDES: Json = {
    **_SHARED,
    "searchableAttributes": ["title", "keywords", "need_labels", "summary", "topics", "body"],
    "filterableAttributes": ["lang", "needs", "topics", "audience", "kind"],
    "sortableAttributes": [],
    "displayedAttributes": ["slug", "lang"],
}

BY_KIND: dict[str, Json] = {"service": SERVICES, "guide": GUIDES}
INDEX_NAMES = {"service": "services", "guide": "guides"}


def fingerprint(kind: str) -> str:
    """Return a mark that changes whenever the settings of an index or its documents do."""
    text = json.dumps([SHAPE, WORDS, BY_KIND[kind]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

"""Search for the pages: one call to Meilisearch, or the saved copy when it does not answer.

Connections are kept alive and ask for uncompressed answers: a compressed one waits 45 ms on Nagle
and delayed acknowledgements. Only searching is done here; the index belongs to the search service.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Protocol

import msgspec

from portal.engine_line import EngineLine, NoAnswer
from portal.wishes import EVERYWHERE, FACETS, MOST_GUIDES, PAGE_SIZE, Findings, Wish
from shared.settings import Settings

log = logging.getLogger(__name__)
Json = dict[str, Any]

DEADLINE_S = 0.8
#: After a failure the engine is left alone for so long; everyone gets the saved copy at once.
REST_S = 2.0


class _Hit(msgspec.Struct):
    id: str = ""
    slug: str = ""
    lang: str = ""


class _Found(msgspec.Struct, rename="camel"):
    hits: list[_Hit]
    estimated_total_hits: int = 0
    facet_distribution: dict[str, dict[str, int]] = {}


class _Answer(msgspec.Struct):
    results: list[_Found]


_answers = msgspec.json.Decoder(_Answer)
_bodies = msgspec.json.Encoder()


class SavedCopy(Protocol):
    """What answers when the engine does not."""

    async def search(self, wish: Wish, lang: str) -> Findings: ...


class Search:
    """Finds services and guides; always answers, at the latest after the deadline."""

    def __init__(
        self,
        settings: Settings,
        saved: SavedCopy,
        clock: Callable[[], float] = time.monotonic,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._line = EngineLine(settings.meili_url, settings.meili_key, "/multi-search")
        self._indexes = tuple(f"{settings.meili_index_prefix}{n}" for n in ("services", "guides"))
        self._saved = saved
        self._clock = clock
        self._deadline_s = deadline_s
        self._resting_until = 0.0

    async def start(self) -> None:
        """Open the first connection, so that the first person need not wait for it."""
        await self.answers()

    async def close(self) -> None:
        """Close the connections."""
        self._line.close()

    async def find(self, wish: Wish, lang: str) -> Findings:
        """Return what fits a wish, with guides in `lang`, from the engine or the saved copy."""
        if self._clock() < self._resting_until:
            return await self._saved.search(wish, lang)
        try:
            return await self._ask(wish, lang)
        except (OSError, TimeoutError, msgspec.MsgspecError) as error:
            self._resting_until = self._clock() + REST_S
            log.warning("search engine did not answer", extra={"error": type(error).__name__})
        return await self._saved.search(wish, lang)

    async def answers(self) -> bool:
        """Say whether the engine answers a search now."""
        try:
            await self._ask(Wish(), "en")
        except (OSError, TimeoutError, msgspec.MsgspecError):
            return False
        return True

    async def _ask(self, wish: Wish, lang: str) -> Findings:
        body = _bodies.encode(self.question(wish, lang))
        status, answer = await self._line.ask(body, self._deadline_s)
        if status != HTTPStatus.OK:
            raise NoAnswer(f"status {status}")
        services, guides = _answers.decode(answer).results
        return Findings(
            services=[hit.id for hit in services.hits],
            total=services.estimated_total_hits,
            guides=[(hit.slug, hit.lang) for hit in guides.hits],
            counts=services.facet_distribution,
        )

    def question(self, wish: Wish, lang: str) -> Json:
        """Return the one body that asks for services, their counts, and guides."""
        services, guides = self._indexes
        return {
            "queries": [
                {
                    "indexUid": services,
                    "q": wish.text,
                    "filter": conditions(wish),
                    "facets": list(FACETS),
                    "limit": PAGE_SIZE,
                    "offset": wish.offset,
                    "attributesToRetrieve": ["id"],
                    "matchingStrategy": "frequency",
                },
                {
                    "indexUid": guides,
                    "q": wish.text,
                    "filter": [f'lang = "{lang}"'],
                    "limit": MOST_GUIDES if wish.text else 0,
                    "attributesToRetrieve": ["slug", "lang"],
                    "matchingStrategy": "frequency",
                },
            ]
        }


def conditions(wish: Wish) -> list[str | list[str]]:
    """Return the engine's filter: every facet must fit, by any of the codes chosen in it.

    Codes come from our own lists; nothing a person typed is in a filter.
    """
    wanted: list[str | list[str]] = ['status = "active"']
    if wish.areas:
        wanted.append([f'areas = "{code}"' for code in (*wish.areas, EVERYWHERE)])
    for facet in FACETS:
        codes = wish.choices.get(facet, ())
        if codes and facet == "can_come":
            wanted += [f'{facet} = "{code}"' for code in codes]
        elif codes:
            wanted.append([f'{facet} = "{code}"' for code in codes])
    return wanted

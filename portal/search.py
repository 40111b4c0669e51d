"""Search for the pages: asks Meilisearch, or the saved copy when it does not answer.

Connections are kept alive and ask for uncompressed answers: a compressed one waits 45 ms on Nagle
and delayed acknowledgements. Only searching is done here; the index belongs to the search service.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Protocol

import msgspec

from portal.engine_line import EngineLine, NoAnswer, both
from portal.meaning import loosened, meaning_of
from portal.phrases import thesaurus
from portal.rings import Step, joined, steps_of
from portal.wishes import (
    FACETS,
    MOST_GUIDES,
    NOTHING,
    PAGE_SIZE,
    UNSAID,
    Findings,
    Meaning,
    Near,
    Spot,
    Wish,
    guide_languages,
)
from shared.settings import Settings
from shared.vocabulary import marks

log = logging.getLogger(__name__)
Json = dict[str, Any]

DEADLINE_S = 0.8
#: After a failure the engine is left alone for so long; everyone gets the saved copy at once.
REST_S = 2.0
#: Where the question for all services stands among the questions of a search.
SERVICES = 1
#: Services found by their name, when some of the words are understood and some are not.
MOST_NAMED = 3


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
    """What answers when the engine does not, and what knows the places."""

    def places(self) -> Mapping[str, Spot]: ...

    def around(self, spot: Spot, miles: int) -> Near: ...

    async def search(
        self, wish: Wish, lang: str, meaning: Meaning, near: Near | None
    ) -> Findings: ...


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
        self._asking = 0

    async def start(self) -> None:
        """Open the first connection and make the thesaurus: the first person need not wait."""
        thesaurus()
        await self.answers()

    async def close(self) -> None:
        """Close the connections."""
        self._line.close()

    async def find(self, wish: Wish, lang: str) -> Findings:
        """Return what fits a wish, with guides in `lang` or English, from the engine or the copy.

        What the words mean narrows the search; where nothing is left, less of it does.
        """
        meaning = meaning_of(wish, self._saved.places())
        until = self._clock() + self._deadline_s
        found = Findings()
        for less in loosened(meaning):
            found = replace(await self._answer(wish, less, lang, until), meaning=less)
            if found.total:
                break
        missed = meaning.spot if found.meaning.spot is None else None
        return found if missed is None else replace(found, missed=missed.name)

    async def _answer(self, wish: Wish, meaning: Meaning, lang: str, until: float) -> Findings:
        now, near = self._clock(), self._near(wish, meaning)
        if self._resting_until <= now < until:
            try:
                return await self._ask(wish, meaning, near, lang, until - now)
            except (OSError, TimeoutError, msgspec.MsgspecError) as error:
                self._resting_until = self._clock() + REST_S
                log.warning("search engine did not answer", extra={"error": type(error).__name__})
        return await self._saved.search(wish, lang, meaning, near)

    def _near(self, wish: Wish, meaning: Meaning) -> Near | None:
        spot = wish.spot or meaning.spot
        return None if spot is None else self._saved.around(spot, wish.miles)

    async def answers(self) -> bool:
        """Say whether the engine answers a search now."""
        try:
            await self._ask(Wish(), NOTHING, None, "en", self._deadline_s)
        except (OSError, TimeoutError, msgspec.MsgspecError):
            return False
        return True

    async def _ask(
        self, wish: Wish, meaning: Meaning, near: Near | None, lang: str, deadline_s: float
    ) -> Findings:
        asked = self._questions(wish, meaning, near, lang)
        guides, services, *others = await self._found(asked, deadline_s)
        # Those of the name come first, then ring by ring; the last holds all the others.
        parts = [[hit.id for hit in part.hits] for part in (*others, services)]
        offset = asked[SERVICES]["offset"]
        ids = joined(parts, wish.offset - offset, PAGE_SIZE)
        return Findings(
            services=ids,
            total=max(services.estimated_total_hits, wish.offset + len(ids) if ids else 0),
            guides=[(hit.slug, hit.lang) for hit in guides.hits],
            counts=services.facet_distribution,
        )

    async def _found(self, asked: list[Json], deadline_s: float) -> list[_Found]:
        """Return the answer to each question. Who is alone has the counts worked out beside the
        rest; among others that would only take the engine's time from them."""
        self._asking += 1
        try:
            if self._asking > 1:
                return await self._results(asked, deadline_s)
            found, counts = await both(
                self._results(without_counts(asked), deadline_s),
                self._results([counts_alone(asked)], deadline_s),
            )
        finally:
            self._asking -= 1
        found[SERVICES].facet_distribution = counts[0].facet_distribution
        return found

    async def _results(self, asked: list[Json], deadline_s: float) -> list[_Found]:
        status, answer = await self._line.ask(_bodies.encode({"queries": asked}), deadline_s)
        if status != HTTPStatus.OK:
            raise NoAnswer(f"status {status}")
        return _answers.decode(answer).results

    def question(self, wish: Wish, lang: str) -> Json:
        """Return the one body that asks for services, their counts, and guides."""
        meaning = meaning_of(wish, self._saved.places())
        return {"queries": self._questions(wish, meaning, self._near(wish, meaning), lang)}

    def _questions(self, wish: Wish, meaning: Meaning, near: Near | None, lang: str) -> list[Json]:
        """Guides, all services with their counts, those of the name, and those of each ring.

        What is put together from several lists is asked for from the first on.
        """
        services, guides = self._indexes
        words, strategy = words_for_engine(wish, meaning)
        *rings, everything = steps_of(near)
        by_name = bool(meaning.rest) and not meaning.is_nothing
        is_joined = (wish.page > 1 and by_name) or bool(rings)
        fit = [*conditions(wish), *understood(meaning)]
        asked: Json = {
            "indexUid": services,
            "q": words,
            "limit": PAGE_SIZE + (wish.offset if is_joined else 0),
            "offset": 0 if is_joined else wish.offset,
            "attributesToRetrieve": ["id"],
            "matchingStrategy": strategy,
        }
        told = [
            self._guides(wish, guides, lang),
            {**asked, "filter": [*fit, *inside(everything)], "facets": list(FACETS)},
        ]
        if by_name:
            # A place in the words may be a part of the name.
            told.append(_named(wish, services, inside(everything) if wish.spot else []))
        return told + [{**asked, "filter": [*fit, *inside(ring)]} for ring in rings]

    def _guides(self, wish: Wish, index: str, lang: str) -> Json:
        return {
            "indexUid": index,
            "q": wish.text,
            "filter": [[f'lang = "{code}"' for code in guide_languages(lang)]],
            "limit": MOST_GUIDES * len(guide_languages(lang)) if wish.text else 0,
            "attributesToRetrieve": ["slug", "lang"],
            "matchingStrategy": "frequency",
        }


def _named(wish: Wish, index: str, where: list[str]) -> Json:
    """Services by their names alone, whatever else the words mean."""
    return {
        "indexUid": index,
        "q": wish.text,
        "filter": [*conditions(wish), *where],
        "limit": MOST_NAMED,
        "attributesToRetrieve": ["id"],
        "attributesToSearchOn": ["name", "organization_name"],
        "matchingStrategy": "all",
    }


def without_counts(asked: list[Json]) -> list[Json]:
    """Return the questions without the counts of the services."""
    services = {name: told for name, told in asked[SERVICES].items() if name != "facets"}
    return [*asked[:SERVICES], services, *asked[SERVICES + 1 :]]


def counts_alone(asked: list[Json]) -> Json:
    """Return the question for the counts of the services alone."""
    return {**asked[SERVICES], "limit": 0, "offset": 0}


def words_for_engine(wish: Wish, meaning: Meaning) -> tuple[str, str]:
    """Return the words to rank by and how the engine drops words that find too little.

    Where the needs are understood they are conditions, and words only rank: those nobody knows
    first, and whatever answers two needs at once. `last` never drops the first word, which every
    service has.
    """
    if meaning.is_nothing:
        return wish.text, "frequency"
    if not meaning.needs:
        return meaning.rest, "frequency"
    firsts = [group[0] for group in meaning.needs]
    pairs = [marks.both(firsts[0], other) for other in firsts[1:] if other != firsts[0]]
    ranked = [*pairs, *meaning.rest.split()]
    return " ".join((marks.ANYTHING, *ranked)) if ranked else "", "last"


def understood(meaning: Meaning) -> list[list[str]]:
    """Return the engine's filter for what was understood. Codes are our own, places' too."""
    return [[f'{facet} = "{code}"' for code in codes] for facet, codes in meaning.conditions]


def conditions(wish: Wish) -> list[str | list[str]]:
    """Return the engine's filter: every facet must fit, by any of the codes chosen in it.

    Codes come from our own lists; nothing a person typed is in a filter.
    """
    wanted: list[str | list[str]] = ['status = "active"']
    for facet in FACETS:
        codes = wish.choices.get(facet, ())
        if codes and facet == "can_come":
            wanted += [f'{facet} = "{code}"' for code in codes]
        elif codes:
            wanted.append([f'{facet} = "{code}"' for code in codes])
    return wanted


def inside(step: Step) -> list[str]:
    """Return the engine's filter for a step of `portal.rings`: none for all."""
    fit = [" AND ".join(_any_of(*one) for one in alternative) for alternative in step]
    return [" OR ".join(f"({one})" for one in fit)] if fit else []


def _any_of(facet: str, codes: tuple[str, ...]) -> str:
    named = ", ".join(f'"{code}"' for code in codes if code != UNSAID)
    fit = [f"{facet} IN [{named}]"] if named else []
    return f"({' OR '.join([*fit, f'{facet} IS EMPTY'])})" if UNSAID in codes else fit[0]

"""Services beside a step of the road map: what answers its needs, for this person, near her."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from portal.pages.services import finding
from portal.ports import parts
from portal.road_map import Coded, RoadStep
from portal.service_words import Result, result
from portal.wishes import Spot, Wish
from shared.directory import ServiceCard

#: Beside one step; the search has more.
MOST_BESIDE = 3
#: Searches one page makes at the same time, so that it takes nobody else's turn.
AT_ONCE = 4
Needs = tuple[str, ...]


@dataclass(frozen=True)
class NearBy:
    """Cards by the needs they answer, best first."""

    cards: dict[Needs, list[ServiceCard]]

    def of(self, needs: Iterable[str]) -> list[ServiceCard]:
        """Return the services of a step."""
        return self.cards.get(tuple(needs), [])

    def in_words(self, lang: str, at: datetime) -> Callable[[Iterable[str]], list[Result]]:
        """Return what tells a template the services of a step. `at` is local time, with its
        zone."""
        return lambda needs: [result(card, lang, at) for card in self.of(needs)]


async def near_by(
    request: Request, steps: Iterable[RoadStep], answers: Coded, spot: Spot | None
) -> NearBy:
    """Find services for each step's needs at a place; in the state that was answered without."""
    here, lang = finding(request), request.state.lang
    areas = _areas_of_state(request, answers)
    around = spot or (Spot(areas=areas) if areas else None)
    wanted = (tuple(step.needs) for step in steps)
    distinct = list(dict.fromkeys(needs for needs in wanted if needs))
    who, few_at_once = who_for(answers), asyncio.Semaphore(AT_ONCE)

    async def find(needs: Needs) -> list[ServiceCard]:
        async with few_at_once:
            wish = Wish(spot=around, choices={"needs": needs, **who})
            found = await here.search.find(wish, lang)
        known = (here.snapshot.service(id) for id in found.services[:MOST_BESIDE])
        return [card for card in known if card is not None]

    # The first alone: when the engine is down, the others learn it from that one.
    first = [await find(needs) for needs in distinct[:1]]
    rest = await asyncio.gather(*(find(needs) for needs in distinct[1:]))
    cards = dict(zip(distinct, [*first, *rest], strict=True))
    return NearBy(cards)


def _areas_of_state(request: Request, answers: Coded) -> tuple[str, ...]:
    """Return the state that was answered, with all areas in it."""
    state = "".join(answers.get("state", ())[:1])
    if not state.startswith("US-"):
        return ()
    areas = [code for code, _ in parts(request).snapshot.areas()]
    return (state, *(code for code in areas if code.startswith(f"{state}-")))


#: What papers tell of where somebody is from, as far as services ask.
DOMESTIC = frozenset({"citizen", "green_card"})


def origin_of(answers: Coded) -> str:
    """Return the origin that the papers tell; "" when they tell none, or two."""
    papers = [code for code in answers.get("papers", ()) if code not in ("unknown", "none")]
    if not papers:
        return ""
    domestic = DOMESTIC.intersection(papers)
    if domestic and len(domestic) < len(set(papers)):
        return ""
    return "domestic" if domestic else "foreign_national"


def who_for(answers: Coded) -> dict[str, Needs]:
    """Return the choices of a search that fit the person as far as she said who she is."""
    age = "".join(answers.get("age_group", ())[:1])
    ages = (age,) if age in ("adult", "minor") else ("adult", "minor")
    origin = origin_of(answers)
    origins = (origin,) if origin else ("foreign_national", "domestic")
    told: dict[str, Needs] = {}
    if len(ages) == 1 or origin:
        told["populations"] = tuple(f"{one}/{other}" for one in ages for other in origins)
    if "man" in answers.get("about", ()):
        told["genders"] = ("man",)
    return told

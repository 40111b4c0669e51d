"""Find a place: the search form, what was found, and a page for each service.

A search is posted, so that no word of it stands in an address; the results come from the engine
or, when it is down, from the saved copy, which says how old it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import msgspec
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from portal import facets, service_words, slips
from portal.facets import ANY, FAR, NEED, PLACE, FacetBoxes
from portal.forms import Answers, Field, check, keep, read_form, summary
from portal.limits import WrongCodes
from portal.named_places import area_name
from portal.needs import COMMON, needs_meant
from portal.opening import opening
from portal.ports import parts
from portal.rendering import render
from portal.result_items import ResultItems
from portal.search import Search
from portal.snapshot import DirectorySnapshot
from portal.wishes import (
    MOST_GUIDES,
    PAGE_SIZE,
    Findings,
    Meaning,
    Spot,
    Wish,
    guide_languages,
)
from shared.directory import ServiceCard
from shared.errors import AnydoorError

PAGE = Field("page", limit=3)
#: "yes" asks for the words themselves and not for what they mean.
AS_TYPED = Field("as_typed", kind="one", choices={"yes": ""})
#: "yes" asks for all places, even when the words name one.
ANYWHERE = Field("anywhere", kind="one", choices={"yes": ""})
FORM: tuple[Field, ...] = (NEED, PLACE, FAR, *facets.FIELDS, PAGE, AS_TYPED, ANYWHERE)
LAST_PAGE = 50

#: More areas than this are not listed under the form.
MOST_AREAS = 12
#: A copy that is older is said to be old.
OLD_AFTER_S = 60.0
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Finding:
    """What these pages use, made once when the portal starts; kept in `parts.extras`."""

    search: Search
    snapshot: DirectorySnapshot
    boxes: FacetBoxes
    items: ResultItems
    #: Suggestions about pages of the directory, by neighbourhood of addresses.
    suggested: WrongCodes = field(default_factory=WrongCodes)


def finding(request: Request) -> Finding:
    """Return the parts of these pages."""
    return cast(Finding, parts(request).extras["services"])


async def search_form(request: Request) -> Response:
    """Ask what is needed and where."""
    return _form(request, Answers(), 200)


async def results(request: Request) -> Response:
    """Show what fits, best first; never a dead end."""
    posted = await read_form(request)
    answers = check(FORM, posted)
    if answers.problems:
        return _form(request, keep(FORM, posted), 422, answers)
    here, lang = finding(request), request.state.lang
    typed = answers.one("place")
    wish = as_wish(answers, here.snapshot.place_named(typed) if typed else None)
    found = await here.search.find(wish, lang)
    spot = wish.spot or found.meaning.spot
    told = {id: here.snapshot.told_of(id) for id in found.services}
    missing = [id for id, known in told.items() if known is None]
    others = await _from_registry(request, missing) if missing else {}
    prefix, at = request.state.prefix, parts(request).clock()
    inside = {
        "to": lambda path: prefix + path,
        "again": answers.pairs(without=("page",)),
        "taken_for": _taken_for(here, lang, found.meaning),
        "found": here.items.html(told, others, lang, prefix, at, spot.middle if spot else None),
        "guides": _guides(here, found, lang),
        "total": found.total,
        "page": wish.page,
        "has_more": len(found.services) == PAGE_SIZE and wish.page < LAST_PAGE,
        "age_minutes": _age_minutes(here) if found.is_saved_copy else None,
        "unknown_place": typed if wish.spot is None else "",
        "related": _related(answers, found),
        **_where(answers, wish, found),
        **_typed(request, answers, found),
    }
    text = parts(request).renderer.text(lang, "services/results.html", inside)
    path = request.scope["path"]
    return HTMLResponse(here.items.around(lang, prefix, path, answers.pairs(), text))


def _where(answers: Answers, wish: Wish, found: Findings) -> dict[str, Any]:
    """Return which place was taken, and what to send along to look elsewhere."""
    spot = wish.spot or found.meaning.spot
    is_far_unknown = bool(wish.miles) and (spot is None or spot.middle is None)
    told = {"missed": found.missed, "is_far_unknown": is_far_unknown and not found.missed}
    if spot is None:
        return {"near": None, **told}
    return {
        "near": spot,
        "anywhere": answers.pairs(without=("page", "place", "far", "anywhere")),
        "other_place": answers.pairs(without=("page", "place", "anywhere")),
        **told,
    }


def _typed(request: Request, answers: Answers, found: Findings) -> dict[str, Any]:
    """Return what was asked and the form to change it."""
    here, lang, prefix = finding(request), request.state.lang, request.state.prefix
    need, place = answers.one("need"), answers.one("place")
    told = _choices(here, lang, answers, found.counts if found.services else None)
    form = here.boxes.form(lang, prefix, need, place, told["boxes"], is_open=not found.services)
    return {"need": need, "place": place, "chosen": told["chosen"], "form": form}


async def service_page(request: Request) -> Response:
    """Show one service: who can come, what it costs, when, and whom to call."""
    here, lang = finding(request), request.state.lang
    card = await card_of(request)
    at = parts(request).clock().astimezone()
    age = here.snapshot.age_s()
    return render(
        request,
        "services/service.html",
        age_minutes=_age_minutes(here) if age is None or age > OLD_AFTER_S else None,
        card=card,
        area_name=area_name,
        **service_details(card, lang, at),
    )


async def slip_page(request: Request) -> Response:
    """Show a card to print: whom to call, when, how to get there; not what for."""
    card, lang = await card_of(request), request.state.lang
    return render(
        request,
        "services/slip.html",
        card=card,
        slip=slips.slip(card, lang),
        text_link=slips.text_link(card, lang),
    )


def as_wish(answers: Answers, spot: Spot | None) -> Wish:
    """Return the search that was asked for; `spot` is the place that was written."""
    page, far = answers.one("page"), answers.one("far")
    number = int(page) if page.isascii() and page.isdigit() else 1
    return Wish(
        text=answers.one("need"),
        spot=spot,
        choices={field.name: tuple(answers.many(field.name)) for field in facets.FIELDS},
        page=min(max(number, 1), LAST_PAGE),
        as_typed=bool(answers.one("as_typed")),
        miles=int(far) if far.isdigit() else 0,
        anywhere=bool(answers.one("anywhere")),
    )


def service_details(card: ServiceCard, lang: str, at: datetime) -> dict[str, Any]:
    """Return what the page of a service says beside the card itself."""
    now = opening(card, at)
    return {
        "needs": service_words.need_words(card, lang),
        "who": service_words.who_words(card, lang),
        "where": service_words.where(card),
        "hours_now": service_words.opening_words(now, lang),
        "is_open": now.state in ("always", "open"),
        "week": service_words.week(card, lang),
        "may_be_old": service_words.may_be_old(card, at.date()),
        "space": service_words.space_words(card.capacity, lang),
        "checked": service_words.checked_words(card.capacity, lang, at),
        "languages": service_words.language_names(card.languages),
        "call": service_words.first_phone(card),
        "phones": service_words.other_phones(card),
        "url": card.url if card.url.startswith(("https://", "http://")) else "",
        "note": slips.short_note(card),
        "text_link": slips.text_link(card, lang),
        "ages": service_words.age_range(card, lang),
    }


def _form(request: Request, kept: Answers, status: int, checked: Answers | None = None) -> Response:
    here, lang = finding(request), request.state.lang
    return render(
        request,
        "services/form.html",
        status=status,
        carry=None if checked is None else kept.pairs(),
        common=COMMON,
        need_words=facets.NEED_WORDS,
        areas=_area_names(here),
        need_field=NEED,
        place_field=PLACE,
        need=kept.one("need"),
        place=kept.one("place"),
        **_choices(here, lang, kept, None),
        **summary(checked.problems if checked else []),
    )


def _choices(
    here: Finding, lang: str, answers: Answers, counts: Mapping[str, Mapping[str, int]] | None
) -> dict[str, Any]:
    chosen = {field.name: answers.many(field.name) for field in facets.FIELDS}
    chosen[FAR.name] = [answers.one(FAR.name) or ANY]
    boxes: Markup = here.boxes.html(lang, chosen, counts)
    return {"boxes": boxes, "chosen": here.boxes.words(lang, chosen)}


def _related(answers: Answers, found: Findings) -> list[tuple[str, str]]:
    """Return (code, words) of needs to try instead, when nothing was found."""
    if found.services:
        return []
    meant = [*answers.many("needs"), *needs_meant(answers.one("need")), *COMMON]
    return [(code, facets.NEED_WORDS[code]) for code in dict.fromkeys(meant)][:6]


def _taken_for(here: Finding, lang: str, meaning: Meaning) -> list[str]:
    """Return what the words of a search were taken for, in words."""
    told: dict[str, list[str]] = {}
    for facet, codes in meaning.conditions:
        told.setdefault(facet, []).extend(codes)
    return here.boxes.words(lang, told)


def _area_names(here: Finding) -> list[str]:
    """Return the areas to name in a hint; a long list would help nobody."""
    names = [name for _, name in here.snapshot.areas()]
    return names if len(names) <= MOST_AREAS else []


def _guides(here: Finding, found: Findings, lang: str) -> list[dict[str, Any]]:
    """Return the guides to read, those in the person's language first, then those in English."""
    slugs = dict.fromkeys(slug for slug, _ in found.guides)
    first: dict[str, dict[str, Any]] = {}
    for code in guide_languages(lang):
        for slug in slugs:
            if (one := here.snapshot.guide(slug, code)) is not None:
                first.setdefault(slug, one)
    return list(first.values())[:MOST_GUIDES]


async def card_of(request: Request) -> ServiceCard:
    """Return the service of the address; the page of unknown addresses when there is none."""
    id = request.path_params["id"]
    known = finding(request).snapshot.service(id) if ID.fullmatch(id) else None
    if known is None and ID.fullmatch(id):
        known = (await _from_registry(request, [id])).get(id)
    if known is None:
        raise HTTPException(404)
    return known


async def _from_registry(request: Request, ids: list[str]) -> dict[str, ServiceCard]:
    """Return the cards of services that the snapshot does not have yet, by id."""
    try:
        told = await parts(request).backend.call(
            "registry", "describe_services", deadline_s=1.0, ids=ids
        )
        return {card.id: card for card in msgspec.convert(told, list[ServiceCard])}
    except (AnydoorError, msgspec.ValidationError):
        return {}


def _age_minutes(here: Finding) -> int:
    return max(1, round((here.snapshot.age_s() or 0.0) / 60))

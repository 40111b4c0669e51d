"""The road map: eight questions, each may be left open, and what somebody may get now and later.

Nothing is kept: every page posts to the same address with all answers in hidden fields, so that
they can be changed and stand in no address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import slips
from portal.facets import PLACE
from portal.forms import Answers, Problem, check, keep, read_form, summary
from portal.i18n import DEFAULT
from portal.pages.help_questions import need_groups
from portal.pages.near_by import NearBy, near_by, origin_of
from portal.pages.rights_search import shown_guides
from portal.pages.services import finding
from portal.ports import parts
from portal.rendering import render
from portal.road_map import FIELDS, KINDS, WHEN, RoadMap, ask, coded
from portal.service_words import first_phone
from portal.wishes import Spot
from shared.errors import Unavailable
from shared.vocabulary.road_map import UNSURE

FORM = (*FIELDS, PLACE)
#: Buttons that ask for the list, a part of it, a card; with any other the questions are shown.
STEPS, CARD = "steps", "card"
PART = re.compile(rf"{STEPS}(?:-([2-9]))?")
#: Steps told in full on one page, so that it is 14 KB packed at most; the first page says of all
#: the others what and why.
IN_FULL = 12
#: On a card for the pocket.
MOST_ON_CARD = 6
#: Shown when the list cannot be made.
MOST_GUIDES = 8


async def start(request: Request) -> Response:
    """Show what to know before the questions."""
    return render(request, "road_map/start.html")


async def answer(request: Request) -> Response:
    """Take the answers and show the steps, a card of them, or the questions."""
    posted = await read_form(request)
    wish, answers = posted.first("go"), keep(FORM, posted)
    part = PART.fullmatch(wish)
    if wish != CARD and part is None:
        return _questions(request, answers)
    problems = check(FORM, posted).problems
    if problems:
        return _questions(request, answers, problems)
    told = coded(answers)
    try:
        found = await ask(parts(request), told, request.state.lang)
    except Unavailable:
        return _silent(request, answers)
    number = int(part[1] or 1) if part else 1
    shown = found.steps[(number - 1) * IN_FULL : number * IN_FULL]
    beside = await near_by(request, shown, told, _spot(request, answers))
    if wish == CARD:
        return _card(request, answers, found, beside)
    return _steps(request, answers, found, beside, number)


def _spot(request: Request, answers: Answers) -> Spot | None:
    """Return the place she named, None when nobody knows it."""
    return finding(request).snapshot.place_named(answers.one(PLACE.name))


def _questions(request: Request, answers: Answers, problems: Sequence[Problem] = ()) -> Response:
    return render(
        request,
        "road_map/questions.html",
        status=422 if problems else 200,
        carry=[*answers.pairs(), ("go", STEPS if problems else "ask")],
        fields=FIELDS,
        values=answers.values,
        groups=need_groups(),
        unsure=UNSURE,
        place=answers.pairs(without=[field.name for field in FIELDS]),
        **summary(problems),
    )


def _steps(
    request: Request, answers: Answers, found: RoadMap, beside: NearBy, number: int
) -> Response:
    """Show a part of the steps in full, on the first page the others by name and reason."""
    at, first = parts(request).clock().astimezone(), (number - 1) * IN_FULL
    whole = found.steps[first : first + IN_FULL]
    return render(
        request,
        "road_map/steps.html",
        carry=[*answers.pairs(), ("go", STEPS if number == 1 else f"{STEPS}-{number}")],
        **step_words(request, found if number == 1 else RoadMap(found.version, whole)),
        whole={step.id for step in whole},
        number=number,
        has_more=len(found.steps) > first + IN_FULL,
        beside=beside.in_words(request.state.lang, at),
        hidden=answers.pairs(without=(PLACE.name,)),
        place_field=PLACE,
        place=answers.one(PLACE.name),
        is_known=not answers.one(PLACE.name) or _spot(request, answers) is not None,
        unsafe=answers.one("safe_now") == "no",
        for_help=_for_help(answers, found),
        **summary([]),
    )


def step_words(request: Request, found: RoadMap) -> dict[str, Any]:
    """Return what the template of the steps needs: the steps by time, and where to read on."""
    slugs = {step.guide for step in found.steps if step.guide}
    return {
        "times": [(words, found.at(when)) for when, words in WHEN.items() if found.at(when)],
        "kinds": KINDS,
        "guides": {slug: one for slug in slugs if (one := _guide(request, slug))},
        "forms": _about_forms(request, found),
    }


def _about_forms(request: Request, found: RoadMap) -> dict[str, list[dict[str, Any]]]:
    """Return what the library has on the forms of the steps, by the forms' addresses."""
    wanted = {step.form.url for step in found.steps if step.form}
    forms: dict[str, list[dict[str, Any]]] = {}
    for one in shown_guides(request):
        if one.get("form_url") in wanted:
            forms.setdefault(one["form_url"], []).append(one)
    return forms


def _guide(request: Request, slug: str) -> dict[str, Any] | None:
    snapshot = parts(request).snapshot
    return snapshot.guide(slug, request.state.lang) or snapshot.guide(slug, DEFAULT)


def _for_help(answers: Answers, found: RoadMap) -> list[tuple[str, str]]:
    """Return what was answered here as asking for help takes it: nothing is asked twice."""
    chosen = [code for code in answers.many("needs") if code not in UNSURE]
    needs = chosen or list(dict.fromkeys(need for step in found.at("now") for need in step.needs))
    about = {
        "safe_now": answers.one("safe_now"),
        "age_group": answers.one("age_group"),
        "origin": origin_of(coded(answers)),
        "gender": "man" if "man" in answers.many("about") else "",
    }
    known = [(name, code) for name, code in about.items() if code]
    return [*(("needs", code) for code in needs), *known, ("go", "safe")]


def _card(request: Request, answers: Answers, found: RoadMap, beside: NearBy) -> Response:
    """Show whom to call and what to bring, never what for."""
    soon = [*found.at("now"), *found.at("next")]
    calls = {card.id: card for step in soon for card in beside.of(step.needs)}
    papers = [paper for step in soon for paper in step.papers]
    named = [
        (slips.plain_name(card), phone.number)
        for card in calls.values()
        if (phone := first_phone(card)) is not None
    ]
    return render(
        request,
        "road_map/card.html",
        carry=[*answers.pairs(), ("go", CARD)],
        calls=named[:MOST_ON_CARD],
        papers=slips.plain_papers(papers, request.state.lang),
        hidden=answers.pairs(),
    )


def _silent(request: Request, answers: Answers) -> Response:
    """Say that the list cannot be made now: whom to call, what to read, and nothing is lost."""
    snapshot, wanted = parts(request).snapshot, set(answers.many("needs"))
    listed = snapshot.guides(request.state.lang) or snapshot.guides(DEFAULT)
    for_her = [one for one in listed if {"client", "public"} & set(one["audience"])]
    for_her.sort(key=lambda one: not wanted & set(one["needs"]))
    return render(
        request,
        "road_map/silent.html",
        status=Unavailable.status,
        carry=[*answers.pairs(), ("go", STEPS)],
        hidden=answers.pairs(),
        guides=for_her[:MOST_GUIDES],
    )

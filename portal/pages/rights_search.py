"""Search in the guides only: words, topics and who they are for; posted, and nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Field, check, keep, read_form, summary
from portal.i18n import DEFAULT, N_
from portal.pages.services import finding
from portal.rendering import render
from portal.topics import TOPICS, by_topic

Json = dict[str, Any]

#: Whom a guide is written for (services.library.domain.Audience).
AUDIENCES: dict[str, str] = {
    "client": N_("People who need help"),
    "helper": N_("Friends and helpers"),
    "provider": N_("People who give help as their work"),
    "law_enforcement": N_("Police"),
    "public": N_("Everyone"),
}
WORDS = Field("words", N_("Look for a guide"), N_("Such as: visa, work, doctor"))
TOPIC = Field("topics", N_("About"), kind="many", choices=TOPICS)
AUDIENCE = Field("audience", N_("Written for"), kind="many", choices=AUDIENCES)
FORM = (WORDS, TOPIC, AUDIENCE)
#: Of more guides with one of the words, the best.
MOST_FOUND = 50


async def guides(request: Request) -> Response:
    """List the guides under their first topic, with the form to search them."""
    return _page(request, Answers(), 200)


async def search(request: Request) -> Response:
    """Show the guides that fit, best first; all of them by topic where none does."""
    posted = await read_form(request)
    answers = check(FORM, posted)
    if answers.problems:
        return _page(request, keep(FORM, posted), 422, problems=answers)
    if not answers.pairs():
        return _page(request, answers, 200)
    every = shown_guides(request)
    if words := answers.one("words"):
        slugs = await finding(request).snapshot.guides_about(words, request.state.lang, MOST_FOUND)
        by_slug = {one["slug"]: one for one in every}
        every = [by_slug[slug] for slug in slugs if slug in by_slug]
    fit = [one for one in every if fits(one, answers)]
    return _page(request, answers, 200, found=fit)


def shown_guides(request: Request) -> list[Json]:
    """Return each guide once: in the person's language, or in English where it has none."""
    snapshot = finding(request).snapshot
    own = snapshot.guides(request.state.lang)
    slugs = {one["slug"] for one in own}
    return [*own, *(one for one in snapshot.guides(DEFAULT) if one["slug"] not in slugs)]


def fits(guide: Json, answers: Answers) -> bool:
    """Say whether a guide is about one of the topics and for one of the people chosen."""
    return all(
        not chosen or bool(set(chosen) & set(cast(Iterable[str], guide.get(name) or ())))
        for name, chosen in (
            ("topics", answers.many("topics")),
            ("audience", answers.many("audience")),
        )
    )


def _page(
    request: Request,
    answers: Answers,
    status: int,
    found: list[Json] | None = None,
    problems: Answers | None = None,
) -> Response:
    return render(
        request,
        "rights/list.html",
        status=status,
        carry=answers.pairs() or None,
        found=found,
        topics=[] if found else by_topic(shown_guides(request)),
        answers=answers,
        words_field=WORDS,
        topic_field=TOPIC,
        audience_field=AUDIENCE,
        **summary(problems.problems if problems else []),
    )

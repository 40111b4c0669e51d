"""The form of a resource: its questions, what was typed as a resource, and a resource as typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from portal.forms import Answers, Field, Posted, check
from portal.i18n import N_
from portal.pages.rights_search import AUDIENCES
from portal.topics import HELPERS_TOPICS, TOPICS
from shared.vocabulary import LANGUAGES, NEEDS

Json = dict[str, Any]
KINDS: dict[str, str] = {
    "guide": N_("Guide"),
    "fact_sheet": N_("Fact sheet"),
    "form": N_("Form"),
    "training": N_("Training"),
    "benefit": N_("Benefit"),
    "policy": N_("Policy"),
}
TRANSLATIONS: dict[str, str] = {
    "original": N_("Original"),
    "draft": N_("Translation not checked yet"),
    "reviewed": N_("Translation checked"),
}
#: What a text may not hold on one line: the mark of a tag.
_NO_TAGS = re.compile(r"[^<>]*")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/\S*)?")
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]*")
MOST_SOURCES, MOST_TOPICS = 20, 8
_DAY = N_("Year, month and day, such as 2026-03-31")

SLUG = Field(
    "slug",
    N_("Its address"),
    N_("A few words in small letters with hyphens, such as a-bed-tonight"),
    limit=80,
    required=N_("Write a few words for the address"),
)
LANG = Field(
    "lang",
    N_("Language"),
    kind="one",
    choices={code: one.name for code, one in LANGUAGES.items()},
    required=N_("Choose the language"),
)
#: What stands in a new resource and in a change of one alike.
FIELDS: tuple[Field, ...] = (
    Field("title", N_("Title"), limit=120, required=N_("Write a title")),
    Field(
        "summary",
        N_("What it is about, in one sentence"),
        limit=200,
        required=N_("Say in one sentence what it is about"),
    ),
    Field("kind", N_("Kind"), kind="one", choices=KINDS, required=N_("Choose the kind")),
    Field(
        "audience",
        N_("Whom it is for"),
        kind="many",
        choices=AUDIENCES,
        required=N_("Choose whom it is for"),
    ),
    Field(
        "topics",
        N_("Topics"),
        kind="many",
        choices={**TOPICS, **HELPERS_TOPICS},
        required=N_("Choose at least one topic"),
    ),
    Field(
        "needs",
        N_("Needs it is about"),
        kind="many",
        choices={code: need.label for code, need in NEEDS.items()},
    ),
    Field(
        "translation",
        N_("Original or translation"),
        kind="one",
        choices=TRANSLATIONS,
        required=N_("Say if it is a translation"),
    ),
    Field(
        "jurisdiction",
        N_("Where it holds"),
        N_("US for the whole country, US-NY for one state"),
        limit=6,
        required=N_("Say where it holds"),
    ),
    Field(
        "body",
        N_("Text"),
        N_(
            "Markdown: ## before a heading, - before a line of a list, **bold**, "
            "[words](https://example.org). Never write about a person here: everybody reads it."
        ),
        kind="text",
        limit=20_000,
        required=N_("Write the text"),
    ),
    Field(
        "source",
        N_("Where it can be checked"),
        N_("One source a line: its name, then its address (https://...)"),
        kind="text",
        limit=14_000,
        required=N_("Name at least one source"),
    ),
    Field("checked_on", N_("Checked on"), _DAY, limit=10, required=N_("Say when you checked it")),
    Field(
        "review_by",
        N_("Check it again by"),
        _DAY,
        limit=10,
        required=N_("Say until when it is good"),
    ),
    Field("form_number", N_("Number of the form"), N_("For forms only, such as I-914"), limit=40),
    Field(
        "form_url", N_("Where the form can be had"), N_("For forms only: https://..."), limit=500
    ),
)
#: Which field of the form a refusal of the library is about.
ABOUT = "guide."


def checked(posted: Posted, fields: Sequence[Field] = FIELDS) -> Answers:
    """Return what was typed, with a problem for all that the library would not take."""
    answers = check(fields, posted)
    wrong = {one.name for one in answers.problems}
    for name, message in _misfits(answers):
        if name not in wrong:
            answers.refuse(name, message)
            wrong.add(name)
    if "source" not in wrong:
        _check_sources(answers)
    return answers


def as_guide(answers: Answers, slug: str, lang: str, before: Mapping[str, Any]) -> Json:
    """Return what was typed as the library takes it; topics that stay keep the order of before."""
    one, many = answers.one, answers.many
    was = before.get("topics", [])
    chosen = many("topics")
    kept = [code for code in was if code in chosen]
    guide: Json = {
        **{name: one(name) for name in ("title", "summary", "kind", "translation")},
        **{name: one(name) for name in ("jurisdiction", "checked_on", "review_by", "body")},
        **{name: many(name) for name in ("audience", "needs")},
        "slug": slug,
        "lang": lang,
        "topics": kept + [code for code in chosen if code not in kept],
        "source": [{"name": name, "url": url} for _, name, url in _sources(one("source"))],
    }
    forms = {name: one(name) for name in ("form_number", "form_url") if one(name)}
    return guide | forms


def as_typed(guide: Mapping[str, Any]) -> Answers:
    """Return a resource as somebody would have typed it."""
    values: dict[str, str | list[str]] = {
        field.name: guide.get(field.name, [] if field.kind == "many" else "") for field in FIELDS
    }
    lines = [f"{one['name']} {one['url']}" for one in guide.get("source", [])]
    return Answers({**values, "source": "\n".join(lines)})


def _misfits(answers: Answers) -> Iterator[tuple[str, str]]:
    one = answers.one
    for name in ("title", "summary"):
        if not _NO_TAGS.fullmatch(one(name)):
            yield name, N_("Leave out the signs < and >")
    if "slug" in answers.values and not _is_like(_SLUG, one("slug"), at_least=2):
        yield "slug", N_("Use small letters a to z, numbers and hyphens, such as a-bed-tonight")
    if not _PLACE.fullmatch(one("jurisdiction")):
        yield "jurisdiction", N_("Write US, or US and the state: US-NY")
    for name in ("checked_on", "review_by"):
        if not _is_day(one(name)):
            yield name, N_("Write year, month and day, such as 2026-03-31")
    if one("review_by") <= one("checked_on"):
        yield "review_by", N_("Give a day after the day it was checked")
    if len(answers.many("topics")) > MOST_TOPICS:
        yield "topics", N_("Choose at most 8 topics")
    yield from _misfits_of_forms(one)


def _misfits_of_forms(one: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    for name, pattern in (("form_number", _NUMBER), ("form_url", _ADDRESS)):
        if one(name) and one("kind") != "form":
            yield name, N_("Leave this empty, or choose the kind Form")
        if one(name) and not pattern.fullmatch(one(name)):
            yield name, N_("Write it as it stands on the form or its page")


def _check_sources(answers: Answers) -> None:
    lines = _sources(answers.one("source"))
    if len(lines) > MOST_SOURCES:
        answers.refuse("source", N_("Name at most 20 sources"))
    for number, name, url in lines:
        if not name or len(name) > 200 or len(url) > 500 or not _ADDRESS.fullmatch(url):
            message = N_("Line %(number)s needs a name and then an address that begins https://")
            answers.refuse("source", message, number=number)
            return


def _sources(typed: str) -> list[tuple[int, str, str]]:
    """Return (number of the line, name, address) of each line that is not empty."""
    found = []
    for number, line in enumerate(typed.split("\n"), 1):
        name, _, url = line.strip().rpartition(" ")
        if line.strip():
            found.append((number, name.strip(), url))
    return found


def _is_like(pattern: re.Pattern[str], text: str, *, at_least: int) -> bool:
    return len(text) >= at_least and pattern.fullmatch(text) is not None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False

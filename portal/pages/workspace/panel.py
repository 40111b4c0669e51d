"""The panel: an agency's professionals and interpreters without their names, and how many all
agencies have together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Field, Problem, check, keep
from portal.i18n import N_
from portal.named_places import area_name
from portal.pages.workspace import access
from portal.pages.workspace.frame import act, ask, chosen, path_id, posted, settle, show, who
from portal.pages.workspace.lines import language_name
from portal.pages.workspace.names import areas
from portal.staff import staff_parts
from shared.errors import NotFound
from shared.vocabulary import LANGUAGES
from shared.vocabulary.panel import PANEL_ROLES

Json = dict[str, Any]
PATH = "/workspace/panel"
STANDINGS = {
    "active": N_("Counts"),
    "suspended": N_("Does not count: renew what lapsed"),
}
PAPERS = {"vetting": N_("Vetting"), "training": N_("Training")}
_DAY = N_("Year, month and day, such as 2026-03-31")
ROLE = Field(
    "role", N_("Role"), kind="one", choices=PANEL_ROLES, required=N_("Choose what this person does")
)
SPOKEN = Field(
    "languages",
    N_("Languages, for interpreters"),
    kind="many",
    choices={code: one.autonym for code, one in LANGUAGES.items()},
    choices_are_languages=True,
)
_WHEN, _UNTIL = N_("Say when it was done"), N_("Say until when")
DAYS = (
    Field("vetting_from", N_("Vetted on"), _DAY, limit=10, required=_WHEN),
    Field("vetting_to", N_("Vetting is good until"), _DAY, limit=10, required=_UNTIL),
    Field("training_from", N_("Trained on"), _DAY, limit=10, required=_WHEN),
    Field("training_to", N_("Training is good until"), _DAY, limit=10, required=_UNTIL),
)
#: Which field of the form a refusal of the registry is about.
ABOUT = {
    "entry.role": "role",
    "entry.languages": "languages",
    "entry.vetting": "vetting_to",
    "entry.training": "training_to",
    "said.areas": "areas",
}


async def panel(request: Request) -> Response:
    """List the agency's own entries with a form for another, and the counts of all."""
    return await _list(request, Answers(), [], 200)


async def entry(request: Request) -> Response:
    """Show one entry with its form, to renew it or put it right."""
    one = await _own(request)
    values: dict[str, str | list[str]] = {
        name: one[name] for name in ("role", "languages", "areas")
    }
    for paper in PAPERS:
        values[f"{paper}_from"] = one[paper]["starts_on"]
        values[f"{paper}_to"] = one[paper]["ends_on"]
    return await _list(request, Answers(values), [], 200, about=one["entry"])


async def add(request: Request) -> Response:
    """Put somebody on the panel."""
    return await _record(request, "")


async def renew(request: Request) -> Response:
    """Renew an entry or put it right."""
    return await _record(request, (await _own(request))["entry"])


async def end(request: Request) -> Response:
    """Take somebody off the panel."""
    command = act(request, "registry", "end_panel_entry", entry=path_id(request, "entry"))

    async def again(problems: list[Problem], status: int) -> Response:
        return await _list(request, Answers(), problems, status)

    return await settle(request, command, to=PATH, done="panel_ended", again=again)


async def _record(request: Request, about: str) -> Response:
    fields = _fields(request)
    answers = _checked(fields, request)
    kept = keep(fields, posted(request))
    if answers.problems:
        return await _list(request, kept, answers.problems, 422, about=about)
    said = {name: answers.many(name) for name in ("languages", "areas")}
    papers = {
        paper: {
            "starts_on": answers.one(f"{paper}_from"),
            "ends_on": answers.one(f"{paper}_to"),
        }
        for paper in PAPERS
    }
    told = {"role": answers.one("role"), **said, **papers}
    command = act(request, "registry", "record_panel_entry", said=told, entry=about)

    async def again(problems: list[Problem], status: int) -> Response:
        named = [
            Problem(ABOUT.get(one.name, one.name), one.message, one.values) for one in problems
        ]
        return await _list(request, kept, named, status, about=about)

    return await settle(request, command, to=PATH, done="panel_recorded", again=again)


def _fields(request: Request) -> tuple[Field, ...]:
    places = Field(
        "areas",
        N_("Areas"),
        kind="many",
        choices=areas(request),
        required=N_("Choose at least one area"),
    )
    return (ROLE, SPOKEN, places, *DAYS)


def _checked(fields: Sequence[Field], request: Request) -> Answers:
    answers = check(fields, posted(request))
    wrong = {one.name for one in answers.problems}
    for field in DAYS:
        if field.name not in wrong and not _is_day(answers.one(field.name)):
            answers.refuse(field.name, N_("Write year, month and day, such as 2026-03-31"))
    is_interpreter = answers.one("role") == "interpreter"
    if is_interpreter and not answers.many("languages") and not answers.problems:
        answers.refuse("languages", N_("Choose the languages this person interprets"))
    return answers


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


async def _own(request: Request) -> Json:
    id = path_id(request, "entry")
    found = await ask(request, "registry", "panel")
    one = next((one for one in found["own"] if one["entry"] == id), None)
    if one is None:
        raise NotFound("entry", "is not on your panel", "check the address")
    return dict(one)


async def _list(
    request: Request, answers: Answers, problems: Sequence[Problem], status: int, about: str = ""
) -> Response:
    found = await ask(request, "registry", "panel")
    names = staff_parts(request).names
    called = await names.organizations(id for one in found["counts"] for id in one["agencies"])
    return show(
        request,
        "panel.html",
        status=status,
        problems=problems,
        own=[_line(request, one) for one in found["own"]],
        counts=[_count(request, one, called) for one in found["counts"]],
        fields={field.name: field for field in _fields(request)},
        days=[field.name for field in DAYS],
        answers=answers,
        about=about,
        may_write=bool(who(request).roles & access.RECORDS),
    )


def _line(request: Request, one: Json) -> Json:
    lang = request.state.lang
    return {
        "entry": one["entry"],
        "mark": one["entry"][-4:],
        "role": chosen(PANEL_ROLES, one["role"]),
        "languages": [language_name(code, lang) for code in one["languages"]],
        "areas": [area_name(code) for code in one["areas"]],
        "standing": one["standing"],
        "standing_words": chosen(STANDINGS, one["standing"]),
        "papers": [(words, one[paper]["ends_on"]) for paper, words in PAPERS.items()],
    }


def _count(request: Request, one: Json, called: dict[str, str]) -> Json:
    spoken = language_name(one["language"], request.state.lang) if one["language"] else ""
    return {
        "role": chosen(PANEL_ROLES, one["role"]),
        "language": spoken,
        "area": area_name(one["area"]),
        "number": one["number"],
        "agencies": ", ".join(called[id] for id in one["agencies"]),
    }

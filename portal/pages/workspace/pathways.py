"""Pathways: an ordered set of services for a kind of client, read by all and kept by the
coordinating agency."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Field, Problem, check, keep
from portal.i18n import N_
from portal.pages.workspace import access
from portal.pages.workspace.frame import (
    act,
    belongs_to_coordinator,
    chosen,
    path_id,
    posted,
    settle,
    show,
    who,
)
from portal.pages.workspace.lines import need_words
from portal.ports import parts
from shared.errors import NotFound
from shared.ids import derived_id, new_id
from shared.vocabulary import AGE_GROUPS, NEEDS, ORIGINS

Json = dict[str, Any]
PATH = "/workspace/pathways"
#: As many steps as a form shows.
ROWS = 12
EVERYBODY = N_("Everybody")
AGES = {**AGE_GROUPS, "unknown": EVERYBODY}
PEOPLE = {**ORIGINS, "unknown": EVERYBODY}
NAME = Field("name", N_("Name"), limit=100, required=N_("Give it a name"))
NAME_ES = Field("name_es", N_("Name in Spanish"), limit=100)
AGE = Field("age_group", N_("Age"), kind="one", choices=AGES)
ORIGIN = Field("origin", N_("Papers"), kind="one", choices=PEOPLE)
_NEED_WORDS = {code: need.label for code, need in NEEDS.items()}
_LAST = re.compile(r"(name|steps|age_group|origin)")


def _step_fields() -> list[tuple[Field, Field]]:
    found = []
    for n in range(1, ROWS + 1):
        before = {str(at): str(at) for at in range(1, n)}
        need = Field(f"need_{n}", N_("Need"), kind="one", choices=_NEED_WORDS)
        found.append((need, Field(f"after_{n}", N_("After steps"), kind="many", choices=before)))
    return found


STEPS = _step_fields()
FORM = (NAME, NAME_ES, AGE, ORIGIN, *(field for row in STEPS for field in row))


async def pathways(request: Request) -> Response:
    """List the pathways, with a form for another one for who coordinates."""
    return await _list(request, Answers(), [], 200)


async def pathway(request: Request) -> Response:
    """Show one pathway in the form, to change it."""
    one = await known(request)
    return await _list(request, _as_answers(one), [], 200, about=one["pathway"])


async def put(request: Request) -> Response:
    """Write a new pathway."""
    return await _put(request, "")


async def change(request: Request) -> Response:
    """Change a pathway."""
    return await _put(request, (await known(request))["pathway"])


async def end(request: Request) -> Response:
    """End a pathway."""
    command = act(request, "registry", "end_pathway", pathway=path_id(request, "pathway"))

    async def again(problems: list[Problem], status: int) -> Response:
        return await _list(request, Answers(), problems, status)

    return await settle(request, command, to=PATH, done="pathway_ended", again=again)


async def _put(request: Request, about: str) -> Response:
    answers, kept = check(FORM, posted(request)), keep(FORM, posted(request))
    steps = _steps(answers)
    if answers.problems:
        return await _list(request, kept, answers.problems, 422, about=about)
    before = (await known(request))["steps"] if about else []
    asked_first = {step["need"]: step["services"] for step in before}
    names = {"en": answers.one("name"), "es": answers.one("name_es") or None}
    said = {
        "names": names,
        "age_group": answers.one("age_group") or "unknown",
        "origin": answers.one("origin") or "unknown",
        "steps": [{**step, "services": asked_first.get(step["need"], [])} for step in steps],
    }
    id = about or f"p-{derived_id('pathway', posted(request).first('command_id') or new_id())}"
    command = act(request, "registry", "set_pathway", pathway=id, said=said)

    async def again(problems: list[Problem], status: int) -> Response:
        named = [_about_form(one) for one in problems]
        return await _list(request, kept, named, status, about=about)

    return await settle(request, command, to=PATH, done="pathway_set", again=again)


def _steps(answers: Answers) -> list[Json]:
    """Return the steps in their order; a row without a need is none."""
    chosen_at = {n: answers.one(need.name) for n, (need, _) in enumerate(STEPS, 1)}
    needs = [need for need in chosen_at.values() if need]
    if not needs and not answers.problems:
        answers.refuse("need_1", N_("Choose at least one need"))
    found: list[Json] = []
    for n, (need, after) in enumerate(STEPS, 1):
        waits_for = [chosen_at[int(at)] for at in answers.many(after.name)]
        if chosen_at[n] and chosen_at[n] in [step["need"] for step in found]:
            answers.refuse(need.name, N_("This need comes twice: name each once"))
        if chosen_at[n] and not all(waits_for):
            answers.refuse(after.name, N_("It waits for a step that has no need"))
        if chosen_at[n]:
            found.append({"need": chosen_at[n], "after": waits_for})
    return found


def _as_answers(one: Json) -> Answers:
    names = one["names"]
    values: dict[str, str | list[str]] = {"name": names["en"], "name_es": names.get("es") or ""}
    values |= {name: one[name] for name in ("age_group", "origin")}
    place = {step["need"]: str(n) for n, step in enumerate(one["steps"], 1)}
    for n, step in enumerate(one["steps"][:ROWS], 1):
        values[f"need_{n}"] = step["need"]
        values[f"after_{n}"] = [place[need] for need in step["after"]]
    return Answers(values)


def _about_form(problem: Problem) -> Problem:
    part = _LAST.search(problem.name)
    name = {"steps": "need_1"}.get(part[0], part[0]) if part else problem.name
    return Problem(name, problem.message, problem.values)


async def in_use(request: Request) -> list[Json]:
    """Return the pathways in use."""
    found: list[Json] = await parts(request).backend.call("registry", "pathways")
    return found


async def known(request: Request) -> Json:
    """Return the pathway of the address; NotFound when it is not in use."""
    id = path_id(request, "pathway")
    one = next((one for one in await in_use(request) if one["pathway"] == id), None)
    if one is None:
        raise NotFound("pathway", "is not in use", "choose one of the list")
    return one


async def _list(
    request: Request, answers: Answers, problems: Sequence[Problem], status: int, about: str = ""
) -> Response:
    return show(
        request,
        "pathways.html",
        status=status,
        problems=problems,
        pathways=[_line(request, one) for one in await in_use(request)],
        fields={field.name: field for field in FORM},
        rows=range(1, ROWS + 1),
        answers=answers,
        about=about,
        may_write=belongs_to_coordinator(request) and bool(who(request).roles & access.NETWORK),
    )


def name_of(request: Request, one: Json) -> str:
    """Return what a pathway is called in the language of the page."""
    return str(one["names"].get(request.state.lang) or one["names"]["en"])


def _line(request: Request, one: Json) -> Json:
    place = {step["need"]: n for n, step in enumerate(one["steps"], 1)}
    return {
        "pathway": one["pathway"],
        "name": name_of(request, one),
        "age": chosen(AGES, one["age_group"]),
        "origin": chosen(PEOPLE, one["origin"]),
        "is_for_all": (one["age_group"], one["origin"]) == ("unknown", "unknown"),
        "steps": [
            {
                "need": need_words(step["need"]),
                "after": ", ".join(str(place[need]) for need in step["after"]),
            }
            for step in one["steps"]
        ],
    }

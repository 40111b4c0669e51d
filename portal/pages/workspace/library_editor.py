"""Writing a resource of the library: typed, looked at, saved, sent to a second person, decided.

A draft's text travels to the library as published texts do: it is written for everybody
(docs/decisions). What was typed comes back whenever it cannot be saved, also when somebody else
saved meanwhile: then both texts are on the page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Posted, Problem, check, keep
from portal.i18n import DEFAULT, N_
from portal.pages.rights import as_html, sources
from portal.pages.workspace.frame import go, path_id, posted, refused, settle, show, who
from portal.pages.workspace.library import PATH, REASON, must_coordinate, show_resource
from portal.pages.workspace.library_form import (
    ABOUT,
    FIELDS,
    LANG,
    SLUG,
    as_guide,
    as_typed,
    checked,
)
from portal.ports import parts
from shared.errors import AnydoorError, Conflict, NotFound, Unavailable
from shared.fields import check_ids
from shared.ids import new_id
from shared.vocabulary import LANGUAGES

Json = dict[str, Any]
#: Bytes of a posted form: 20,000 letters of four bytes, each byte as three, and the other fields.
MAX_FORM = 320 * 1024
NEW = (SLUG, LANG, *FIELDS)
#: What a draft in another language begins with.
COPIED = (
    "kind",
    "audience",
    "topics",
    "needs",
    "jurisdiction",
    "source",
    "form_number",
    "form_url",
)


async def new(request: Request) -> Response:
    """Show an empty form, or with ?like= one for a translation of a resource."""
    must_coordinate(request)
    like = request.query_params.get("like", "")
    if not like:
        return _form(request, Answers(), [], 200)
    check_ids(like=like)
    one = await _resource(request, like, DEFAULT)
    guide = _newest(one)
    begun = as_typed({name: guide[name] for name in COPIED if name in guide})
    begun.values |= {"slug": like, "lang": "", "translation": "draft"}
    return _form(request, begun, [], 200, beside=_text(request, guide))


async def create(request: Request) -> Response:
    """Keep the first draft of a resource, or show how it will look."""
    must_coordinate(request)
    typed = posted(request)
    answers, kept = checked(typed, NEW), keep(NEW, typed)
    slug, lang = answers.one("slug"), answers.one("lang")
    if not answers.problems and await _is_there(request, slug, lang):
        answers.refuse("slug", N_("There is a text at this address in this language: change that"))
    if answers.problems or _asks_to_look(typed):
        return _form(request, kept, answers.problems, looks=_looks(request, kept))
    guide = as_guide(answers, slug, lang, {})

    async def again(problems: list[Problem], status: int) -> Response:
        return _form(request, kept, problems, status)

    return await _save(request, guide, 0, again)


async def edit(request: Request) -> Response:
    """Show the form with the draft, or with what is published where there is none."""
    must_coordinate(request)
    one = await _addressed(request)
    return _form(request, as_typed(_newest(one)), [], 200, about=one)


async def change(request: Request) -> Response:
    """Keep a draft of a resource that is there, or show how it will look."""
    must_coordinate(request)
    typed, one = posted(request), await _addressed(request)
    answers, kept = checked(typed), keep(FIELDS, typed)
    revision = _revision(typed)
    if answers.problems or _asks_to_look(typed):
        looks = _looks(request, kept)
        return _form(
            request, kept, answers.problems, about=one | {"revision": revision}, looks=looks
        )
    was = _newest(one)
    guide = as_guide(answers, was["slug"], was["lang"], was)

    async def again(problems: list[Problem], status: int) -> Response:
        newest = await _addressed(request)
        is_late = status == Conflict.status
        beside = _text(request, _newest(newest)) if is_late else None
        return _form(request, kept, problems, status, about=newest, beside=beside, is_late=is_late)

    return await _save(request, guide, revision, again)


async def send(request: Request) -> Response:
    """Send a draft to a second person."""
    return await _decide(request, "send_for_review", "guide_sent")


async def approve(request: Request) -> Response:
    """Publish what is in review."""
    return await _decide(request, "approve_draft", "guide_approved")


async def send_back(request: Request) -> Response:
    """Give a draft back to those who wrote it, with a reason."""
    must_coordinate(request)
    answers = check((REASON,), posted(request))
    if answers.problems:
        return await show_resource(request, answers.problems, 422)
    return await _decide(request, "send_back", "guide_sent_back", reason=answers.one("reason"))


async def version(request: Request) -> Response:
    """Show a version that was published once."""
    must_coordinate(request)
    number = path_id(request, "number")
    call = parts(request).backend.call
    slug, lang = path_id(request, "slug"), path_id(request, "language")
    found = await call("library", "resource_versions", slug=slug, lang=lang)
    one = next((one for one in found if str(one["number"]) == number), None)
    if one is None:
        raise NotFound("version", "is not there", "look in the list of versions")
    text = _text(request, one["guide"])
    return show(request, "resource_version.html", one=text, number=number, at=one["at"])


async def _decide(request: Request, command: str, done: str, **more: Any) -> Response:
    must_coordinate(request)
    slug, lang = path_id(request, "slug"), path_id(request, "language")
    call = parts(request).backend.call(
        "library",
        command,
        command_id=posted(request).first("command_id") or new_id(),
        slug=slug,
        lang=lang,
        revision=_revision(posted(request)),
        actor=who(request).account,
        **more,
    )

    async def again(problems: list[Problem], status: int) -> Response:
        return await show_resource(request, problems, status)

    return await settle(request, call, to=f"{PATH}/{slug}/{lang}", done=done, again=again)


async def _save(
    request: Request,
    guide: Json,
    revision: int,
    again: Callable[[list[Problem], int], Awaitable[Response]],
) -> Response:
    try:
        await parts(request).backend.call(
            "library",
            "write_draft",
            command_id=posted(request).first("command_id") or new_id(),
            guide=guide,
            revision=revision,
            actor=who(request).account,
        )
    except Unavailable:
        raise
    except AnydoorError as error:
        problem = refused(error)
        name = problem.name.removeprefix(ABOUT).split(".")[0]
        return await again([Problem(name, problem.message)], error.status)
    return go(request, f"{PATH}/{guide['slug']}/{guide['lang']}", "guide_drafted")


def _form(
    request: Request,
    answers: Answers,
    problems: Sequence[Problem],
    status: int = 0,
    *,
    about: Json | None = None,
    looks: Json | None = None,
    beside: Json | None = None,
    is_late: bool = False,
) -> Response:
    """Show the form. `looks` is how it will look, `beside` a text to have in view."""
    to = f"{PATH}/new"
    if about is not None:
        guide = _newest(about)
        to = f"{PATH}/{guide['slug']}/{guide['lang']}/write"
    return show(
        request,
        "resource_form.html",
        status=status or (422 if problems else 200),
        problems=problems,
        fields={field.name: field for field in NEW},
        answers=answers,
        about=None if about is None else _newest(about),
        revision=0 if about is None else about["revision"],
        action=to,
        language=None if about is None else LANGUAGES[_newest(about)["lang"]].name,
        looks=looks,
        beside=beside,
        is_late=is_late,
    )


def _looks(request: Request, answers: Answers) -> Json | None:
    """Return how the text will look, None when there is none yet."""
    if not answers.one("body"):
        return None
    return {"title": answers.one("title"), "html": as_html(answers.one("body"), _settings(request))}


def _text(request: Request, guide: Json) -> Json:
    html = as_html(guide["body"], _settings(request))
    return {**guide, "html": html, "sources": sources(guide)}


def _settings(request: Request) -> Any:
    return parts(request).settings


def _asks_to_look(typed: Posted) -> bool:
    return typed.first("do") == "look"


def _revision(typed: Posted) -> int:
    """Return the revision a form was made from; what is none fits no draft."""
    text = typed.first("revision")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 1_000_000


def _newest(one: Json) -> Json:
    guide: Json = one["draft"]["guide"] if "draft" in one else one["guide"]
    return guide


async def _addressed(request: Request) -> Json:
    return await _resource(request, path_id(request, "slug"), path_id(request, "language"))


async def _resource(request: Request, slug: str, lang: str) -> Json:
    found: Json = await parts(request).backend.call("library", "resource", slug=slug, lang=lang)
    return found


async def _is_there(request: Request, slug: str, lang: str) -> bool:
    try:
        await _resource(request, slug, lang)
    except NotFound:
        return False
    return True

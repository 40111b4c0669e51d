"""The library as those who look after it see it: every resource, its versions, what is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Field, Posted, Problem, check
from portal.i18n import DEFAULT, N_
from portal.pages.rights import as_html, form_of, sources
from portal.pages.workspace.frame import (
    belongs_to_coordinator,
    chosen,
    path_id,
    posted,
    settle,
    show,
    who,
)
from portal.pages.workspace.library_form import FIELDS, TRANSLATIONS
from portal.pages.workspace.words import ROLES
from portal.ports import parts
from portal.staff import staff_parts
from shared.errors import NotAllowed
from shared.ids import new_id
from shared.vocabulary import LANGUAGES
from shared.vocabulary.library import SEND_BACK_REASONS

Json = dict[str, Any]
PATH = "/workspace/library"
#: Who publishes what Anydoor comes with (services.library.domain).
SEED = "seed"
#: Resources asked for in one message.
PAGE = 200
PHASES: dict[str, str] = {
    "draft": N_("Draft"),
    "in_review": N_("In review"),
    "published": N_("Published"),
    "changing": N_("Published, a change is being written"),
    "change_in_review": N_("Published, a change is in review"),
    "withdrawn": N_("Withdrawn"),
}
STANDINGS: dict[str, str] = {"due": N_("Due soon"), "overdue": N_("Overdue")}
REASON = Field(
    "reason",
    N_("Why it goes back"),
    kind="one",
    choices=SEND_BACK_REASONS,
    required=N_("Choose why it goes back"),
)
#: What is wrong with a source, and what to do about it.
TROUBLES: dict[str, tuple[str, str]] = {
    "gone": (
        N_("Gone"),
        N_("Find where it is now, or another source that says the same, and change the resource."),
    ),
    "unreachable": (
        N_("Cannot be reached"),
        N_("Try to open it. If it does not open, look for another source that says the same."),
    ),
    "moved": (N_("Has moved"), N_("Read the new page. If it says the same, use its address.")),
}
STATE = Field("state", N_("State"), kind="one", choices=PHASES)


async def resources(request: Request) -> Response:
    """List every resource, filtered by ?state= and ?lang=; a code that is none is named."""
    must_coordinate(request)
    rows = [_line(one) for one in await _all(request)]
    spoken = {code: LANGUAGES[code].name for code in sorted({row["lang"] for row in rows})}
    lang = Field("lang", N_("Language"), kind="one", choices=spoken)
    answers = check((STATE, lang), Posted(list(request.query_params.multi_items())))
    wanted = {"phase": answers.one("state"), "lang": answers.one("lang")}
    rows = [
        row for row in rows if all(not code or row[key] == code for key, code in wanted.items())
    ]
    return show(
        request,
        "library.html",
        status=422 if answers.problems else 200,
        problems=answers.problems,
        resources=sorted(rows, key=lambda row: (str(row["title"]).casefold(), row["lang"])),
        fields={"state": STATE, "lang": lang},
        answers=answers,
    )


async def resource(request: Request) -> Response:
    """Show one resource in one language: its text as readers see it, its draft, its versions."""
    return await show_resource(request, [], 200)


async def withdraw(request: Request) -> Response:
    """Take a resource away from its readers; its text and versions stay."""
    must_coordinate(request)
    slug, lang = path_id(request, "slug"), path_id(request, "language")
    command = parts(request).backend.call(
        "library",
        "withdraw_guide",
        command_id=posted(request).first("command_id") or new_id(),
        slug=slug,
        lang=lang,
        actor=who(request).account,
    )

    async def again(problems: list[Problem], status: int) -> Response:
        return await show_resource(request, problems, status)

    to = f"{PATH}/{slug}/{lang}"
    return await settle(request, command, to=to, done="guide_withdrawn", again=again)


async def show_resource(request: Request, problems: Sequence[Problem], status: int) -> Response:
    """Show a resource with what its draft waits for, and with problems."""
    must_coordinate(request)
    slug, lang = path_id(request, "slug"), path_id(request, "language")
    call = parts(request).backend.call
    one = await call("library", "resource", slug=slug, lang=lang)
    versions = await call("library", "resource_versions", slug=slug, lang=lang)
    is_behind = False
    if lang != DEFAULT:
        english = await call("library", "resource_versions", slug=slug, lang=DEFAULT)
        is_behind = changed_since(english, versions)
    draft = one.get("draft", {})
    texts = {"published": one.get("guide"), "draft": draft.get("guide")}
    return show(
        request,
        "resource.html",
        status=status,
        problems=problems,
        legal=one["legal"],
        draft_changes=changed_fields(texts["published"], texts["draft"]),
        revision=one["revision"],
        is_mine=who(request).account in draft.get("hands", []),
        sent_back=chosen(SEND_BACK_REASONS, draft["reason"]) if "reason" in draft else "",
        reason=REASON,
        one=_line(one),
        texts={
            name: {
                **text,
                "html": _body(request, text),
                "form": form_of(text),
                "sources": sources(text),
            }
            for name, text in texts.items()
            if text is not None
        },
        versions=[{**version, "changed": changed} for version, changed in compared(versions)],
        people=await _people(request, versions),
        own_account=who(request).account,
        is_behind=is_behind,
    )


async def _people(request: Request, versions: list[Json]) -> dict[str, Json]:
    """Return who wrote and approved, by account: the roles in words and the agency's name."""
    ids = {id for one in versions for id in (*one["hands"], one["approved_by"])}
    found = await staff_parts(request).names.people(ids - {SEED})
    return {
        id: {"roles": [chosen(ROLES, role) for role in roles], "agency": agency}
        for id, (roles, agency) in found.items()
    }


async def due(request: Request) -> Response:
    """List what has to be checked again within 30 days, and the sources that do not open."""
    must_coordinate(request)
    call = parts(request).backend.call
    found = await call("library", "due_guides")
    rows = [{**one, "words": chosen(STANDINGS, one["standing"])} for one in found]
    troubles = [_trouble(one) for one in await call("library", "sources_in_trouble")]
    return show(request, "library_due.html", resources=rows, troubles=troubles)


def changed_fields(published: Json | None, draft: Json | None) -> list[str]:
    """Return the labels of the fields in which a draft is other than what is published."""
    if published is None or draft is None:
        return []
    return [one.label for one in FIELDS if published.get(one.name) != draft.get(one.name)]


def changed_since(english: list[Json], versions: list[Json]) -> bool:
    """Say whether the words of the English are others than those a translation was made from.

    A translation that does not tell its version (those of the seed) was made from the English of
    the day its own words were published.
    """
    if not english or not versions or versions[-1]["guide"]["translation"] == "original":
        return False
    number = versions[-1]["guide"].get("translated_from", 0)
    if not number:
        own = _words(versions[-1])
        made_at = next(one["at"] for one in versions if _words(one) == own)
        number = sum(one["at"] <= made_at for one in english)
    was = english[min(max(number, 1), len(english)) - 1]
    return _words(was) != _words(english[-1])


def _words(version: Json) -> list[str]:
    return [version["guide"][name] for name in ("title", "summary", "body")]


def compared(versions: list[Json]) -> list[tuple[Json, str]]:
    """Return each version, the newest first, with the fields that it changed."""
    pairs = zip([{"guide": {}}, *versions], versions, strict=False)
    found = []
    for before, after in pairs:
        was, now = before["guide"], after["guide"]
        names = [name for name in sorted({*was, *now}) if was.get(name) != now.get(name)]
        found.append((after, ", ".join(names) if was else ""))
    return found[::-1]


def must_coordinate(request: Request) -> None:
    """Raise NotAllowed for everybody but the people of the coordinating agency."""
    if not belongs_to_coordinator(request):
        raise NotAllowed("agency", "does not keep the library", "ask the coordinating agency")


async def _all(request: Request) -> list[Json]:
    found: list[Json] = []
    after = ""
    while True:
        told = await parts(request).backend.call(
            "library", "resources_after", after=after, size=PAGE
        )
        found += told["resources"]
        after = told["next"]
        if not after:
            return found


def _line(one: Json) -> Json:
    guide = one.get("guide") or one["draft"]["guide"]
    names = ("slug", "lang", "title", "translation", "checked_on", "review_by")
    return {
        **{name: guide[name] for name in names},
        "translated_from": guide.get("translated_from", 0),
        "language": LANGUAGES[guide["lang"]].name,
        "phase": one["phase"],
        "state": chosen(PHASES, one["phase"]),
        "translated": chosen(TRANSLATIONS, guide["translation"]),
    }


def _trouble(one: Json) -> Json:
    words, advice = TROUBLES[one["outcome"]]
    return {**one, "words": words, "advice": advice}


def _body(request: Request, text: Json) -> Any:
    return as_html(text["body"], parts(request).settings)

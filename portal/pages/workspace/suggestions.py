"""Suggested changes: what people say is wrong with an agency's pages, to accept or refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import agency_key
from portal.forms import Field, Problem, check
from portal.i18n import N_
from portal.pages.workspace.frame import (
    act,
    ask,
    chosen,
    path_id,
    posted,
    refused,
    settle,
    show,
    who,
)
from portal.pages.workspace.streams import PASSPHRASE
from portal.staff import staff_parts
from shared.errors import Conflict, Invalid
from shared.vocabulary.suggestions import SAID_BY_DECLINING, SUGGESTION_CODES, SUGGESTION_REFUSALS

Json = dict[str, Any]
PATH = "/workspace/suggestions"
WORDS = {**SUGGESTION_CODES, **SAID_BY_DECLINING}
STATES = {
    "open": N_("Waits for an answer"),
    "accepted": N_("Accepted"),
    "refused": N_("Refused"),
}
REASON = Field(
    "reason",
    N_("Why not?"),
    kind="one",
    choices=SUGGESTION_REFUSALS,
    required=N_("Choose why you refuse"),
)


async def suggestions(request: Request) -> Response:
    """List what waits for a decision, the newest first."""
    found = await _lines(request, await ask(request, "registry", "suggestions"))
    return show(request, "suggestions.html", suggestions=found)


async def suggestion(request: Request) -> Response:
    """Show one; what was written stays sealed until it is opened."""
    return await _one(request, [], 200)


async def open_text(request: Request) -> Response:
    """Open what was written with the agency's passphrase and show it this once."""
    answers = check([PASSPHRASE], posted(request))
    if answers.problems:
        return await _one(request, answers.problems, 422)
    found = await _asked(request)
    try:
        identity = await agency_key.unlock(request, who(request), answers.one("passphrase"))
    except (Invalid, Conflict) as error:
        return await _one(request, [refused(error)], error.status)
    words = await agency_key.words(request, found["claim"], identity) if found["claim"] else None
    return await _one(request, [], 200, opened={"words": words})


async def accept(request: Request) -> Response:
    """Mark it as right."""
    id = path_id(request, "suggestion")
    command = act(request, "registry", "accept_suggestion", suggestion=id)
    return await settle(
        request, command, to=PATH, done="suggestion_accepted", again=_again(request)
    )


async def refuse(request: Request) -> Response:
    """Refuse it with a code."""
    answers = check([REASON], posted(request))
    if answers.problems:
        return await _one(request, answers.problems, 422)
    id, reason = path_id(request, "suggestion"), answers.one("reason")
    command = act(request, "registry", "refuse_suggestion", suggestion=id, reason=reason)
    return await settle(request, command, to=PATH, done="suggestion_refused", again=_again(request))


def _again(request: Request) -> Any:
    async def again(problems: list[Problem], status: int) -> Response:
        return await _one(request, problems, status)

    return again


async def _asked(request: Request) -> Json:
    found: Json = await ask(
        request, "registry", "suggestion", suggestion=path_id(request, "suggestion")
    )
    return found


async def _one(
    request: Request, problems: Sequence[Problem], status: int, opened: Json | None = None
) -> Response:
    (line,) = await _lines(request, [await _asked(request)])
    return show(
        request,
        "suggestion.html",
        status=status,
        problems=problems,
        opened=opened,
        reason=posted(request).first("reason"),
        reason_field=REASON,
        passphrase_field=PASSPHRASE,
        **line,
    )


async def _lines(request: Request, found: list[Json]) -> list[Json]:
    """Return suggestions with the names and words for their ids and codes."""
    names = staff_parts(request).names
    services = await names.services(request, {one["service"] for one in found})
    agencies = await names.organizations({one["said_by"] for one in found})
    return [
        {
            **{name: value for name, value in one.items() if name != "status"},
            "is_open": one["status"] == "open",
            "service_name": services[one["service"]],
            "said_by_name": agencies.get(one["said_by"], ""),
            "what": [chosen(WORDS, code) for code in one["codes"]],
            "status_words": chosen(STATES, one["status"]),
        }
        for one in found
    ]

"""What staff do with releases: note one the client signed, open one's own, end one for her."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import agency_key
from portal.claims import keep_claim
from portal.forms import Answers, Problem, check
from portal.i18n import N_
from portal.pages.workspace.frame import act, ask, path_id, posted, settle, told, who
from portal.pages.workspace.release_view import DAYS, RELEASE_PASSPHRASE, SCOPE, WORDS
from portal.pages.workspace.streams import show_stream
from portal.ports import parts
from portal.releases import open_boxes, seal_envelope
from shared.errors import AnydoorError, Invalid, Unavailable
from shared.ids import new_id
from shared.vocabulary.releases import MOST_RELEASE_DAYS, RELEASE_FIELDS

Json = dict[str, Any]
NOTHING = N_("Write at least one thing that may be seen")


async def give(request: Request) -> Response:
    """Note a release, with what it shows sealed to its recipient."""
    answers = check([*SCOPE, *WORDS], posted(request))
    words = {code: answers.one(f"release_{code}") for code in RELEASE_FIELDS}
    words = {code: text for code, text in words.items() if text}
    days = answers.one("days")
    if days and not (days.isascii() and days.isdigit() and 1 <= int(days) <= MOST_RELEASE_DAYS):
        answers.refuse("days", DAYS.required)
    if not words:
        answers.refuse(WORDS[0].name, NOTHING)
    if answers.problems:
        return await show_stream(request, answers.problems, 422)
    stream = path_id(request, "stream")
    return await settle(
        request,
        _give(request, stream, answers, words),
        to=f"/workspace/streams/{stream}",
        done="released",
        again=partial(show_stream, request),
    )


async def _give(request: Request, stream: str, answers: Answers, words: dict[str, str]) -> None:
    scope = {name: answers.one(name) for name in ("recipient", "purpose", "language", "signed")}
    whose: Json = {
        "command_id": posted(request).first("command_id") or new_id(),
        "stream": stream,
        "fields": list(words),
        "days": int(answers.one("days")),
        **scope,
    }
    key = await ask(request, "referrals", "prepare_release", **whose)
    found = await parts(request).backend.call("accounts", "recipient", agency=scope["recipient"])
    if not found or not found["recipient"]:
        raise Invalid("recipient", "has no key yet", "ask it to sign in first")
    envelope = await asyncio.to_thread(
        seal_envelope, words, str(found["recipient"]), str(key["key"])
    )
    await keep_claim(parts(request).claims, str(key["release"]), "release", {}, envelope)
    await ask(request, "referrals", "give_release", actor=who(request).account, **whose)


async def open_release(request: Request) -> Response:
    """Open what a client lets this agency see, with its passphrase, and show it this once."""
    answers = check([RELEASE_PASSPHRASE], posted(request))
    if answers.problems:
        return await show_stream(request, answers.problems, 422)
    asked = {"stream": path_id(request, "stream"), "release": path_id(request, "release")}
    try:
        identity = await agency_key.unlock(request, who(request), answers.one("release_passphrase"))
        found = await act(request, "referrals", "open_release", **asked)
        lines = await asyncio.to_thread(open_boxes, found["fields"], identity)
    except Unavailable:
        raise
    except AnydoorError as error:
        problem = Problem("release_passphrase", told(error))
        return await show_stream(request, [problem], error.status)
    shown = {"lines": lines, "until": found["until"]}
    return await show_stream(request, [], 200, shown=shown)


async def end(request: Request) -> Response:
    """End a release because the client said so to her case manager."""
    stream, release = path_id(request, "stream"), path_id(request, "release")
    return await settle(
        request,
        act(request, "referrals", "withdraw_release", stream=stream, release=release),
        to=f"/workspace/streams/{stream}",
        done="release_ended",
        again=partial(show_stream, request),
    )

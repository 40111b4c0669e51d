"""What staff do in a stream: move a referral, record or end a need, follow up, close, reopen."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import agency_key
from portal.forms import Field, Problem, check
from portal.page import Handler
from portal.pages.workspace.frame import act, ask, path_id, posted, refused, settle, who
from portal.pages.workspace.streams import CLOSE, FAIL, NEED, PASSPHRASE, WISHED, show_stream
from shared.errors import Conflict, Invalid, NotFound


def referral_move(move: str) -> Handler:
    """Return the page that makes a move of `words.MOVES` with a referral."""

    async def page(request: Request) -> Response:
        referral = path_id(request, "referral")
        if move != "fail":
            return await _move(request, move, move, referral=referral)
        return await _with_code(request, FAIL, "fail_reason", move, move, referral=referral)

    return page


async def look_again(request: Request) -> Response:
    """Go through all services once more for a referral."""
    referral = path_id(request, "referral")
    return await _move(request, "look_again", "looked_again", referral=referral)


async def record_need(request: Request) -> Response:
    """Record one more need of the client."""
    return await _with_code(request, NEED, "need_type", "record_need", "need")


async def end_need(request: Request) -> Response:
    """The client does not ask for this any more."""
    return await _move(request, "end_need", "need_ended", need=path_id(request, "need"))


async def set_wishes(request: Request) -> Response:
    """Note what a place must be able to do for the client now."""
    answers = check([WISHED], posted(request))
    if answers.problems:
        return await show_stream(request, answers.problems, 422)
    return await _move(request, "set_wishes", "wishes", wishes=answers.many("wishes"))


async def follow_up(request: Request) -> Response:
    """What was due is done."""
    return await _move(request, "follow_up", "followed_up")


async def close(request: Request) -> Response:
    """Close a stream in which every need is met or ended."""
    return await _with_code(request, CLOSE, "close_reason", "close", "closed")


async def reopen(request: Request) -> Response:
    """Open a closed stream again, with its history."""
    return await _move(request, "reopen", "reopened")


async def contact(request: Request) -> Response:
    """Open what the client wrote, with the agency's passphrase, and show it this once."""
    answers = check([PASSPHRASE], posted(request))
    if answers.problems:
        return await show_stream(request, answers.problems, 422)
    view = await ask(request, "referrals", "stream", stream=path_id(request, "stream"))
    messages = view.get("messages")
    listed = messages if isinstance(messages, list) else []
    if not view.get("claim") and not listed:
        raise NotFound("claim", "is not here: the client wrote nothing", "go back to the stream")
    try:
        identity = await agency_key.unlock(request, who(request), answers.one("passphrase"))
    except (Invalid, Conflict) as error:
        return await show_stream(request, [refused(error)], error.status)
    claim = str(view.get("claim", ""))
    opened = {
        "words": await agency_key.words(request, claim, identity) if claim else {},
        "messages": [
            {"at": one["at"], "words": await agency_key.words(request, one["claim"], identity)}
            for one in listed
        ],
    }
    return await show_stream(request, [], 200, opened=opened)


async def _move(request: Request, method: str, done: str, **arguments: Any) -> Response:
    stream = path_id(request, "stream")
    return await settle(
        request,
        act(request, "referrals", method, stream=stream, **arguments),
        to=f"/workspace/streams/{stream}",
        done=done,
        again=partial(show_stream, request),
    )


async def _with_code(
    request: Request, field: Field, place: str, method: str, done: str, **arguments: Any
) -> Response:
    """Make a move that needs a code chosen in the form; `place` is the field's id on the page."""
    answers = check([field], posted(request))
    if answers.problems:
        problems = [Problem(place, one.message, one.values) for one in answers.problems]
        return await show_stream(request, problems, 422)
    arguments[field.name] = answers.one(field.name)
    return await _move(request, method, done, **arguments)

"""What triage does with a tip: open and read it, answer, pass it on, close it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import agency_key
from portal.claims import keep_claim, read_claim
from portal.forms import Answers, check
from portal.pages.workspace.frame import act, ask, path_id, posted, refused, settle, who
from portal.pages.workspace.streams import PASSPHRASE
from portal.pages.workspace.tips import (
    ANSWER,
    CLOSE,
    LANGUAGE,
    NEEDED,
    area_field,
    destination,
    show_tip,
)
from portal.ports import parts
from shared.crypto.sealing import seal
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import derived_id, new_id

Json = dict[str, Any]


async def open_tip(request: Request) -> Response:
    """Open a tip with the agency's passphrase and show it this once; then it counts as read."""
    answers = check([PASSPHRASE], posted(request))
    if answers.problems:
        return await show_tip(request, answers.problems, 422)
    tip = path_id(request, "tip")
    found = await ask(request, "tips", "tip", tip=tip)
    try:
        identity = await agency_key.unlock(request, who(request), answers.one("passphrase"))
    except (Invalid, Conflict) as error:
        return await show_tip(request, [refused(error)], error.status)
    opened = {
        "words": await agency_key.words(request, found["claim"], identity),
        "messages": [
            {**one, "words": await agency_key.words(request, one["claim"], identity)}
            for one in found["messages"]
        ],
    }
    if "open" in found["legal"]:
        await act(request, "tips", "open", tip=tip)
    return await show_tip(request, [], 200, opened=opened)


async def answer(request: Request) -> Response:
    """Send the reporter a message only the receipt and this agency's key open."""
    answers = check([ANSWER], posted(request))
    if answers.problems:
        return await show_tip(request, answers.problems, 422, answers=answers)
    tip = path_id(request, "tip")
    claim = derived_id("message", tip, posted(request).first("command_id") or new_id())
    return await _settle(request, _answer(request, tip, claim, answers), "answered", answers)


async def _answer(request: Request, tip: str, claim: str, answers: Answers) -> None:
    found = await ask(request, "tips", "tip", tip=tip)
    sent = await read_claim(parts(request).claims, found["claim"])
    if sent is None or not sent.private.get("reply_to"):
        raise NotFound("claim", "is not here any more: nobody could read an answer", "close it")
    readers = [
        str(sent.private["reply_to"]),
        await agency_key.recipient(request, who(request).agency),
        parts(request).boxes.recovery_recipient,
    ]
    text = json.dumps({"text": answers.one("text")}, ensure_ascii=False).encode()
    box = await asyncio.to_thread(seal, text, readers)
    await keep_claim(parts(request).claims, claim, "message", {}, box)
    await act(request, "tips", "answer", tip=tip, claim=claim)


async def pass_on(request: Request) -> Response:
    """Pass a tip on as its reporter wished; to `referrals` it opens a stream, without its words."""
    tip = path_id(request, "tip")
    found = await ask(request, "tips", "tip", tip=tip)
    asked = [destination(found["destinations"]), NEEDED, LANGUAGE, area_field(request)]
    answers = check(asked, posted(request))
    if answers.problems:
        return await show_tip(request, answers.problems, 422, answers=answers)
    command = act(
        request,
        "tips",
        "pass_on",
        tip=tip,
        to=answers.one("to"),
        needs=answers.many("needs"),
        area=answers.one("area"),
        language=answers.one("language") or "en",
    )
    return await _settle(request, command, "passed_on", answers)


async def close(request: Request) -> Response:
    """End a tip with a coded reason, which the reporter sees."""
    answers = check([CLOSE], posted(request))
    if answers.problems:
        return await show_tip(request, answers.problems, 422, answers=answers)
    command = act(
        request, "tips", "close", tip=path_id(request, "tip"), reason=answers.one("reason")
    )
    return await _settle(request, command, "tip_closed", answers)


async def _settle(
    request: Request, command: Awaitable[Any], done: str, answers: Answers
) -> Response:
    to = f"/workspace/tips/{path_id(request, 'tip')}"
    again = partial(show_tip, request, answers=answers)
    return await settle(request, command, to=to, done=done, again=again)

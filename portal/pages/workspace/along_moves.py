"""Sending the client's words with her handover: opened and sealed anew in one request."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import agency_key
from portal.claims import keep_claim
from portal.forms import Answers, Problem, check
from portal.packets import seal_packet
from portal.pages.workspace.along_view import ALONG, ALONG_PASSPHRASE, FORM
from portal.pages.workspace.frame import ask, go, path_id, posted, told, who
from portal.pages.workspace.streams import show_stream
from portal.ports import parts
from shared.errors import AnydoorError, Conflict, Invalid, Unavailable
from shared.ids import new_id

Json = dict[str, Any]


async def send(request: Request) -> Response:
    """Send what the client lets go along: at once if the next agency has her, else with its yes."""
    answers = check(FORM, posted(request))
    if answers.problems:
        return await show_stream(request, answers.problems, 422)
    stream = path_id(request, "stream")
    try:
        identity = await agency_key.unlock(
            request, who(request), answers.one(ALONG_PASSPHRASE.name)
        )
    except (Invalid, Conflict) as error:
        return await _again(request, ALONG_PASSPHRASE.name, error)
    try:
        sent = await _send(request, stream, answers, identity)
    except Unavailable:
        raise
    except AnydoorError as error:
        return await _again(request, ALONG.name, error)
    done = "words_passed" if sent["words"] == "passed" else "words_sent"
    return go(request, f"/workspace/streams/{stream}", done)


async def _again(request: Request, field: str, error: AnydoorError) -> Response:
    return await show_stream(request, [Problem(field, told(error))], error.status)


async def _send(request: Request, stream: str, answers: Answers, identity: str) -> Json:
    whose: Json = {
        "command_id": posted(request).first("command_id") or new_id(),
        "stream": stream,
        "fields": answers.many("along"),
        "language": answers.one("along_language"),
        "signed": answers.one("along_signed"),
    }
    found = await ask(request, "referrals", "prepare_words", **whose)
    if "key" in found:
        packet = await _packet(request, found, identity)
        await keep_claim(parts(request).claims, str(found["release"]), "packet", {}, packet)
    sent: Json = await ask(request, "referrals", "send_words", actor=who(request).account, **whose)
    return sent


async def _packet(request: Request, found: Json, identity: str) -> bytes:
    """Open what this agency's key opens, and seal it to the next; the newest message first."""
    to = await agency_key.recipient(request, str(found["to"]))
    if not to:
        raise Invalid("recipient", "has no key yet", "ask it to sign in first")
    first = [id for id, field in found["claims"].items() if field == "first_words"]
    rest = [id for id in reversed(found["claims"]) if id not in first]
    opened = {id: await agency_key.words(request, id, identity) for id in [*first, *rest]}
    words = {id: said for id, said in opened.items() if said is not None}
    if not words:
        raise Invalid("words", "are not sealed to your agency, or were erased", "nothing to send")
    readers = [to, parts(request).boxes.recovery_recipient]
    return await asyncio.to_thread(seal_packet, words, readers, str(found["key"]))

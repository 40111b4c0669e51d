"""Offers and streams for programs: the same commands and answers as in the workspace."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.api import bodies
from portal.api.asking import act, answer, ask, path_id
from portal.page import Handler
from shared.errors import NotFound
from shared.fields import check_ids

#: What a program may do with a referral its agency serves.
MOVES = ("start", "hold", "resume", "complete", "fail", "cancel")


async def offers(request: Request) -> Response:
    """Return the offers to answer, by the end of their lease."""
    return answer({"offers": await ask(request, "referrals", "offers")})


async def accept(request: Request) -> Response:
    """Take an offer on."""
    said = await bodies.read(request, bodies.Accept)
    offer = path_id(request, "offer")
    stream = await _stream_of(request, offer, said.stream)
    return answer(await act(request, "referrals", "accept", stream=stream, offer=offer))


async def decline(request: Request) -> Response:
    """Say no to an offer with a code."""
    said = await bodies.read(request, bodies.Decline)
    offer = path_id(request, "offer")
    stream = await _stream_of(request, offer, said.stream)
    return answer(
        await act(request, "referrals", "decline", stream=stream, offer=offer, reason=said.reason)
    )


async def streams(request: Request) -> Response:
    """Return the streams the agency has a part in, the most pressing first."""
    return answer({"streams": await ask(request, "referrals", "streams")})


async def stream(request: Request) -> Response:
    """Return what the agency may see of a stream, with its timeline."""
    return answer(await ask(request, "referrals", "stream", stream=path_id(request, "stream")))


def move(name: str) -> Handler:
    """Return what answers a move of `MOVES`."""

    async def moved(request: Request) -> Response:
        arguments = {"stream": path_id(request, "stream"), "referral": path_id(request, "referral")}
        if name == "fail":
            arguments["reason"] = (await bodies.read(request, bodies.Fail)).reason
        else:
            await bodies.read(request, bodies.Nothing)
        return answer(await act(request, "referrals", name, **arguments))

    return moved


async def open_release(request: Request) -> Response:
    """Return the sealed boxes the client lets the agency see; its own key opens them."""
    said = await bodies.read(request, bodies.Open)
    asked = {"stream": path_id(request, "stream"), "release": path_id(request, "release")}
    return answer(await act(request, "referrals", "open_release", fields=said.fields, **asked))


async def _stream_of(request: Request, offer: str, said: str) -> str:
    """Return the stream of an offer: as said, or as the agency's offers tell."""
    if said:
        check_ids(stream=said)
        return said
    for one in await ask(request, "referrals", "offers"):
        if one["offer"] == offer:
            return str(one["stream"])
    raise NotFound("offer", "is not with your agency now", "send its `stream` to repeat a command")

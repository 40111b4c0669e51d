"""Standing orders for events, and the feed, for programs."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.api import bodies
from portal.api.asking import act, actor, answer, ask, command_id, holder, number, path_id
from portal.claims import keep_claim, read_claim
from portal.ports import parts
from portal.webhook_secrets import check_secret, new_secret
from shared.errors import Invalid
from shared.ids import derived_id

LONGEST_PAGE = 500


async def events(request: Request) -> Response:
    """Return a page of the agency's feed after a `next` of before."""
    after = request.query_params.get("after", "")
    limit = number(request, "limit", 100)
    return answer(await ask(request, "subscriptions", "feed", after=after, limit=limit))


async def listed(request: Request) -> Response:
    """Return the agency's subscriptions, oldest first."""
    return answer({"subscriptions": await ask(request, "subscriptions", "subscriptions")})


async def subscribe(request: Request) -> Response:
    """Begin a subscription. A webhook's secret is in the answer, and in no later one."""
    said = await bodies.read(request, bodies.Subscribe)
    if said.secret and said.kind != "webhook":
        raise Invalid("secret", f"is not for a {said.kind}", "leave it out")
    command, claim, secret = command_id(request), "", ""
    if said.kind == "webhook":
        claim = derived_id("webhook", command)
        secret = await _keep_secret(request, claim, said.secret)
    begun: dict[str, Any] = await parts(request).backend.call(
        "subscriptions",
        "subscribe",
        command_id=command,
        agency=holder(request).agency,
        kind=said.kind,
        events=said.events,
        url=said.url,
        claim=claim,
        actor=actor(request),
    )
    return answer({**begun, "secret": secret} if secret else begun, 201)


async def end(request: Request) -> Response:
    """End a subscription."""
    id = path_id(request, "subscription")
    return answer(await act(request, "subscriptions", "end", subscription=id))


async def _keep_secret(request: Request, claim: str, given: str) -> str:
    """Keep a webhook's secret once; a repeat of the command tells the same one."""
    if given:
        check_secret(given)
    claims = parts(request).claims
    await keep_claim(claims, claim, "webhook", {"secret": given or new_secret()})
    kept = await read_claim(claims, claim)
    return str(kept.private["secret"]) if kept else ""

"""An agency's standing orders for events: begin, look at deliveries, bring again, end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.claims import keep_claim, read_claim
from portal.forms import Answers, Field, Problem, check
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
from portal.ports import parts
from portal.webhook_secrets import new_secret
from shared.errors import AnydoorError, NotFound, Unavailable
from shared.events import all_types
from shared.ids import derived_id, new_id

Json = dict[str, Any]
PATH = "/workspace/subscriptions"
KINDS: dict[str, str] = {
    "webhook": N_("Webhook: posted to your address, signed"),
    "queue": N_("Queue: your own queue on the broker"),
    "feed": N_("Feed: you read it page by page with an API key"),
}
STATES: dict[str, str] = {
    "active": N_("Active"),
    "ended": N_("Ended"),
    "pending": N_("Waits"),
    "delivered": N_("Delivered"),
    "failed": N_("Given up"),
    "cancelled": N_("Called off"),
}
SINCE_S = {"3600": 3_600, "86400": 86_400, "604800": 604_800}
KIND = Field("kind", N_("How"), kind="one", choices=KINDS, required=N_("Choose how"))
URL = Field("url", N_("Address of your webhook"), N_("It begins with https://"), limit=2_000)
SINCE = Field(
    "since",
    N_("Bring again what happened in"),
    kind="one",
    choices={
        "3600": N_("the last hour"),
        "86400": N_("the last day"),
        "604800": N_("the last week"),
    },
    required=N_("Choose how far back"),
)


#: What only the agency that coordinates the network is told.
FOR_COORDINATOR = frozenset({"tip"})


def events_field(request: Request) -> Field:
    """Return the question which events: each noun with `.*`, then each event by itself."""
    is_coordinator = who(request).agency == parts(request).settings.coordinator_agency
    by_noun: dict[str, list[str]] = {}
    for kind in all_types():
        noun = kind.name.split(".")[0]
        if kind.public and (is_coordinator or noun not in FOR_COORDINATOR):
            by_noun.setdefault(noun, []).append(kind.name)
    wishes = [f"{noun}.*" for noun in by_noun]
    each = [name for names in by_noun.values() for name in names]
    choices = {one: one for one in (*wishes, *each)}
    required = N_("Choose at least one event")
    return Field("events", N_("Events"), kind="many", choices=choices, required=required)


async def subscriptions(request: Request) -> Response:
    """List the agency's subscriptions, with the form to begin another."""
    return await _list(request, Answers(), [], 200)


async def subscribe(request: Request) -> Response:
    """Begin a subscription; a webhook's secret is shown this once."""
    answers = check([KIND, URL, events_field(request)], posted(request))
    if answers.problems:
        return await _list(request, answers, answers.problems, 422)
    command, secret = posted(request).first("command_id") or new_id(), ""
    try:
        claim = ""
        if answers.one("kind") == "webhook":
            claim = derived_id("webhook", command)
            secret = await _kept_secret(request, claim)
        await parts(request).backend.call(
            "subscriptions",
            "subscribe",
            command_id=command,
            agency=who(request).agency,
            actor=who(request).account,
            kind=answers.one("kind"),
            events=answers.many("events"),
            url=answers.one("url") if answers.one("kind") == "webhook" else "",
            claim=claim,
        )
    except Unavailable:
        raise
    except AnydoorError as error:
        return await _list(request, answers, [refused(error)], error.status)
    return await _list(request, Answers(), [], 200, secret=secret, begun=True)


async def subscription(request: Request) -> Response:
    """Show one subscription with its latest deliveries."""
    return await _one(request, [], 200)


async def replay(request: Request) -> Response:
    """Bring again what happened since a time."""
    answers = check([SINCE], posted(request))
    if answers.problems:
        return await _one(request, answers.problems, 422)
    after = parts(request).clock() - timedelta(seconds=SINCE_S[answers.one("since")])
    return await _move(request, "replay", "replayed", after=after.isoformat())


async def end(request: Request) -> Response:
    """End a subscription."""
    return await _move(request, "end", "ended")


async def _move(request: Request, method: str, done: str, **arguments: Any) -> Response:
    id = path_id(request, "subscription")
    command = act(request, "subscriptions", method, subscription=id, **arguments)
    return await settle(
        request, command, to=f"{PATH}/{id}", done=done, again=partial(_one, request)
    )


async def _kept_secret(request: Request, claim: str) -> str:
    """Keep a fresh secret; the same form again shows the same one."""
    claims = parts(request).claims
    await keep_claim(claims, claim, "webhook", {"secret": new_secret()})
    kept = await read_claim(claims, claim)
    return str(kept.private["secret"]) if kept else ""


def _line(one: Json) -> Json:
    return {
        **one,
        "kind_words": chosen(KINDS, one["kind"]),
        "state_words": chosen(STATES, one["state"]),
    }


async def _list(
    request: Request,
    answers: Answers,
    problems: Sequence[Problem],
    status: int,
    *,
    secret: str = "",
    begun: bool = False,
) -> Response:
    found = await ask(request, "subscriptions", "subscriptions")
    return show(
        request,
        "subscriptions.html",
        status=status,
        problems=problems,
        subscriptions=[_line(one) for one in found],
        answers=answers,
        fields={"kind": KIND, "url": URL, "events": events_field(request)},
        secret=secret,
        begun=begun,
    )


async def _one(request: Request, problems: Sequence[Problem], status: int) -> Response:
    id = path_id(request, "subscription")
    found = await ask(request, "subscriptions", "subscriptions")
    mine = next((one for one in found if one["subscription"] == id), None)
    if mine is None:
        raise NotFound("subscription", "is not one of yours", "check the address")
    deliveries = await ask(request, "subscriptions", "deliveries", subscription=id)
    return show(
        request,
        "subscription.html",
        status=status,
        problems=problems,
        one=_line(mine),
        deliveries=[
            {**each, "state_words": chosen(STATES, each["state"])} for each in deliveries[:100]
        ],
        since_field=SINCE,
    )

"""Possible duplicates: pairs of organizations that look alike, for a person to link or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Problem
from portal.i18n import N_
from portal.pages.workspace.frame import act, ask, chosen, posted, settle, show
from portal.staff import staff_parts
from shared.errors import Invalid
from shared.fields import check_ids

Json = dict[str, Any]
PATH = "/workspace/duplicates"
WHY = {
    "same_phone": N_("Same phone"),
    "same_website": N_("Same website, similar name"),
    "same_address": N_("Same address, similar name"),
}
VERDICTS = {"linked": N_("Linked"), "told_apart": N_("Told apart")}


async def duplicates(request: Request) -> Response:
    """List what looks alike with why, and what was decided before."""
    return await _list(request, [], 200)


async def decide(request: Request) -> Response:
    """Link two organizations or tell them apart; nothing is merged."""
    first, second = posted(request).first("first"), posted(request).first("second")
    verdict = posted(request).first("verdict")
    check_ids(first=first, second=second)
    if verdict not in VERDICTS:
        raise Invalid("verdict", "is not one we know", "press one of the buttons")
    command = act(request, "registry", "decide_pair", first=first, second=second, verdict=verdict)

    async def again(problems: list[Problem], status: int) -> Response:
        return await _list(request, problems, status)

    return await settle(request, command, to=PATH, done=verdict, again=again)


async def _list(request: Request, problems: Sequence[Problem], status: int) -> Response:
    found = await ask(request, "registry", "possible_duplicates")
    told = [*found["pairs"], *found["decided"]]
    names = staff_parts(request).names
    called = await names.organizations(id for one in told for id in one["organizations"])
    services = await names.services(
        request, [id for one in found["pairs"] for two in one["services"] for id in two]
    )
    return show(
        request,
        "duplicates.html",
        status=status,
        problems=problems,
        pairs=[
            {
                **_named(one, called),
                "why": [chosen(WHY, code) for code in one["why"]],
                "services": [[(id, services[id]) for id in two] for two in one["services"]],
            }
            for one in found["pairs"]
        ],
        has_more=found["total"] > len(found["pairs"]),
        decided=[
            {**_named(one, called), "at": one["decided_at"], "verdict": one["verdict"]}
            for one in found["decided"]
        ],
        verdicts=VERDICTS,
    )


def _named(one: Json, called: dict[str, str]) -> Json:
    first, second = one["organizations"]
    return {
        "first": first,
        "second": second,
        "first_name": called[first],
        "second_name": called[second],
    }

"""The offers this agency holds: yes, or no with a reason, before the lease ends."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Field, Problem, check
from portal.i18n import N_
from portal.pages.workspace.frame import act, ask, path_id, posted, settle, show
from portal.pages.workspace.lines import offer_lines
from shared.errors import Invalid
from shared.fields import check_ids
from shared.vocabulary import DECLINE_REASONS

REASON = Field(
    "reason",
    N_("Why not?"),
    kind="one",
    choices=DECLINE_REASONS,
    required=N_("Choose why you decline"),
)
PATH = "/workspace/offers"


async def offers(request: Request) -> Response:
    """List the offers to answer, the shortest lease first."""
    return await _list(request, [], 200)


async def accept(request: Request) -> Response:
    """Take an offer on."""
    offer, stream = _offer(request)
    return await settle(
        request,
        act(request, "referrals", "accept", stream=stream, offer=offer),
        to=f"/workspace/streams/{stream}",
        done="accepted",
        again=partial(_list, request),
    )


async def decline(request: Request) -> Response:
    """Say no with a code; the next service is asked."""
    offer, stream = _offer(request)
    answers = check([REASON], posted(request))
    if answers.problems:
        return await _list(request, answers.problems, 422)
    reason = answers.one("reason")
    return await settle(
        request,
        act(request, "referrals", "decline", stream=stream, offer=offer, reason=reason),
        to=PATH,
        done="declined",
        again=partial(_list, request),
    )


def _offer(request: Request) -> tuple[str, str]:
    stream = posted(request).first("stream")
    if not stream:
        raise Invalid("stream", "is missing", "open the offer again")
    check_ids(stream=stream)
    return path_id(request, "offer"), stream


async def _list(request: Request, problems: list[Problem], status: int) -> Response:
    """The list; after a refusal the offer it was about stands open with what was chosen."""
    found = await ask(request, "referrals", "offers")
    return show(
        request,
        "offers.html",
        status=status,
        problems=problems,
        offers=await offer_lines(request, found),
        about=request.path_params.get("offer", ""),
        reason=posted(request).first("reason"),
        reason_field=REASON,
    )

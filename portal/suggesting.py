"""A suggestion on its way to those who decide: sealed here, its codes open beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.requests import Request

from portal.ports import parts
from shared.directory import ServiceCard
from shared.errors import NotFound, Unavailable
from shared.events.doors import SuggestionSubmitted
from shared.ids import derived_id

#: Letters of what somebody may write.
LONGEST = 500


async def suggest(
    request: Request,
    id: str,
    card: ServiceCard,
    codes: Sequence[str],
    text: str,
    said_by: str = "",
) -> None:
    """Hand a suggestion to the intake; the same id again is the same one.

    `said_by` is the agency whose program sent it, "" for the public. Raises Unavailable when it
    can be neither sealed nor kept.
    """
    bundle, claim = parts(request), None
    if text:
        readers = await _deciders(request, card.organization)
        claim = await asyncio.to_thread(
            bundle.boxes.suggestion_claim, derived_id("suggestion.claim", id), text, readers
        )
    event = SuggestionSubmitted(
        suggestion=id,
        service=card.id,
        codes=list(codes),
        claim=claim.id if claim else "",
        said_by=said_by,
    )
    await bundle.intake.accept([event], claim, derived_id("suggestion.submitted", id))


async def _deciders(request: Request, owner: str) -> list[str]:
    """Return the keys of the agency that owns a service, if it has one, and of the coordinator."""
    found = []
    for agency in dict.fromkeys((owner, parts(request).settings.coordinator_agency)):
        if agency and (recipient := await _recipient(request, agency)):
            found.append(recipient)
    if not found:
        raise Unavailable("text", "cannot be sealed: nobody has a key yet", "leave the text out")
    return found


async def _recipient(request: Request, agency: str) -> str:
    try:
        answer = await parts(request).backend.call("accounts", "recipient", agency=agency)
    except NotFound:
        return ""
    return str(answer["recipient"])

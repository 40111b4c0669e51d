"""The records of the agency's own services: when each was last checked, and one button to do so."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Problem
from portal.i18n import N_
from portal.pages.workspace.frame import act, ask, chosen, path_id, settle, show

PATH = "/workspace/records"
#: Records on the page; the others come up as these are checked.
SHOWN = 200
AGES: dict[str, str] = {
    "checked": N_("Checked"),
    "check_now": N_("Check it now"),
    "out_of_date": N_("Out of date, not offered"),
}


async def records(request: Request) -> Response:
    """List the agency's services, the longest unchecked first."""
    return await _list(request, [], 200)


async def verify(request: Request) -> Response:
    """Take the agency's word that everything in one record is right today."""
    service = path_id(request, "service")
    command = act(request, "registry", "verify", service=service)

    async def again(problems: list[Problem], status: int) -> Response:
        return await _list(request, problems, status)

    return await settle(request, command, to=PATH, done="verified", again=again)


async def _list(request: Request, problems: Sequence[Problem], status: int) -> Response:
    told = await ask(request, "registry", "upkeep_of", size=SHOWN)
    rows = [{**one, "age_words": chosen(AGES, one["age"])} for one in told["records"]]
    return show(
        request,
        "records.html",
        status=status,
        problems=problems,
        records=rows,
        total=told["total"],
    )

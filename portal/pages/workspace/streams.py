"""An agency's streams: the list, and one with its needs, referrals and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Field, Problem
from portal.i18n import N_
from portal.pages.help_questions import WISHES, need_groups
from portal.pages.workspace.frame import ask, go, path_id, posted, show
from portal.pages.workspace.lines import stream_lines
from portal.pages.workspace.link_view import OTHER_CODE
from portal.pages.workspace.stay_view import NEXT_PLACE, STAY_DAY
from portal.pages.workspace.stream_view import CASE_MANAGEMENT, stream_view
from portal.pages.workspace.words import DONE
from shared.errors import NotFound
from shared.vocabulary import CLOSE_REASONS, DECLINE_REASONS, NEEDS

NEED = Field(
    "need_type",
    N_("Record another need"),
    kind="one",
    choices={code: need.label for code, need in NEEDS.items() if code != CASE_MANAGEMENT},
    required=N_("Choose a need"),
)
CLOSE = Field(
    "reason",
    N_("Why does it close?"),
    kind="one",
    choices=CLOSE_REASONS,
    required=N_("Choose why it closes"),
)
FAIL = Field(
    "reason",
    N_("Why could it not be given?"),
    kind="one",
    choices=DECLINE_REASONS,
    required=N_("Choose why it could not be given"),
)
WISHED = Field(
    "wishes",
    N_("What the client says now"),
    N_("A place to stay that says it cannot is not asked. Take one away only with her word."),
    kind="many",
    choices=WISHES,
)
PASSPHRASE = Field(
    "passphrase",
    N_("Passphrase of your agency's key"),
    limit=200,
    required=N_("Enter the passphrase"),
)


async def streams(request: Request) -> Response:
    """List the streams this agency has a part in, the most pressing first."""
    found = await ask(request, "referrals", "streams")
    lines = await stream_lines(request, found)
    return show(
        request,
        "streams.html",
        open_streams=[one for one in lines if one["status"] == "open"],
        closed_streams=[one for one in lines if one["status"] != "open"],
    )


async def stream(request: Request) -> Response:
    """Show one stream. Whoever just ended her part in it goes back to the list."""
    try:
        return await show_stream(request, [], 200)
    except NotFound:
        done = request.query_params.get("done", "")
        if done not in DONE:
            raise
        return go(request, "/workspace/streams", done)


async def show_stream(
    request: Request,
    problems: Sequence[Problem],
    status: int,
    opened: dict[str, Any] | None = None,
    shown: dict[str, Any] | None = None,
) -> Response:
    """Return the stream's page; `opened` is what the client wrote, `shown` what she lets this
    agency see, both this once."""
    id = path_id(request, "stream")
    view = await ask(request, "referrals", "stream", stream=id)
    return show(
        request,
        "stream.html",
        status=status,
        problems=problems,
        need_type=posted(request).first("need_type"),
        reason=posted(request).first("reason"),
        sent_to=request.scope["path"].rsplit("/", 1)[-1],
        about=request.path_params.get("referral", ""),
        need_field=NEED,
        need_groups=need_groups(),
        close_field=CLOSE,
        fail_field=FAIL,
        passphrase_field=PASSPHRASE,
        other_code_field=OTHER_CODE,
        wishes_field=WISHED,
        stay_field=STAY_DAY,
        ends_on=posted(request).first("ends_on")[:40],
        next_field=NEXT_PLACE,
        next_type=posted(request).first("next_type"),
        opened=opened,
        shown=shown,
        **await stream_view(request, id, view),
    )

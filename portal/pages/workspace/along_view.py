"""Whether the client's words go with her handover, and the form that sends them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.requests import Request

from portal.forms import Field, keep
from portal.i18n import N_
from portal.pages.workspace import access
from portal.pages.workspace.frame import posted, who
from portal.pages.workspace.lines import left_s
from portal.pages.workspace.release_view import SIGNED, SPOKEN
from portal.staff import staff_parts
from shared.vocabulary.releases import HANDOVER_FIELDS

Json = dict[str, Any]
ALONG = Field(
    "along",
    N_("What goes along"),
    kind="many",
    choices=HANDOVER_FIELDS,
    required=N_("Choose what goes along"),
)
ALONG_LANGUAGE = replace(SPOKEN, name="along_language")
ALONG_SIGNED = replace(SIGNED, name="along_signed")
ALONG_PASSPHRASE = Field(
    "along_passphrase",
    N_("Passphrase of your agency's key"),
    limit=200,
    required=N_("Enter the passphrase"),
)
FORM = [ALONG, ALONG_LANGUAGE, ALONG_SIGNED, ALONG_PASSPHRASE]


async def along_view(request: Request, view: Json) -> Json:
    """Return what the stream's page says of words and a handover; `along` is None when there is
    nothing to send, nor to wait for."""
    held = (view.get("handover") or {}).get("offer", {}).get("id", "")
    packets = [one for one in view.get("releases", {}).values() if one.get("handover")]
    goes = [one for one in packets if one["handover"] == held and one["state"] == "given"]
    return {"words_go": bool(held and goes), "along": await _along(request, view)}


async def _along(request: Request, view: Json) -> Json | None:
    words = view.get("words")
    if not words:
        return None
    names = await staff_parts(request).names.organizations({words["by"], words["to"]})
    fields = {code: HANDOVER_FIELDS[code] for code in words["fields"]}
    is_mine = words["by"] == who(request).agency
    return {
        "by": names[words["by"]],
        "to": names[words["to"]],
        "until": words["until"],
        "left_s": left_s(request, words["until"]),
        "is_confirmed": words["is_confirmed"],
        "is_mine": is_mine,
        "may_send": is_mine and bool(who(request).roles & access.CLIENTS),
        "what": replace(ALONG, choices=fields),
        "language": ALONG_LANGUAGE,
        "signed": ALONG_SIGNED,
        "passphrase": ALONG_PASSPHRASE,
        "typed": keep(FORM, posted(request)),
    }

"""The releases of a stream as staff read them, and the form that notes a new one."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from portal.forms import Field, keep
from portal.i18n import N_
from portal.pages.workspace import access
from portal.pages.workspace.frame import chosen, posted, who
from portal.ports import parts
from portal.releases import is_live
from portal.staff import staff_parts
from shared.vocabulary import LANGUAGES
from shared.vocabulary.releases import (
    RELEASE_DAYS,
    RELEASE_FIELDS,
    RELEASE_PURPOSES,
    RELEASE_SIGNED,
    SHOWN_FIELDS,
    SHOWN_PURPOSES,
)

Json = dict[str, Any]
RECIPIENT = Field("recipient", N_("Who may see it"), required=N_("Choose who may see it"))
PURPOSE = Field(
    "purpose",
    N_("What for"),
    kind="one",
    choices=RELEASE_PURPOSES,
    required=N_("Choose what for"),
)
DAYS = Field(
    "days",
    N_("For how many days"),
    N_("At most 90. Give as few as are needed."),
    limit=3,
    required=N_("Write for how many days, 1 to 90"),
)
SPOKEN = Field(
    "language",
    N_("Language in which the client read or heard it"),
    kind="one",
    choices={code: language.autonym for code, language in LANGUAGES.items()},
    choices_are_languages=True,
    required=N_("Choose the language"),
)
SIGNED = Field(
    "signed",
    N_("How the client signed"),
    kind="one",
    choices=RELEASE_SIGNED,
    required=N_("Choose how the client signed"),
)
#: What is shared, a text a field; one left empty is not shared.
WORDS = [
    Field(f"release_{code}", label, kind="text", limit=2_000)
    for code, label in RELEASE_FIELDS.items()
]
SCOPE = [RECIPIENT, PURPOSE, DAYS, SPOKEN, SIGNED]
RELEASE_PASSPHRASE = Field(
    "release_passphrase",
    N_("Passphrase of your agency's key"),
    limit=200,
    required=N_("Enter the passphrase"),
)
STATES = {
    "given": N_("Until then"),
    "withdrawn": N_("The client took it back"),
    "expired": N_("Its time is over"),
    "passed": N_("It went with the client"),
}
#: A referral that ended so leaves its agency without a part.
OVER = ("failed", "cancelled")


async def release_view(request: Request, view: Json, *, leads: bool) -> Json:
    """Return what the stream's page shows of releases; the form is for who leads it."""
    others = _others(view) - {who(request).agency} if leads else set()
    found = view.get("releases", {})
    ids = {*others, *(one["recipient"] for one in found.values())}
    names = await staff_parts(request).names.organizations(ids)
    may_open = bool(who(request).roles & access.STREAMS)
    lines = [
        _line(request, id, one, names, leads=leads, may_open=may_open)
        for id, one in reversed(found.items())
    ]
    return {
        "releases": lines,
        "first_to_open": next((line["id"] for line in lines if line["may_open"]), ""),
        "release_to": {id: names[id] for id in sorted(others, key=names.__getitem__)},
        "release_fields": {
            "recipient": RECIPIENT,
            "purpose": PURPOSE,
            "days": DAYS,
            "language": SPOKEN,
            "signed": SIGNED,
        },
        "release_words": WORDS,
        "release_typed": _typed(request),
        "release_passphrase": RELEASE_PASSPHRASE,
    }


def _typed(request: Request) -> dict[str, Any]:
    typed = dict(keep([*SCOPE, *WORDS], posted(request)).values)
    typed["days"] = typed["days"] or str(RELEASE_DAYS)
    return typed


def _others(view: Json) -> set[str]:
    """The agencies that have a part in the stream: doors, and those that hold a referral."""
    agencies = {one.get("agency", "") for one in view.get("doors", [])}
    for one in view.get("referrals", {}).values():
        if one.get("state") not in OVER:
            agencies.add((one.get("offer") or {}).get("agency", ""))
    return agencies - {""}


def _line(
    request: Request, id: str, one: Json, names: Json, *, leads: bool, may_open: bool
) -> Json:
    live = is_live(one, parts(request).clock())
    state = "expired" if one["state"] == "given" and not live else one["state"]
    return {
        "id": id,
        "to": names[one["recipient"]],
        "fields": [chosen(SHOWN_FIELDS, field) for field in one["fields"]],
        "purpose": chosen(SHOWN_PURPOSES, one["purpose"]),
        "until": one["until"],
        "state": STATES[state],
        "times": len(one["shown"]),
        "may_open": live and may_open and _is_for(one, who(request).agency),
        "may_end": live and leads,
    }


def _is_for(one: Json, agency: str) -> bool:
    """Whether an agency opens a release here: what goes with a handover comes by itself."""
    return bool(one["recipient"] == agency and not one.get("handover"))

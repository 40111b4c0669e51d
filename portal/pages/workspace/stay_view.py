"""A placement's stay as staff read it: how long it still goes on, and what may be done about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.requests import Request

from portal.forms import Field
from portal.i18n import N_
from portal.pages.workspace.frame import day_of
from portal.ports import parts
from shared.vocabulary import NEEDS, PLACEMENTS

Json = dict[str, Any]
#: Days before the end from which it stands out.
SOON = 3
STAY_DAY = Field(
    "ends_on",
    N_("Last day (year-month-day)"),
    limit=10,
    required=N_("Write the last day as 2027-01-31"),
)
NEXT_PLACE = Field(
    "next_type",
    N_("What place comes next?"),
    N_("The present stay goes on meanwhile."),
    kind="one",
    choices={code: NEEDS[code].label for code in PLACEMENTS},
    required=N_("Choose what place comes next"),
)


def stay_of(request: Request, view: Json, one: Json, *, leads: bool, mine: bool) -> Json:
    """Return what a referral's card shows of a stay: `stay`, None when it has no last day,
    `may_set_stay` and `may_ask_next`."""
    goes_on = one.get("state") in ("in_progress", "on_hold")
    stay = one.get("stay") if goes_on else None
    is_place = goes_on and one["need_type"] in PLACEMENTS
    shown = _words(request, view, stay) if stay else None
    return {
        "need_type": one["need_type"],
        "stay": shown,
        "may_set_stay": is_place and (leads or mine),
        "may_ask_next": is_place and leads and shown is not None and not shown["is_followed"],
    }


def _words(request: Request, view: Json, stay: Json) -> Json:
    today = parts(request).clock().astimezone().date()
    days = (date.fromisoformat(stay["ends_on"]) - today).days
    next_need = stay.get("followed_by", "")
    needs = view.get("needs", {})
    called_off = needs.get(next_need, {}).get("state") == "ended"
    is_followed = bool(next_need) and not called_off
    return {
        "ends_on": stay["ends_on"],
        "day": day_of(request.state.lang, stay["ends_on"]),
        "days_left": days,
        "is_followed": is_followed,
        "is_soon": days <= SOON and not is_followed,
    }

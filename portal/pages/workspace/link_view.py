"""The client's other streams, as who leads one of them reads it."""

from __future__ import annotations

from typing import Any

from portal.forms import Field
from portal.i18n import N_
from portal.pages.workspace.frame import chosen
from portal.pages.workspace.lines import need_words
from portal.pages.workspace.words import STEPS

Json = dict[str, Any]
OTHER_CODE = Field("other_code", N_("The client's other code"), N_("17 letters and numbers."))


def link_view(view: Json) -> Json:
    """Return the linked streams, and the needs of this one that are asked for in another too."""
    linked = view.get("linked", [])
    twice = {
        need_words(need["need_type"])
        for one in linked
        for need in one.get("needs", [])
        if need["is_twice"]
    }
    return {"linked": [_one(one) for one in linked], "twice": twice}


def _one(one: Json) -> Json:
    return {
        **one,
        "is_closed": one.get("status") == "closed",
        "needs": [
            (need_words(need["need_type"]), chosen(STEPS, need["step"]), need["is_twice"])
            for need in one.get("needs", [])
        ],
    }

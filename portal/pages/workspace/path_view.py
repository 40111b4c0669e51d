"""A stream's pathway as staff read it: each step, what it waits for, and what may be decided."""

from __future__ import annotations

from typing import Any

from portal.i18n import N_
from portal.pages.workspace.frame import chosen
from portal.pages.workspace.lines import need_words

Json = dict[str, Any]
STANDS: dict[str, str] = {
    "waiting": N_("Waits for its turn"),
    "asked": N_("Asked for"),
    "met": N_("Met"),
    "ended": N_("Not asked for any more"),
    "left_out": N_("Left out"),
}


def path_view(view: Json) -> Json:
    """Return {path: None, or {steps, is_on_path}} in words."""
    path = view.get("path")
    if not path:
        return {"path": None}
    steps = [
        {
            "id": one["need_type"],
            "need": need_words(one["need_type"]),
            "state": chosen(STANDS, one["stands"]),
            "after": [need_words(need) for need in one["after"]],
            "waits": one["stands"] == "waiting",
            "is_stuck": one["is_stuck"],
        }
        for one in path["steps"]
    ]
    return {"path": {"steps": steps, "is_on_path": path["is_on_path"]}}

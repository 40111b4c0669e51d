"""What became of the last imports of directory files, for the agency that coordinates."""

from __future__ import annotations

import re
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.i18n import N_
from portal.pages.workspace.frame import ask, path_id, show

Json = dict[str, Any]
AT_ONCE = 100
#: The registry keeps so many remarks of an import.
MOST_REMARKS = 5_000
KINDS = {
    "organization": N_("Organizations"),
    "location": N_("Locations"),
    "service": N_("Services"),
    "service_at_location": N_("Services at locations"),
}
#: What to do about a rule, by words of it; the first that fits.
ADVICE: tuple[tuple[str, str], ...] = (
    ("^names no |^is not in the directory", N_("Add the record it names, or correct the id.")),
    ("is needed", N_("Fill this in.")),
    ("web address|https", N_("Write the whole address, beginning with https://.")),
    ("phone number", N_("Write the number only; notes go in the description.")),
    ("e-mail", N_("Write one e-mail address.")),
    ("not a day|not a date|time of day", N_("Write days as 2026-11-30 and times as 17:30.")),
    (
        "is not one of|is not a code|WEEKLY|phone type|weekdays",
        N_("Use one of the words HSDS has for this."),
    ),
    ("not a number|below zero|not between", N_("Write a number without words or units.")),
    ("longer than", N_("Make it shorter.")),
    ("taken out|names of people", N_("Nothing to do: the rest was kept.")),
    ("not in UTF-8", N_("Save the file as UTF-8.")),
    ("quotation mark|more values", N_("Save the file as CSV again and look at this line.")),
)
OTHERWISE = N_("Correct it at its source and import again.")


async def imports(request: Request) -> Response:
    """List the last imports with their sums."""
    found = await ask(request, "registry", "imports")
    return show(request, "imports.html", imports=[_line(one) for one in found])


async def one(request: Request) -> Response:
    """Show one import, and some of what was left out of it."""
    page = _page(request)
    found = await ask(
        request,
        "registry",
        "import_remarks",
        import_id=path_id(request, "import_id"),
        first=(page - 1) * AT_ONCE,
        size=AT_ONCE,
    )
    pages = max(1, -(-found["kept"] // AT_ONCE))
    if page > pages:
        raise HTTPException(404)
    return show(
        request,
        "import.html",
        one=_line(found),
        kinds=[(KINDS[kind], sums) for kind, sums in found["kinds"].items() if kind in KINDS],
        kept=found["kept"],
        remarks=[{**remark, "advice": advice(remark["rule"])} for remark in found["page"]],
        page=page,
        pages=pages,
    )


def advice(rule: str) -> str:
    """Return what to do about a rule that was broken."""
    fits = (words for pattern, words in ADVICE if re.search(pattern, rule))
    return next(fits, OTHERWISE)


def _line(found: Json) -> Json:
    """An import with sums over its files and kinds."""
    rows = {
        name: sum(one[name] for one in found["files"])
        for name in ("rows", "used", "quarantined", "unused")
    }
    records = {
        name: sum(one[name] for one in found["kinds"].values())
        for name in ("listed", "changed", "same", "refused")
    }
    return {**found, **rows, **records}


def _page(request: Request) -> int:
    """Return the number of the page asked for, from 1; 404 for what is none."""
    given = str(request.path_params.get("page", "1"))
    most = MOST_REMARKS // AT_ONCE
    if not (given.isascii() and given.isdigit() and len(given) <= 2 and 1 <= int(given) <= most):
        raise HTTPException(404)
    return int(given)

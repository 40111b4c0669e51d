"""How long clients wait and how often they get a service: all for the agency that coordinates, its
own offers for every other.

Only codes of lists and months go on to the service; what does not fit is refused here.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Field, Posted, check
from portal.i18n import N_, translate
from portal.open_data.as_sheet import MARK, row
from portal.pages.workspace.frame import ask, show
from portal.pages.workspace.gaps import FIRST, LAST, MOST_BARS, NEED, check_months, group_words
from portal.pages.workspace.lines import need_words
from portal.pages.workspace.names import areas

Json = dict[str, Any]
SPLIT = Field(
    "split",
    N_("Split by"),
    kind="one",
    choices={
        "": N_("Nothing"),
        "need": N_("Need"),
        "population": N_("Age and papers"),
        "language": N_("Language"),
        "area": N_("Area"),
        "month": N_("Month"),
        "quarter": N_("Quarter"),
    },
)
COUNTS = ("asked", "answered", "accepted", "started", "bounces", "unmet")
SHARES = ("accepted_share", "started_share")
WAITS = (
    *("answer_median", "answer_p90", "acceptance_median", "acceptance_p90"),
    *("start_median", "start_p90"),
)
CELLS = (*COUNTS, *SHARES, *WAITS)
#: Columns of the sheet: times say their unit.
HEADS = ("group", *COUNTS, *(f"{one}_percent" for one in SHARES), *(f"{w}_minutes" for w in WAITS))
NOTHING: Json = {"of": "needs", "total": dict.fromkeys(("group", *CELLS)), "rows": []}


async def figures(request: Request) -> Response:
    """Show the figures with their form."""
    answers = _checked(request)
    return _page(request, answers, await _told(request, answers))


async def sheet(request: Request) -> Response:
    """Send the figures as a sheet; filters that do not fit show the form again."""
    answers = _checked(request)
    told = await _told(request, answers)
    if answers.problems:
        return _page(request, answers, told)
    lines = [row(HEADS), *(_sheet_line(one) for one in (told["total"], *told["rows"]))]
    headers = {"content-disposition": 'attachment; filename="figures.csv"'}
    return Response(MARK + b"".join(lines), 200, headers, "text/csv")


def _sheet_line(one: Json) -> bytes:
    return row((one["group"], *("hidden" if one[n] is None else str(one[n]) for n in CELLS)))


def _page(request: Request, answers: Answers, told: Json) -> Response:
    rows = told["rows"]
    return show(
        request,
        "figures.html",
        status=422 if answers.problems else 200,
        problems=answers.problems,
        fields={one.name: one for one in _fields(request)},
        answers=answers,
        of_offers=told["of"] == "offers",
        rows=[told["total"], *rows],
        asked=[one for one in rows if one["asked"]][:MOST_BARS],
        waits=[one for one in rows if one["answer_median"]][:MOST_BARS],
        lasting=lasting,
        query=urlencode(answers.pairs()),
    )


def _fields(request: Request) -> list[Field]:
    places = {"": N_("All areas"), **areas(request)}
    return [FIRST, LAST, Field("area", N_("Area"), kind="one", choices=places), NEED, SPLIT]


def _checked(request: Request) -> Answers:
    answers = check(_fields(request), Posted(request.query_params.multi_items()))
    check_months(answers)
    return answers


async def _told(request: Request, answers: Answers) -> Json:
    """Return the figures, groups in words of the page's language; none while a filter is wrong."""
    if answers.problems:
        return NOTHING
    filters = {one.name: answers.one(one.name) for one in _fields(request)}
    told: Json = await ask(request, "referrals", "figures", **filters)
    lang = request.state.lang
    total = {**told["total"], "group": translate(lang, N_("All together"))}
    rows = [
        {**one, "group": _group_words(lang, filters["split"], one["group"])} for one in told["rows"]
    ]
    return {**told, "total": total, "rows": rows}


def _group_words(lang: str, split: str, group: str) -> str:
    if split == "need":
        return translate(lang, need_words(group))
    return group if split in ("month", "quarter") else group_words(lang, split, group)


def lasting(minutes: int) -> str:
    """Return a time in two units at most, "25 min", "1 h 5 min", "3 d 4 h"."""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    units = ((days, "d"), (hours, "h"), (0 if days else left, "min"))
    return " ".join(f"{count} {unit}" for count, unit in units if count) or "0 min"

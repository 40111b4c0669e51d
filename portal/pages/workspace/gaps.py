"""What was asked for against what could answer it, for the agency that coordinates.

Only codes of lists and months go on to the service; what does not fit is refused here.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Field, Posted, check
from portal.i18n import N_, translate
from portal.named_places import area_name
from portal.open_data.as_sheet import MARK, row
from portal.pages.workspace.frame import ask, belongs_to_coordinator, chosen, show
from portal.pages.workspace.lines import language_name, need_words
from portal.pages.workspace.names import areas
from shared.errors import NotAllowed
from shared.fields import is_month
from shared.vocabulary import AGE_GROUPS, NEEDS, ORIGINS

Json = dict[str, Any]
FIRST = Field("first", N_("First month"), N_("Such as 2026-03"), limit=7)
LAST = Field("last", N_("Last month"), N_("Such as 2026-03"), limit=7)
NEED = Field(
    "need",
    N_("Need"),
    kind="one",
    choices={"": N_("All needs"), **{code: need.label for code, need in NEEDS.items()}},
)
SPLIT = Field(
    "split",
    N_("Split by"),
    kind="one",
    choices={
        "": N_("Nothing"),
        "population": N_("Age and papers"),
        "language": N_("Language"),
        "area": N_("Area"),
    },
)
COUNTS = ("asked", "unmet", "could_answer", "with_room")
MOST_BARS = 20


async def gaps(request: Request) -> Response:
    """Show the report with its form."""
    answers = _checked(request)
    return _page(request, answers, await _rows(request, answers))


async def sheet(request: Request) -> Response:
    """Send the report as a sheet; filters that do not fit show the form again."""
    answers = _checked(request)
    rows = await _rows(request, answers)
    if answers.problems:
        return _page(request, answers, rows)
    lines = [row(("need", "group", *COUNTS)), *(_sheet_line(one) for one in rows)]
    headers = {"content-disposition": 'attachment; filename="gaps.csv"'}
    return Response(MARK + b"".join(lines), 200, headers, "text/csv")


def _sheet_line(one: Json) -> bytes:
    counts = ("hidden" if one[name] is None else str(one[name]) for name in COUNTS)
    return row((one["need"], one["group"], *counts))


def _page(request: Request, answers: Answers, rows: list[Json]) -> Response:
    shown = sorted((one for one in rows if one["asked"]), key=lambda one: -int(one["asked"]))
    return show(
        request,
        "gaps.html",
        status=422 if answers.problems else 200,
        problems=answers.problems,
        fields={one.name: one for one in _fields(request)},
        answers=answers,
        rows=rows,
        bars=shown[:MOST_BARS],
        query=urlencode(answers.pairs()),
    )


def _fields(request: Request) -> list[Field]:
    places = {"": N_("All areas"), **areas(request)}
    return [FIRST, LAST, Field("area", N_("Area"), kind="one", choices=places), NEED, SPLIT]


def _checked(request: Request) -> Answers:
    """Return the filters of the address; NotAllowed for who does not coordinate the network."""
    if not belongs_to_coordinator(request):
        raise NotAllowed("agency", "does not coordinate the network", "ask the coordinator")
    answers = check(_fields(request), Posted(request.query_params.multi_items()))
    check_months(answers)
    return answers


def check_months(answers: Answers) -> None:
    """Add a problem for each of FIRST and LAST that is no month, or when they are not in order."""
    first, last = answers.one("first"), answers.one("last")
    told = {one.name for one in answers.problems}
    if first and "first" not in told and not is_month(first):
        answers.refuse("first", N_("First month: write year and month, such as 2026-03"))
    if last and "last" not in told and not is_month(last):
        answers.refuse("last", N_("Last month: write year and month, such as 2026-03"))
    if first and last and not answers.problems and first > last:
        answers.refuse("last", N_("The last month is before the first month"))


async def _rows(request: Request, answers: Answers) -> list[Json]:
    """Return the report, codes in words of the page's language; none while a filter is wrong."""
    if answers.problems:
        return []
    filters = {one.name: answers.one(one.name) for one in _fields(request)}
    lang, split = request.state.lang, filters["split"]
    return [
        {
            **one,
            "need": translate(lang, need_words(one["need"])),
            "group": group_words(lang, split, one["group"]),
        }
        for one in await ask(request, "referrals", "gaps", **filters)
    ]


def group_words(lang: str, split: str, group: str) -> str:
    """Return what a group of a split is called, "" without a split."""
    if split == "population":
        age, _, origin = group.partition("/")
        ages = {**AGE_GROUPS, "unknown": N_("Age not known")}
        origins = {**ORIGINS, "unknown": N_("Papers not known")}
        words = (chosen(ages, age), chosen(origins, origin))
        return ", ".join(translate(lang, one) for one in words)
    if split and not group:
        return translate(lang, N_("Not known"))
    if split == "language":
        return language_name(group, lang)
    return area_name(group) if split else ""

"""Tables for grant reports of a quarter, and the ledger of client-months, as sheets."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Field, Posted, check
from portal.i18n import N_
from portal.open_data.as_sheet import MARK, row
from portal.pages.workspace.frame import ask, chosen, show
from portal.pages.workspace.gaps import FIRST, LAST, check_months
from portal.pages.workspace.lines import need_words
from portal.ports import parts
from portal.staff import staff_parts
from shared.vocabulary import AGE_GROUPS, GENDERS, ORIGINS

Json = dict[str, Any]
STYLE = Field(
    "style",
    N_("In the style of"),
    kind="one",
    choices={
        "otip": N_("OTIP: Office on Trafficking in Persons, HHS"),
        "ovc": N_("OVC: Office for Victims of Crime, Department of Justice"),
    },
)
TABLES = {
    "clients": N_("Clients"),
    "gender": N_("Gender"),
    "age_group": N_("Age"),
    "origin": N_("Papers"),
    "clients_by_service": N_("Clients by service"),
    "services_begun": N_("Services begun"),
}
CLIENTS = {
    "served": N_("Served"),
    "new": N_("New: no service before"),
    "continuing": N_("Served before, too"),
}
#: What the public forms ask for and this system does not record.
NOT_COLLECTED = {
    "type_of_trafficking": N_("Type of trafficking"),
    "country_of_origin": N_("Country of origin"),
    "immigration_status": N_("Immigration status"),
    "certification_and_eligibility_letters": N_("Certification and eligibility letters"),
    "case_closure_by_program": N_("Why clients left the program"),
    "money_spent": N_("Money spent"),
    "citizenship": N_("Citizenship"),
    "race_and_ethnicity": N_("Race and ethnicity"),
    "law_enforcement_cooperation": N_("Work with law enforcement"),
    "units_and_hours_of_service": N_("Units and hours of service"),
    "training_and_outreach": N_("Training and outreach"),
}
QUARTERS = 12


async def grants(request: Request) -> Response:
    """Show the tables of a quarter with the form to choose it, and the form of the ledger."""
    answers = _of_quarter(request)
    return _page(request, answers, await _told(request, answers))


async def sheet(request: Request) -> Response:
    """Send the tables as a sheet; what does not fit, or is not chosen, shows the form again."""
    answers = _of_quarter(request)
    told = await _told(request, answers)
    if answers.problems or not told:
        return _page(request, answers, told)
    quarter, style = answers.one("quarter"), answers.one("style")
    lines = [row(("quarter", "style", "table", "code", "count"))]
    lines += [
        row((quarter, style, one["table"], one["code"], _cell(one["count"])))
        for one in told["rows"]
    ]
    lines += [row((quarter, style, name, "", "not collected")) for name in told["not_collected"]]
    return _as_sheet(f"{style}-{quarter}.csv", lines)


async def ledger(request: Request) -> Response:
    """Send the ledger as a sheet; without months, or with such as do not fit, show the form."""
    answers = check([FIRST, LAST], Posted(request.query_params.multi_items()))
    if not request.query_params:
        return _page(request, answers, {})
    check_months(answers)
    for field in (FIRST, LAST):
        if not answers.one(field.name) and not answers.problems:
            answers.refuse(field.name, N_("Write the first and the last month"))
    first, last = answers.one("first"), answers.one("last")
    if not answers.problems and _months_between(first, last) >= QUARTERS:
        answers.refuse("last", N_("Ask for twelve months at most"))
    if answers.problems:
        return _page(request, answers, {})
    rows = await ask(request, "referrals", "client_months", first=first, last=last)
    names = await staff_parts(request).names.organizations(one["agency"] for one in rows)
    lines = [row(("agency", "agency_id", "month", "client"))]
    lines += [
        row((names[one["agency"]], one["agency"], one["month"], str(one["client"]))) for one in rows
    ]
    return _as_sheet(f"client-months-{first}-{last}.csv", lines)


def _as_sheet(name: str, lines: list[bytes]) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(MARK + b"".join(lines), 200, headers, "text/csv")


def _cell(count: int | None) -> str:
    return "hidden" if count is None else str(count)


def _months_between(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])


def _page(request: Request, answers: Answers, told: Json) -> Response:
    lines = [{**one, "words": _words(one)} for one in told.get("rows", [])]
    tables = {
        words: [one for one in lines if one["table"] == name] for name, words in TABLES.items()
    }
    return show(
        request,
        "grants.html",
        status=422 if answers.problems else 200,
        problems=answers.problems,
        fields={one.name: one for one in (*_fields(request), FIRST, LAST)},
        answers=answers,
        tables={words: rows for words, rows in tables.items() if rows},
        query=urlencode(answers.pairs()),
        missing=[NOT_COLLECTED[name] for name in told.get("not_collected", [])],
    )


def _words(one: Json) -> str:
    code = str(one["code"])
    if one["table"] in ("clients_by_service", "services_begun"):
        return need_words(code)
    if code == "unknown":
        return N_("Not known")
    known = {"clients": CLIENTS, "gender": GENDERS, "age_group": AGE_GROUPS, "origin": ORIGINS}
    return chosen(known[one["table"]], code)


def _fields(request: Request) -> list[Field]:
    quarters = {"": N_("Choose"), **{one: one for one in quarters_until(parts(request).clock())}}
    return [Field("quarter", N_("Quarter"), kind="one", choices=quarters), STYLE]


def quarters_until(now: datetime) -> list[str]:
    """Return the quarter of a moment and those before it, "2026-Q1", the newest first."""
    count = now.year * 4 + (now.month - 1) // 3
    return [f"{one // 4}-Q{one % 4 + 1}" for one in range(count, count - QUARTERS, -1)]


def _of_quarter(request: Request) -> Answers:
    return check(_fields(request), Posted(request.query_params.multi_items()))


async def _told(request: Request, answers: Answers) -> Json:
    """Return the tables, {} while nothing is chosen or something does not fit."""
    quarter, style = answers.one("quarter"), answers.one("style")
    if answers.problems or not quarter or not style:
        return {}
    told: Json = await ask(request, "referrals", "quarter_tables", quarter=quarter, style=style)
    return told

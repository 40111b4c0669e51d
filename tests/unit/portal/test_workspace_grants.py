"""Tables for grant reports and the ledger of client-months, as agencies take them away."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from portal.pages.workspace.grants import NOT_COLLECTED, STYLE, TABLES, quarters_until
from services.referrals import grants as rules
from tests.support.figure_samples import ACCEPTED
from tests.support.hostile import NO_ID
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import NORTH_STAR

PAGE, SHEET, LEDGER = "/workspace/grants", "/workspace/grants.csv", "/workspace/client-months.csv"
ODD = [one for one in NO_ID if isinstance(one, str) and one.strip()]


def cells(desk: StaffBrowser, path: str) -> list[list[str]]:
    """Return the lines of a sheet."""
    answer = desk.open(path)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_quarter_is_told_in_the_style_of_a_public_form(desk: StaffBrowser) -> None:
    desk.sign_in("coordinator", "harbor-light")
    assert f'href="{PAGE}"' not in desk.page
    desk.open("/workspace/figures")
    assert f'href="{PAGE}"' in desk.page
    desk.open(f"{PAGE}?quarter=2026-Q1&style=otip")
    for said in (
        "Clients Served 24",
        "Clients New: no service before 24",
        "Gender Woman or girl 24",
        "Clients by service A place to stay tonight 24",
        "no stream holds them: Type of trafficking",
    ):
        assert said in desk.text, said
    assert f'href="{SHEET}?quarter=2026-Q1&amp;style=otip"' in desk.page
    lines = cells(desk, f"{SHEET}?quarter=2026-Q1&style=ovc")
    assert lines[0] == ["quarter", "style", "table", "code", "count"]
    assert ["2026-Q1", "ovc", "services_begun", "emergency_housing", "24"] in lines
    assert ["2026-Q1", "ovc", "type_of_trafficking", "", "not collected"] in lines
    headers = desk.open(f"{SHEET}?quarter=2026-Q1&style=ovc").headers
    assert headers["content-disposition"] == 'attachment; filename="ovc-2026-Q1.csv"'
    desk.open(f"/es{PAGE}?quarter=2026-Q1&style=otip")
    assert "Personas por servicio" in desk.text


def test_an_agency_is_told_of_its_own_clients(desk: StaffBrowser) -> None:
    desk.sign_in("agency_admin", "north-star")
    assert cells(desk, f"{SHEET}?quarter=2026-Q1&style=otip")[1][4] == "24"
    desk.sign_in("agency_admin", "bridgewater")
    assert cells(desk, f"{SHEET}?quarter=2026-Q1&style=otip")[1][2:] == [
        *("clients", "served", "hidden")
    ]
    assert cells(desk, f"{LEDGER}?first=2026-01&last=2026-02")[1:] == []


def test_the_ledger_has_a_line_a_client_and_month(desk: StaffBrowser) -> None:
    desk.sign_in("supervisor", "harbor-light")
    lines = cells(desk, f"{LEDGER}?first=2026-01&last=2026-02")
    assert lines[0] == ["agency", "agency_id", "month", "client"]
    assert {tuple(line[:2]) for line in lines[1:]} == {("North Star Shelter", NORTH_STAR)}
    # sixteen came in January and stay, eight came in February
    assert [line[2] for line in lines[1:]].count("2026-01") == 16
    assert [line[2] for line in lines[1:]].count("2026-02") == ACCEPTED
    assert {line[3] for line in lines[1:]} == {str(number) for number in range(1, ACCEPTED + 1)}
    assert "stream" not in str(lines)


@pytest.mark.parametrize("path", [PAGE, SHEET])
@pytest.mark.parametrize("name", ["quarter", "style"])
def test_a_wrong_choice_is_named_and_goes_no_further(
    path: str, name: str, desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("coordinator", "harbor-light")
    workplace.portal.backend.silent = {"referrals"}
    for odd in [*ODD, "2026-Q5", "1999-Q1", "=1+1"]:
        answer = desk.client.get(path, params={"quarter": "2026-Q1", "style": "otip"} | {name: odd})
        assert answer.status_code == 422, odd
        assert f'href="#{name}"' in answer.text
        assert "attachment" not in answer.headers.get("content-disposition", "")
    assert desk.client.get(path, params={name: ["a", "b"]}).status_code == 422
    assert desk.client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("first", "last", "named"),
    [
        ("", "", "first"),
        ("2026-01", "", "last"),
        ("2026-02", "2026-01", "last"),
        ("2025-01", "2026-01", "last"),
        ("2026-1", "2026-02", "first"),
        *((odd, "2026-02", "first") for odd in ODD),
        *(("2026-02", odd, "last") for odd in ODD),
    ],
)
def test_months_of_a_ledger_that_do_not_fit_are_named(
    first: str, last: str, named: str, desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("coordinator", "harbor-light")
    workplace.portal.backend.silent = {"referrals"}
    answer = desk.client.get(LEDGER, params={"first": first, "last": last})
    assert answer.status_code == 422
    assert f'href="#{named}"' in answer.text


@pytest.mark.parametrize("path", [PAGE, SHEET, LEDGER])
def test_without_a_choice_the_forms_are_shown(path: str, desk: StaffBrowser) -> None:
    desk.sign_in("supervisor", "north-star")
    assert desk.open(path).status_code == 200
    assert desk.text.count("Grant reports") == 1
    assert "Download the ledger" in desk.text
    assert "There is a problem" not in desk.text


@pytest.mark.parametrize("path", [PAGE, SHEET, LEDGER])
def test_reports_are_for_those_who_report(path: str, desk: StaffBrowser) -> None:
    for role in ("intake", "case_manager"):
        desk.sign_in(role, "north-star")
        assert desk.open(path).status_code == 403


def test_the_words_cover_every_table_and_what_is_not_collected() -> None:
    assert set(STYLE.choices) == set(rules.STYLES)
    assert set(TABLES) == set(rules.TABLES)
    assert set(NOT_COLLECTED) == {name for names in rules.NOT_COLLECTED.values() for name in names}


def test_the_quarters_to_choose_from_end_with_this_one() -> None:
    listed = quarters_until(datetime(2026, 2, 1, tzinfo=UTC))
    assert (listed[:2], listed[-1], len(listed)) == (["2026-Q1", "2025-Q4"], "2023-Q2", 12)

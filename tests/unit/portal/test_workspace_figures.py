"""Figures as agencies read them: the page, the sheet and the API."""

from __future__ import annotations

import csv
import io

import pytest

from portal.api.figures import SPLITS
from portal.pages.workspace.figures import CELLS, HEADS, SPLIT, lasting
from services.referrals import figures as rules
from services.referrals.gaps import Filters
from tests.support.hostile import NO_ID
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BRIDGEWATER, HARBOR_LIGHT, NORTH_STAR

PAGE, SHEET, API = "/workspace/figures", "/workspace/figures.csv", "/api/v1/figures"
ODD = [*[one for one in NO_ID if isinstance(one, str) and one], "2026-13", "2026-3", "=1+1"]


def cells(desk: StaffBrowser, query: str = "") -> list[list[str]]:
    """Return the lines of the sheet."""
    answer = desk.open(SHEET + query)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_coordinator_reads_how_long_everybody_waited(desk: StaffBrowser) -> None:
    desk.sign_in("coordinator", "harbor-light")
    assert f'href="{PAGE}"' in desk.page
    desk.open(f"{PAGE}?split=month")
    for said in (
        "All together 35 30 25, 71% 25, 100% 5 5 1 h 30 min; 3 h 30 min 2 h; 3 h 40 min",
        "2026-01 20 15 15, 75% 15 hidden hidden 1 h 20 min; 2 h 30 min",
        "Times count from the moment a need was asked for",
        "so that nobody can be recognised",
    ):
        assert said in desk.text, said
    assert desk.page.count("<svg") == 4
    assert "style=" not in desk.page


def test_another_agency_reads_of_its_own_offers_only(desk: StaffBrowser) -> None:
    desk.sign_in("supervisor", "north-star")
    desk.open(f"{PAGE}?split=need")
    assert "The offers your agency was made" in desk.text
    assert "A place to stay tonight 30 30 25, 83% 25, 100% 5 1 h 30 min; 3 h 30 min" in desk.text
    assert "A lawyer" not in desk.text.partition("In numbers")[2]
    assert "Nobody left to ask" not in desk.text
    desk.sign_in("supervisor", "bridgewater")
    desk.open(PAGE)
    assert "All together hidden hidden" in desk.text


@pytest.mark.parametrize("path", [PAGE, SHEET])
def test_figures_are_for_those_who_report(path: str, desk: StaffBrowser) -> None:
    for role in ("intake", "case_manager", "triage"):
        desk.sign_in(role, "harbor-light" if role == "triage" else "north-star")
        assert PAGE not in desk.page
        assert desk.open(path).status_code == 403
    desk.sign_in("agency_admin", "north-star")
    assert desk.open(path).status_code == 200


def test_what_was_chosen_stays_on_the_form_and_in_the_link(desk: StaffBrowser) -> None:
    desk.sign_in("supervisor", "harbor-light")
    query = "?first=2026-01&last=2026-02&need=emergency_housing&split=quarter"
    assert desk.open(PAGE + query).status_code == 200
    assert 'value="2026-01"' in desk.page
    for code in ("emergency_housing", "quarter"):
        assert f'<option value="{code}" selected>' in desk.page
    assert f'href="{SHEET}{query.replace("&", "&amp;")}"' in desk.page
    assert "2026-Q1" in desk.text
    desk.open(f"/es{PAGE}{query}")
    assert "Hasta la primera respuesta" in desk.text


def test_the_sheet_says_what_the_page_says(desk: StaffBrowser) -> None:
    desk.sign_in("coordinator", "harbor-light")
    lines = cells(desk, "?split=language")
    assert tuple(lines[0]) == HEADS
    total = ["35", "30", "25", "25", "5", "5", "71", "100", "90", "210", "120", "220", "180", "280"]
    assert lines[1] == ["All together", *total]
    assert [line[:2] for line in lines[2:]] == [["Spanish", "hidden"], ["Vietnamese", "hidden"]]
    headers = desk.open(SHEET).headers
    assert headers["content-type"].startswith("text/csv")
    assert headers["content-disposition"] == 'attachment; filename="figures.csv"'
    assert headers["cache-control"] == "no-store"
    assert len(cells(desk, "?last=2020-01&split=area")) == 2


@pytest.mark.parametrize("path", [PAGE, SHEET])
@pytest.mark.parametrize("name", Filters._fields)
def test_wrong_filters_are_named_and_go_no_further(
    path: str, name: str, desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("coordinator", "harbor-light")
    workplace.portal.backend.silent = {"referrals"}
    for odd in ODD:
        if not odd.strip():
            continue
        answer = desk.client.get(path, params={name: odd})
        assert answer.status_code == 422, odd
        assert f'href="#{name}"' in answer.text, odd
        assert "attachment" not in answer.headers.get("content-disposition", "")
        assert "<script>" not in answer.text
    assert desk.client.get(path, params={name: ["a", "b"]}).status_code == 422
    reversed_months = desk.client.get(path, params={"first": "2026-05", "last": "2026-02"})
    assert reversed_months.status_code == 422


def test_programs_are_told_what_their_agency_may_know(workplace: Workplace) -> None:
    told = workplace.program(["figures:read"], agency=HARBOR_LIGHT).get(API).json()
    assert (told["of"], told["total"]["asked"], told["rows"]) == ("needs", 35, [])
    own = workplace.program(["figures:read"], agency=NORTH_STAR).get(API).json()
    assert (own["of"], own["total"]["asked"], own["total"]["unmet"]) == ("offers", 30, None)
    none = workplace.program(["figures:read"], agency=BRIDGEWATER).get(API).json()
    assert set(none["total"].values()) == {"", None}
    assert workplace.program(["gaps:read"], agency=HARBOR_LIGHT).get(API).status_code == 403


@pytest.mark.parametrize("name", Filters._fields)
def test_the_api_names_a_wrong_filter(name: str, workplace: Workplace) -> None:
    client = workplace.program(["figures:read"], agency=HARBOR_LIGHT)
    workplace.portal.backend.silent = {"referrals"}
    for odd in ODD:
        answer = client.get(API, params={name: odd})
        assert (answer.status_code, answer.json()["field"]) == (422, name), odd
    other = client.get(API, params={"agency": NORTH_STAR})
    assert (other.status_code, other.json()["field"]) == (422, "query")


def test_what_the_portal_lets_through_is_what_the_service_knows() -> None:
    assert {"", *SPLITS} == set(rules.GROUPS) == set(SPLIT.choices)
    row = rules.report([], "")["total"]
    assert {"group", *CELLS} == set(row)


def test_a_time_is_said_in_two_units_at_most() -> None:
    assert [lasting(minutes) for minutes in (5, 60, 85, 1_440, 4_565)] == [
        *("5 min", "1 h", "1 h 25 min", "1 d", "3 d 4 h")
    ]

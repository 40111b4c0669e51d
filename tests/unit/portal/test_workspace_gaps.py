"""Gaps as the coordinating agency reads them: the page, the sheet and the API."""

from __future__ import annotations

import csv
import io

import pytest

from portal.api.gaps import FILTERS, SPLITS
from portal.pages.workspace.gaps import group_words
from services.referrals import gaps as rules
from tests.support.hostile import NO_ID
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BRIDGEWATER, HARBOR_LIGHT

PAGE, SHEET, API = "/workspace/gaps", "/workspace/gaps.csv", "/api/v1/gaps"
ODD = [*[one for one in NO_ID if isinstance(one, str) and one], "2026-13", "2026-3", "=1+1"]


def cells(desk: StaffBrowser, query: str = "") -> list[list[str]]:
    """Return the lines of the sheet."""
    answer = desk.open(SHEET + query)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_coordinator_reads_what_was_asked_for(desk: StaffBrowser) -> None:
    desk.sign_in("coordinator", "harbor-light")
    assert 'href="/workspace/gaps"' in desk.page
    desk.open(PAGE)
    for said in (
        "A place to stay tonight Everybody 35 20 1 1",
        "A lawyer Everybody fewer than 5 or hidden fewer than 5 or hidden",
        "is case management: it is counted for every stream",
        "so that nobody can be recognised",
    ):
        assert said in desk.text, said
    assert desk.page.count("<svg") == 2
    assert "style=" not in desk.page


def test_what_was_chosen_stays_on_the_form_and_in_the_link(desk: StaffBrowser) -> None:
    desk.sign_in("supervisor", "harbor-light")
    query = "?first=2026-02&last=2026-02&need=emergency_housing&split=language"
    assert desk.open(PAGE + query).status_code == 200
    assert desk.page.count('value="2026-02"') == 2
    for code in ("emergency_housing", "language"):
        assert f'<option value="{code}" selected>' in desk.page
    assert f'href="{SHEET}{query.replace("&", "&amp;")}"' in desk.page
    assert "Vietnamese" in desk.text
    assert "Spanish" not in desk.text.partition("In numbers")[2]
    desk.open(f"/es{PAGE}{query}")
    assert "menos de 5 u oculto" in desk.text


def test_nothing_asked_for_is_said_plainly(desk: StaffBrowser) -> None:
    desk.sign_in("coordinator", "harbor-light")
    desk.open(f"{PAGE}?last=2020-01")
    assert "Nothing was asked for that fits" in desk.text
    assert "<table" not in desk.page
    assert cells(desk, "?last=2020-01") == [["need", "group", *rules_columns()]]


def rules_columns() -> list[str]:
    """Return the counts of a row, in order."""
    return ["asked", "unmet", "could_answer", "with_room"]


def test_the_sheet_says_what_the_page_says(desk: StaffBrowser) -> None:
    desk.sign_in("coordinator", "harbor-light")
    lines = cells(desk, "?split=population&need=emergency_housing")
    assert lines[0] == ["need", "group", *rules_columns()]
    assert lines[1][1:4] == ["18 or older, US citizen or green card holder", "hidden", "hidden"]
    assert lines[2][1:4] == ["18 or older, From another country", "20", "10"]
    assert lines[3][1:4] == ["Age not known, Papers not known", "hidden", "hidden"]
    headers = desk.open(SHEET).headers
    assert headers["content-type"].startswith("text/csv")
    assert headers["content-disposition"] == 'attachment; filename="gaps.csv"'
    assert headers["cache-control"] == "no-store"
    assert cells(desk, "?split=area&need=emergency_housing")[1][1] == "Not known"


@pytest.mark.parametrize("path", [PAGE, SHEET])
def test_no_other_agency_and_no_other_role(path: str, desk: StaffBrowser) -> None:
    for role, slug in (("coordinator", "bridgewater"), ("case_manager", "harbor-light")):
        desk.sign_in(role, slug)
        assert "/workspace/gaps" not in desk.page
        for query in ("", "?first=odd"):
            assert desk.open(path + query).status_code == 403
            assert "tonight Everybody" not in desk.text


@pytest.mark.parametrize("path", [PAGE, SHEET])
@pytest.mark.parametrize("name", FILTERS)
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
    twice = desk.client.get(path, params={name: ["a", "b"]})
    assert twice.status_code == 422


def test_months_the_wrong_way_round_are_kept(desk: StaffBrowser) -> None:
    desk.sign_in("coordinator", "harbor-light")
    assert desk.open(f"{PAGE}?first=2026-05&last=2026-02&split=area").status_code == 422
    assert "The last month is before the first month" in desk.text
    for kept in ('value="2026-05"', 'value="2026-02"', '<option value="area" selected>'):
        assert kept in desk.page
    assert desk.open(f"{PAGE}?first=2026-5").status_code == 422
    assert "First month: write year and month" in desk.text
    assert 'value="2026-5"' in desk.page


def test_programs_of_the_coordinator_are_told(workplace: Workplace) -> None:
    client = workplace.program(["gaps:read"], agency=HARBOR_LIGHT)
    told = client.get(API, params={"need": "legal_assistance"}).json()
    assert [(one["asked"], one["unmet"]) for one in told["gaps"]] == [(None, None)]
    split = client.get(API, params={"split": "area", "first": "2026-02", "last": "2026-02"}).json()
    assert {one["group"] for one in split["gaps"]} == {"", "XS-pine", "XS-lakeshore"}
    assert client.get(API, params={"last": "2020-01"}).json() == {"gaps": []}
    assert workplace.program(agency=BRIDGEWATER).get(API).status_code == 403


@pytest.mark.parametrize("name", FILTERS)
def test_the_api_names_a_wrong_filter(name: str, workplace: Workplace) -> None:
    client = workplace.program(["gaps:read"], agency=HARBOR_LIGHT)
    workplace.portal.backend.silent = {"referrals"}
    for odd in ODD:
        answer = client.get(API, params={name: odd})
        assert (answer.status_code, answer.json()["field"]) == (422, name), odd
    twice = client.get(API, params={name: ["a", "b"]})
    assert (twice.status_code, twice.json()["field"]) == (422, name)
    other = client.get(API, params={"$where": "1", "split": "area"})
    assert (other.status_code, other.json()["field"]) == (422, "query")


def test_what_the_portal_lets_through_is_what_the_service_knows() -> None:
    assert rules.Filters._fields == FILTERS
    assert {"", *SPLITS} == set(rules.SPLITS)


def test_a_group_is_called_in_words() -> None:
    assert group_words("es", "language", "vi") == "Vietnamita"
    assert group_words("en", "area", "XS-pine") == "Pine"
    assert group_words("en", "", "") == ""

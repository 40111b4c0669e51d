"""The administrator looks after the agency's accounts: who leaves, and who is new."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from shared.ids import new_id
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import WORDS, Workplace, sign_in_name
from tests.support.staff_network import BRIDGEWATER, NORTH_STAR

STAFF = "/workspace/staff"


def account_of(workplace: Workplace, role: str, agency: str = BRIDGEWATER) -> str:
    rows = workplace.staff.kept["account"].values()
    return str(next(r["_id"] for r in rows if r["agency"] == agency and role in r["roles"]))


def test_who_leaves_is_found_by_sign_in_name_and_signs_in_no_more(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    account = account_of(workplace, "case_manager")
    name = sign_in_name("case_manager", "bridgewater")
    desk.sign_in("agency_admin", "bridgewater")
    desk.open(STAFF)
    assert account[-8:] in desk.text
    assert desk.send(f"{STAFF}/find", {"name": f" {name.upper()} "}).status_code == 200
    assert "Clients stay with your agency" in desk.text
    desk.press(f"/{account}/end")
    assert "The account has ended." in desk.text
    assert account[-8:] not in desk.text
    leaver = StaffBrowser(workplace.app)
    leaver.sign_in("case_manager", "bridgewater")
    assert "The name or the password is not right" in leaver.text


@pytest.mark.parametrize("name", ["nobody", "", " ", "x" * 5_000, "<b>", "\x00", "$gt"])
def test_a_name_that_is_not_ours_is_answered_alike(
    name: str, desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("agency_admin", "bridgewater")
    assert desk.send(f"{STAFF}/find", {"name": name}).status_code == 422
    assert "<b>" not in desk.page


def test_another_agency_s_account_is_not_there(desk: StaffBrowser, workplace: Workplace) -> None:
    theirs = account_of(workplace, "intake", NORTH_STAR)
    theirs_locator = workplace.staff.kept["account"][theirs]["locator"]
    desk.sign_in("agency_admin", "bridgewater")
    assert desk.open(f"{STAFF}/{theirs}/end").status_code == 404
    assert desk.send(f"{STAFF}/{theirs}/end", {}).status_code == 404
    assert "ended_by" not in workplace.staff.kept["account"][theirs]
    assert theirs_locator not in desk.page


def test_the_last_administrator_is_told_why_she_stays(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    own = account_of(workplace, "agency_admin")
    desk.sign_in("agency_admin", "bridgewater")
    desk.open(f"{STAFF}/{own}/end")
    assert "This is your own account." in desk.text
    desk.press(f"/{own}/end")
    assert "is the last that manages the staff" in desk.text
    assert "ended_by" not in workplace.staff.kept["account"][own]


def test_a_new_colleague_signs_in_with_the_password_that_was_shown(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("agency_admin", "bridgewater")
    desk.open(STAFF)
    path, fields = desk.form(STAFF)
    filled = {**fields, "new_name": "new.one@example.org", "roles": ["case_manager", "intake"]}
    for _ in range(2):  # sent twice it is the same account with the same password
        assert desk.send(path, filled).status_code == 200
        found = re.search(r'class="ad-secret">([0-9A-Z-]+)<', desk.page)
        assert found
    assert found
    with TestClient(workplace.app) as browser:
        told = {"name": "New.One@example.org", "password": found[1]}
        assert "Offers" in browser.post("/workspace/sign-in", data=told).text
    path, fields = desk.form(STAFF)
    taken = {**fields, "ticket": "", "new_name": "new.one@example.org", "roles": ["intake"]}
    assert desk.send(path, taken).status_code == 200 or "Choose another" in desk.text


def test_a_form_with_something_missing_keeps_what_was_typed(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("agency_admin", "bridgewater")
    assert desk.send(STAFF, {"new_name": "kept.name"}).status_code == 422
    assert 'value="kept.name"' in desk.page
    assert desk.send(STAFF, {"roles": ["intake"]}).status_code == 422
    assert desk.send(STAFF, {"new_name": "a", "roles": ["king"]}).status_code == 422


def test_only_the_administrator_has_these_pages(desk: StaffBrowser) -> None:
    desk.sign_in("case_manager", "bridgewater")
    for path in (STAFF, f"{STAFF}/{new_id()}/end"):
        assert desk.open(path).status_code == 403
    assert WORDS not in desk.page


def test_keys_are_listed_and_end(desk: StaffBrowser, workplace: Workplace) -> None:
    program = workplace.program(agency=BRIDGEWATER)
    assert program.get("/api/v1/streams").status_code == 200
    desk.sign_in("agency_admin", "bridgewater")
    desk.open("/workspace/keys")
    assert "who made it has left" in desk.text
    desk.press("/end")
    assert "The key has ended." in desk.text
    assert program.get("/api/v1/streams").status_code == 401

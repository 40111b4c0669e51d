"""An agency sees how old its records are, and says which are still right."""

from __future__ import annotations

from typing import Any

from services.registry import upkeep
from shared.clock import now
from shared.ids import derived_id, new_id
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BEDS

RECORDS = "/workspace/records"


def test_one_press_makes_a_record_current(desk: StaffBrowser, workplace: Workplace) -> None:
    desk.sign_in("intake", "north-star")
    desk.open(RECORDS)
    assert "Out of date, not offered" in desk.text
    assert "North Star beds" in desk.text
    assert "T visa clinic" not in desk.text, "another agency's"
    assert desk.press("/verify", {}).url.query == b"done=verified"
    assert "The record is checked as of today." in desk.text
    assert "Out of date" not in desk.text
    state = workplace.records.states[BEDS]
    assert upkeep.assured_date(state) == now().date().isoformat()


def test_the_page_is_there_in_spanish(desk: StaffBrowser) -> None:
    desk.sign_in("agency_admin", "north-star")
    told = desk.open(f"/es{RECORDS}")
    assert told.status_code == 200
    assert "Desactualizado, no se ofrece" in desk.text
    assert "Todo sigue correcto" in desk.text


def test_another_agencys_record_and_odd_addresses_are_refused(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("intake", "north-star")
    other = derived_id("fake", "service", "bridgewater")
    before = dict(workplace.records.states)
    assert desk.send(f"{RECORDS}/{other}/verify", {"command_id": new_id()}).status_code == 404
    assert "The service is not one of yours" in desk.text
    assert desk.send(f"{RECORDS}/{new_id()}/verify", {}).status_code == 404
    for odd in ("%00", "x" * 3_000, "%3Cscript%3E"):
        assert desk.send(f"{RECORDS}/{odd}/verify", {}).status_code in (404, 422)
    assert workplace.records.states == before


def test_who_has_no_part_in_it_does_not_get_the_page(desk: StaffBrowser) -> None:
    desk.sign_in("triage", "harbor-light")
    assert desk.open(RECORDS).status_code == 403
    assert desk.send(f"{RECORDS}/{BEDS}/verify", {}).status_code == 403


def test_a_record_nobody_checked_and_a_long_list(desk: StaffBrowser, workplace: Workplace) -> None:
    row: dict[str, Any] = {"service": BEDS, "name": "<b>Beds</b>", "assured_date": "", "age": "?"}
    answer: dict[str, Any] = {"records": [row], "total": 300}
    workplace.portal.backend.answers["registry.upkeep_of"] = lambda **asked: answer
    desk.sign_in("intake", "north-star")
    desk.open(RECORDS)
    assert "Nobody has checked it yet" in desk.text
    assert "The 1 longest unchecked of 300:" in desk.text
    assert "<b>Beds" not in desk.page
    answer |= {"records": [], "total": 0}
    desk.open(RECORDS)
    assert "The directory lists no service of your agency." in desk.text

"""The page of imports, as the agency that coordinates reads it."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from portal.pages.workspace.imports import KINDS, MOST_REMARKS, OTHERWISE, advice
from services.registry import import_log
from services.registry.domain import Kind
from services.registry.tabular.remarks import told_field, told_file
from shared.ids import new_id
from tests.support.import_samples import IMPORT
from tests.support.staff_browser import StaffBrowser


def test_the_coordinator_reads_sums_and_then_rows(desk: StaffBrowser) -> None:
    desk.sign_in("coordinator", "harbor-light")
    desk.open("/workspace/imports")
    (path,) = re.findall(r'href="(/workspace/imports/[^"]+)"', desk.page)
    for said in ("open-table", "302", "93", "122", "44", "160"):
        assert said in desk.text, said
    desk.open(path)
    for said in ("services.csv", "Write the whole address", "Page 1 of 2", "The first 150 of 160"):
        assert said in desk.text, said
    assert "&lt;b&gt;is odd" in desk.page
    desk.open(f"{path}/2")
    assert desk.page.count("services.csv") == 1 + 50
    assert "Page 2 of 2" in desk.text


def test_other_agencies_and_roles_are_told_no(desk: StaffBrowser) -> None:
    desk.sign_in("coordinator", "bridgewater")
    assert "/workspace/imports" not in desk.page
    for path in ("/workspace/imports", f"/workspace/imports/{IMPORT}"):
        assert desk.open(path).status_code == 403
        assert "open-table" not in desk.text
    desk.sign_in("case_manager", "harbor-light")
    assert desk.open("/workspace/imports").status_code == 403


@pytest.mark.parametrize("page", ["0", "3", "51", "x", "-1", "²", "9" * 99, "%00"])
def test_a_page_that_is_not_there_is_404(desk: StaffBrowser, page: str) -> None:
    desk.sign_in("supervisor", "harbor-light")
    assert desk.open(f"/workspace/imports/{IMPORT}/{page}").status_code == 404
    assert desk.open(f"/workspace/imports/{new_id()}").status_code == 404


def test_every_rule_has_an_advice() -> None:
    assert advice("is not a web address").startswith("Write the whole address")
    assert advice("names no service kept from this package").startswith("Add the record")
    assert advice("is strange") == OTHERWISE
    assert set(KINDS) == set(get_args(Kind))
    assert MOST_REMARKS == import_log.MOST_REMARKS


@pytest.mark.parametrize(
    "field", ["url", "organization_id", "hsds.phones[0].number", "organization_uuid", ""]
)
def test_names_of_the_specification_are_told(field: str) -> None:
    assert told_field(field) == field


@pytest.mark.parametrize("field", ["Jane Doe", "555-0101", "1 Sample Street", "=1+1", "x" * 500])
def test_a_header_that_may_be_a_value_is_not_told(field: str) -> None:
    assert told_field(field) == ""


def test_a_file_with_an_odd_name_is_told_by_its_number() -> None:
    assert told_file("a/services.csv", 1) == "services.csv"
    assert told_file("Jane Doe.csv", 2) == "file 2"
    assert told_file("x" * 99, 3) == "file 3"

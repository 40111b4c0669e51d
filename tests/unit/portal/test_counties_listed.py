"""The list of counties to print: few as they are, more in groups, very many State by State."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portal.offline.counties import MOST_ON_PAGE, MOST_UNGROUPED, Area, in_order
from tests.support.portal_fakes import FakePortal, make_portal
from tests.unit.portal.test_pages_to_print import card, tell

MOST_HTML = 14 * 1024
SYLLABLES = ("ba", "co", "del", "fer", "gan", "hol", "kin", "lo", "mar", "nor", "pa", "ro", "sus")


def codes(number: int, states: list[str]) -> list[str]:
    """Codes of made-up counties, in turn in each of the states, as unlike as real ones are."""
    n, found = len(SYLLABLES), []
    for at in range(number):
        name = f"{SYLLABLES[at % n]}{SYLLABLES[at // n % n]}{SYLLABLES[at // n**2 % n]}ton"
        found.append(f"{states[at % len(states)]}-{name}")
    return found


def areas(number: int, states: list[str]) -> list[Area]:
    named = [(code, code[3:].title()) for code in codes(number, states)]
    return sorted(named, key=lambda one: one[::-1])


@pytest.fixture
def portal(tmp_path: Path) -> FakePortal:
    return make_portal(tmp_path)


@pytest.fixture
def visitor(portal: FakePortal) -> Iterator[TestClient]:
    with TestClient(portal.app, headers={"accept-language": "en"}) as it:
        yield it


def listed(portal: FakePortal, visitor: TestClient, number: int, states: list[str]) -> str:
    """The page with so many counties in the directory."""
    assert visitor.portal is not None
    everywhere = card("Everywhere", areas=codes(number, states))
    visitor.portal.call(lambda: tell(portal, everywhere))
    return shown(visitor, "/offline")


def shown(visitor: TestClient, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert len(gzip.compress(answer.content, 4)) <= MOST_HTML
    for anchor in re.findall(r'href="#at-([^"]*)"', answer.text):
        assert answer.text.count(f'id="at-{anchor}"') == 1
    return answer.text


def test_few_counties_are_one_list() -> None:
    few = areas(MOST_UNGROUPED, ["AA", "BB"])
    assert in_order(few).groups == {"": few}
    assert in_order([]).groups == {}


def test_more_are_grouped_by_state_and_those_of_one_state_by_letter() -> None:
    found = in_order(areas(MOST_UNGROUPED + 1, ["BB", "AA"])).groups
    assert list(found) == ["AA", "BB"]
    assert all(code.startswith(state) for state, inside in found.items() for code, _ in inside)
    found = in_order(areas(50, ["AA"])).groups
    assert list(found) == sorted({code[3].upper() for code in codes(50, ["AA"])})


def test_very_many_are_shown_state_by_state() -> None:
    many = areas(MOST_ON_PAGE + 1, ["AA", "BB", "CC"])
    for wanted in ("", "ZZ", "aa", "AA ", "<b>", "A" * 9_000):
        assert in_order(many, wanted).groups == {}
        assert in_order(many, wanted).states == {"AA": 84, "BB": 84, "CC": 83}
    found = in_order(many, "BB")
    assert found.state == "BB"
    assert sum(len(inside) for inside in found.groups.values()) == 84


@pytest.mark.parametrize("states", [["AA"], ["AA", "BB", "CC"]])
def test_a_full_page_is_small_and_every_anchor_leads_somewhere(
    portal: FakePortal, visitor: TestClient, states: list[str]
) -> None:
    text = listed(portal, visitor, MOST_ON_PAGE, states)
    assert text.count("/es/offline/") == MOST_ON_PAGE
    assert "Go to:" in text


def test_the_whole_country_is_reached_in_two_steps(portal: FakePortal, visitor: TestClient) -> None:
    states = [f"{one}{other}" for one in "ABCDE" for other in "ABCDEFGHIJ"]
    text = listed(portal, visitor, 2_000, states)
    assert "Choose a State" in text
    assert '<a class="govuk-link" href="/offline?state=CB">CB</a> 40 counties' in text
    text = shown(visitor, "/offline?state=CB")
    assert text.count("/es/offline/CB-") == 40
    assert "All States" in text
    assert "Choose a State" in shown(visitor, "/offline?state=%3Cscript%3E")
    assert "Elija un estado" in shown(visitor, "/es/offline")

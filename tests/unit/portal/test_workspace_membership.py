"""The workspace's first page says what of the agency's own papers ends, to its staff only."""

from __future__ import annotations

from typing import Any

import pytest

from portal.pages.workspace.frame import day_of, when_between
from shared.errors import NotFound
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import NORTH_STAR

CERTIFICATE = {"paper": "training", "ends_on": "2027-03-03", "days": 30}
AGREEMENT = {"paper": "agreement", "ends_on": "2027-03-09", "days": 7}


def hold(workplace: Workplace, **membership: Any) -> None:
    """Let the registry say this of North Star, and of nobody else."""
    answers = workplace.portal.backend.answers
    said = answers["registry.organization"]
    held = {"standing": "member", "reason": "", "changes_on": "", "ending": [], **membership}

    def answer(id: str) -> Any:
        return {**said(id=id), **({"membership": held} if id == NORTH_STAR else {})}

    answers["registry.organization"] = answer


def test_staff_read_which_paper_ends_and_when(desk: StaffBrowser, workplace: Workplace) -> None:
    hold(workplace, ending=[CERTIFICATE, AGREEMENT])
    desk.sign_in("intake", "north-star")
    page = desk.open("/workspace").text
    assert "Your training certificate ends on March 3. Renew it, or routing to you stops." in page
    assert "Your agreement ends on March 9. Renew it, or routing to you stops." in page
    page = desk.open("/es/workspace").text
    assert "Su certificado de formación vence el 3 de marzo." in page
    desk.sign_in("intake", "bridgewater")
    assert "routing to you" not in desk.open("/workspace").text


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("training_expired", "Your training certificate has ended"),
        ("agreement_ended", "Your agreement has ended"),
    ],
)
def test_staff_read_why_nothing_comes_any_more(
    desk: StaffBrowser, workplace: Workplace, reason: str, words: str
) -> None:
    hold(workplace, standing="suspended", reason=reason)
    desk.sign_in("triage", "north-star")
    assert f"{words}: routing to you has stopped" in desk.open("/workspace").text


def test_the_page_stands_without_the_registry_and_for_who_is_in_no_directory(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("intake", "north-star")
    workplace.portal.backend.silent = {"registry"}
    assert desk.open("/workspace").status_code == 200
    workplace.portal.backend.silent = set()

    def unknown(id: str) -> Any:
        raise NotFound("organization", "is not in the directory", "search for another")

    workplace.portal.backend.answers["registry.organization"] = unknown
    assert desk.open("/workspace").status_code == 200
    assert "routing to you" not in desk.text


def test_days_and_spans_are_written_as_a_language_writes_them() -> None:
    assert (day_of("en", "2027-03-03"), day_of("es", "2027-03-03")) == ("March 3", "3 de marzo")
    # noon of one day and of the next, wherever the test runs
    within = when_between("en", "2026-11-24T12:00:00+00:00", "2026-11-24T12:30:00+00:00")
    assert within.count("Tue") + within.count("Wed") == 1
    over = when_between("es", "2026-11-24T12:00:00+00:00", "2026-11-25T12:00:00+00:00")
    assert len(over.split(" – ")) == 2
    assert over[:3] != over.split(" – ")[1][:3]

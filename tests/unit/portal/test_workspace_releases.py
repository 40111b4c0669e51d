"""What a client lets another agency see: noted by her case manager, opened by that agency alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from portal.releases import open_boxes
from shared.vocabulary.releases import PART_2_NOTICE
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import WORDS, Workplace
from tests.support.staff_network import LAKESHORE, NORTH_STAR
from tests.unit.portal.test_workspace_clients import STREAM, took_on

SAID = {
    "recipient": NORTH_STAR,
    "release_name": "Ana Example",
    "release_health_substance_use": "A clinic on Mondays",
    "purpose": "arrange_service",
    "days": "14",
    "language": "es",
    "signed": "on_paper",
}


def given(desk: StaffBrowser, workplace: Workplace) -> str:
    """North Star takes the referral; the case manager notes what it may see; return the release."""
    took_on(desk, workplace)
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/offers")
    desk.press("/accept")
    desk.sign_in("case_manager", "bridgewater")
    desk.open(STREAM)
    assert desk.press("/releases", SAID).status_code == 200
    assert "Noted. Only this agency can open it" in desk.text
    (release,) = workplace.stream().releases
    return release


def opened(desk: StaffBrowser, release: str, words: str = WORDS) -> int:
    desk.sign_in("intake", "north-star")
    desk.open(STREAM)
    answer = desk.send(
        f"{STREAM}/releases/{release}/open", {"release_passphrase": words, "command_id": "o-1"}
    )
    return answer.status_code


def test_the_recipient_opens_it_with_its_passphrase_and_reads_the_notice(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    release = given(desk, workplace)
    assert "Ana Example" not in desk.page
    assert opened(desk, release, "wrong") == 422
    assert "The passphrase does not open the key" in desk.text
    assert workplace.stream().releases[release].shown == []
    assert opened(desk, release) == 200
    assert "Ana Example" in desk.text
    assert PART_2_NOTICE in desk.text
    assert WORDS not in desk.page
    assert "Ana Example" not in desk.open(STREAM).text
    assert len(workplace.stream().releases[release].shown) == 1


def test_the_envelope_holds_nothing_to_read_without_both_keys(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    release = given(desk, workplace)
    kept = workplace.portal.claims.kept[release]
    assert kept.private == {}
    assert b"Ana" not in kept.box
    assert "Ana" not in str(workplace.ledger.states)


def test_what_she_takes_back_opens_no_more(desk: StaffBrowser, workplace: Workplace) -> None:
    release = given(desk, workplace)
    assert desk.press(f"/releases/{release}/end").status_code == 200
    assert "It is ended." in desk.text
    assert "The client took it back" in desk.text
    assert release not in workplace.portal.claims.kept
    assert opened(desk, release) == 403
    assert "taken back by the client" in desk.text
    assert "Nothing was shown: no release covers it" in desk.text


def test_what_is_over_opens_no_more(desk: StaffBrowser, workplace: Workplace) -> None:
    release = given(desk, workplace)
    workplace.network.now += timedelta(days=14)
    assert opened(desk, release) == 403
    assert "Ana Example" not in desk.text


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"recipient": ""}, "recipient", "Choose who may see it"),
        ({"recipient": "stranger"}, "recipient", "has no part in this stream"),
        ({"recipient": "<b>"}, "recipient", "The agency is not an id"),
        ({"days": "91"}, "days", "1 to 90"),
        ({"days": "-1"}, "days", "1 to 90"),
        ({"days": "²"}, "days", "1 to 90"),
        ({"purpose": "because"}, "purpose", "Choose from the list"),
        ({"signed": ""}, "signed", "Choose how the client signed"),
        ({"release_name": "x" * 2_001}, "release_name", "Write at most 2000 letters"),
        (
            {"release_name": "", "release_health_substance_use": ""},
            "release_name",
            "Write at least one thing",
        ),
    ],
)
def test_what_does_not_fit_is_named_and_what_was_typed_is_kept(
    desk: StaffBrowser, workplace: Workplace, more: dict[str, str], field: str, words: str
) -> None:
    took_on(desk, workplace)
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/offers")
    desk.press("/accept")
    desk.sign_in("case_manager", "bridgewater")
    desk.open(STREAM)
    answer = desk.press("/releases", {**SAID, **more})
    assert answer.status_code in (404, 422)
    assert words in desk.text
    assert re.search(rf'href="#{field}"', desk.page)
    assert f'id="{field}"' in desk.page
    assert ("A clinic on Mondays" in desk.page) is ("release_health_substance_use" not in more)
    assert workplace.stream().releases == {}


def test_a_program_gets_sealed_boxes_until_she_takes_it_back(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    release = given(desk, workplace)
    program, to = workplace.program(), f"/api/v1/streams/stream-1/releases/{release}/open"
    answer = program.post(to, json={"fields": ["name"]})
    assert answer.status_code == 200
    assert set(answer.json()["fields"]) == {"name"}
    (opened,) = open_boxes(answer.json()["fields"], workplace.identities[NORTH_STAR])
    assert opened.text == "Ana Example"
    for fields, status in ((["location"], 403), (["Ana"], 422), ("name", 422), ([1], 422)):
        assert program.post(to, json={"fields": fields}).status_code == status
    assert workplace.program(agency=LAKESHORE).post(to).status_code == 404
    desk.press(f"/releases/{release}/end")
    assert program.post(to).status_code == 403


def test_who_does_not_lead_has_no_form(desk: StaffBrowser, workplace: Workplace) -> None:
    release = given(desk, workplace)
    desk.sign_in("intake", "north-star")
    desk.open(STREAM)
    assert "Ask the client what another agency may see" not in desk.text
    assert desk.send(f"{STREAM}/releases/{release}/end", {}).status_code == 403
    assert workplace.stream().releases[release].state == "given"

"""The client's words go with her handover: sent by one agency, opened by the next after its yes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from portal.api.fhir import resources
from services.referrals.release_views import releases_of
from services.referrals.views import client_view
from shared.clock import now
from shared.crypto.sealing import seal, unseal
from shared.errors import NotAllowed
from shared.ids import new_id
from shared.storage.claims import Claim
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import WORDS, Workplace
from tests.support.staff_network import BRIDGEWATER, HARBOR_LIGHT, NORTH_STAR
from tests.unit.portal.test_sharing_of_clients import send as asked
from tests.unit.portal.test_workspace_handover import STREAM, propose, taken_on

SAID: dict[str, Any] = {
    "along": ["first_words", "messages"],
    "along_language": "es",
    "along_signed": "on_paper",
    "along_passphrase": WORDS,
}
FIRST, MESSAGE = "Mornings. Hang up if a man answers.", "I moved to my cousin"


@pytest.fixture
def proposed(desk: StaffBrowser, workplace: Workplace) -> Workplace:
    """Bridgewater manages a client who wrote twice, and asks North Star to take her on."""
    taken_on(desk, workplace)
    stream = workplace.ledger.states["stream-1"]
    stream["claim"] = workplace.seal_contact("stream-1")
    box = seal(json.dumps({"text": MESSAGE}).encode(), [workplace.recipient(BRIDGEWATER)])
    workplace.portal.claims.kept["m-1"] = Claim("m-1", "message", {}, box, now())
    at = "2026-11-22T20:00:00.000+00:00"
    stream["messages"] = [{"claim": "m-1", "at": at}]
    propose(desk)
    assert "does not go along, unless you send it" in desk.text
    return workplace


def send(desk: StaffBrowser, **more: Any) -> int:
    desk.sign_in("case_manager", "bridgewater")
    desk.open(STREAM)
    address, fields = desk.form("/handover/words")
    return int(desk.send(address, {**fields, **SAID, **more}).status_code)


def accept(desk: StaffBrowser) -> None:
    desk.sign_in("case_manager", "north-star")
    desk.open("/workspace/offers")
    desk.press("/accept")


def opened(desk: StaffBrowser, slug: str) -> str:
    desk.sign_in("case_manager", slug)
    desk.send(f"{STREAM}/contact", {"passphrase": WORDS})
    return desk.text


def packet_of(workplace: Workplace) -> Claim:
    (found,) = [one for one in workplace.portal.claims.kept.values() if one.kind == "packet"]
    return found


def test_words_sent_along_are_read_after_the_yes_and_not_before(
    desk: StaffBrowser, proposed: Workplace
) -> None:
    assert send(desk) == 200
    assert "goes along when they accept" in desk.text
    assert FIRST not in desk.page
    packet = packet_of(proposed)
    for identity in proposed.identities.values():
        with pytest.raises(NotAllowed):
            unseal(packet.box, identity)
    desk.sign_in("case_manager", "north-star")
    assert desk.open(STREAM).status_code == 200
    assert "Open what you may see" not in desk.text
    assert FIRST not in opened(desk, "north-star")
    assert FIRST in opened(desk, "bridgewater")
    accept(desk)
    text = opened(desk, "north-star")
    assert FIRST in text
    assert MESSAGE in text
    assert "It went with the client" in text
    assert FIRST not in opened(desk, "bridgewater")
    box = proposed.portal.claims.kept["m-1"].box
    assert MESSAGE in unseal(box, proposed.identities[NORTH_STAR]).decode()
    for other in (BRIDGEWATER, HARBOR_LIGHT):
        with pytest.raises(NotAllowed):
            unseal(box, proposed.identities[other])
    assert not [one for one in proposed.portal.claims.kept.values() if one.kind == "packet"]


@pytest.mark.parametrize("how", ["decline", "keep"])
def test_without_a_yes_they_are_erased_and_stay_with_the_present_one(
    desk: StaffBrowser, proposed: Workplace, how: str
) -> None:
    send(desk)
    release, kept = packet_of(proposed).id, proposed.portal.claims.kept
    if how == "keep":
        desk.open(STREAM)
        desk.press("/handover/keep")
    else:
        desk.sign_in("case_manager", "north-star")
        desk.open("/workspace/offers")
        desk.press("/decline", {"reason": "no_capacity"})
    assert proposed.stream().handover is None
    assert release not in kept
    assert proposed.stream().releases[release].state == "expired"
    assert FIRST in opened(desk, "bridgewater")


def test_a_handover_without_words_works_and_they_are_sent_after(
    desk: StaffBrowser, proposed: Workplace
) -> None:
    accept(desk)
    desk.open(STREAM)
    assert "is still sealed to Bridgewater Case Management" in desk.text
    assert FIRST not in opened(desk, "north-star")
    assert send(desk, along=["first_words"]) == 200
    assert "It is sent. They can open it now" in desk.text
    text = opened(desk, "north-star")
    assert FIRST in text
    assert MESSAGE not in text
    assert send(desk, along=["messages"]) == 200
    assert MESSAGE in opened(desk, "north-star")
    desk.sign_in("case_manager", "bridgewater")
    assert "Send what the client wrote" not in desk.open(STREAM).text


def test_what_she_takes_back_does_not_go(desk: StaffBrowser, proposed: Workplace) -> None:
    send(desk)
    release = packet_of(proposed).id
    desk.open(STREAM)
    desk.press(f"/releases/{release}/end")
    accept(desk)
    assert FIRST not in opened(desk, "north-star")
    assert release not in proposed.portal.claims.kept


def test_what_is_not_sealed_to_this_agency_does_not_go(
    desk: StaffBrowser, proposed: Workplace
) -> None:
    box = seal(b'{"text": "for triage"}', [proposed.recipient(HARBOR_LIGHT)])
    proposed.portal.claims.kept["m-1"] = Claim("m-1", "message", {}, box, now())
    assert send(desk, along=["messages"]) == 422
    assert "not sealed to your agency" in desk.text
    assert send(desk) == 200
    (release,) = proposed.stream().releases.values()
    assert release.fields == ["first_words"]
    accept(desk)
    assert proposed.portal.claims.kept["m-1"].box == box


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"along": []}, "along", "Choose what goes along"),
        ({"along": ["<b>"]}, "along", "Choose from the list"),
        ({"along_language": ""}, "along_language", "Choose the language"),
        ({"along_signed": "nod"}, "along_signed", "Choose from the list"),
        ({"along_passphrase": ""}, "along_passphrase", "Enter the passphrase"),
        ({"along_passphrase": "wrong"}, "along_passphrase", "does not open the key"),
        ({"along_passphrase": "x" * 400}, "along_passphrase", "Write at most 200 letters"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_sent(
    desk: StaffBrowser, proposed: Workplace, more: Any, field: str, words: str
) -> None:
    assert send(desk, **more) == 422
    assert words in desk.text
    assert re.search(rf'href="#{field}"', desk.page)
    assert f'id="{field}"' in desk.page
    assert WORDS not in desk.page
    assert proposed.stream().releases == {}
    assert not [one for one in proposed.portal.claims.kept.values() if one.kind == "packet"]


def test_only_who_may_read_clients_words_of_that_agency_sends_them(
    desk: StaffBrowser, proposed: Workplace
) -> None:
    for role, slug, status in (
        ("case_manager", "north-star", 404),
        ("case_manager", "harbor-light", 404),
        ("coordinator", "harbor-light", 404),
        ("agency_admin", "bridgewater", 403),
    ):
        desk.sign_in(role, slug)
        answer = desk.send(f"{STREAM}/handover/words", {**SAID, "command_id": "c-1"})
        assert answer.status_code == status, (role, slug)
    assert proposed.stream().releases == {}


def test_the_same_form_twice_sends_once(desk: StaffBrowser, proposed: Workplace) -> None:
    desk.sign_in("case_manager", "bridgewater")
    for _ in range(2):
        answer = desk.send(f"{STREAM}/handover/words", {**SAID, "command_id": "c-1"})
        assert answer.status_code == 200
    assert len(proposed.stream().releases) == 1
    assert desk.send(f"{STREAM}/handover/words", {**SAID, "command_id": "c-2"}).status_code == 409
    assert "on their way already" in desk.text


def test_the_client_sees_what_went_to_whom_and_when(
    desk: StaffBrowser, proposed: Workplace
) -> None:
    code, answers = proposed.give_code("stream-1"), proposed.portal.backend.answers
    answers["referrals.client_view"] = lambda stream: client_view(proposed.stream(stream))
    answers["referrals.verifiers"] = proposed.codes.verifiers
    send(desk)
    _, told = asked(proposed, "/return", code=code)
    for words in ("North Star Shelter", "Contact, when it is safe", "before they say yes"):
        assert words in told
    assert "Stop sharing" in told
    accept(desk)
    _, told = asked(proposed, "/return", code=code)
    assert "This went to your worker there" in told
    assert "They can read it since" in told
    assert "Stop sharing" not in told
    _, told = asked(proposed, "/return", "es", code=code)
    assert "Contacto, cuándo es seguro" in told
    assert "Lo pueden leer desde" in told


def test_programs_read_of_it_as_a_consent_and_open_nothing(
    desk: StaffBrowser, proposed: Workplace
) -> None:
    send(desk)
    release = packet_of(proposed).id
    to = f"/api/v1/streams/stream-1/releases/{release}/open"
    answer = proposed.program().post(to, json={"fields": ["messages"]})
    assert answer.status_code in (403, 422)
    answer = proposed.program().post(to)
    assert answer.status_code == 403
    assert "handover" in answer.text
    for status in ("active", "inactive"):
        found = releases_of(proposed.stream())[release]
        told = resources.consent(new_id(), release, found)
        assert told["status"] == status
        (purpose,) = told["provision"]["purpose"]
        assert purpose["code"] == "handover"
        fields = [one["coding"][0]["code"] for one in told["provision"]["code"]]
        assert fields == ["first_words", "messages"]
        if status == "active":
            accept(desk)

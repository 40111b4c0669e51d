"""Offers, streams and clients at the door, as staff work with them."""

from __future__ import annotations

import re

import pytest

from shared.crypto.sealing import unseal
from shared.errors import NotAllowed
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import WORDS, Workplace
from tests.support.staff_network import BRIDGEWATER, NORTH_STAR

STREAM = "/workspace/streams/stream-1"
CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){4}[0-9A-Z]")


def took_on(desk: StaffBrowser, workplace: Workplace) -> None:
    """Bridgewater's case manager takes a client on."""
    workplace.open_stream(claim=workplace.seal_contact("stream-1"))
    desk.sign_in("case_manager", "bridgewater")
    desk.open("/workspace/offers")
    desk.press("/accept")


def test_what_needs_me_is_on_the_first_page(desk: StaffBrowser, workplace: Workplace) -> None:
    workplace.open_stream()
    desk.sign_in("case_manager", "bridgewater")
    assert "One person who helps with everything" in desk.text
    assert "10 minutes left" in desk.text
    desk.sign_in("coordinator", "harbor-light")
    assert "1 open stream in the network." in desk.text
    assert "Open without owner or deadline: 0" in desk.text


def test_an_accepted_offer_leads_to_the_stream(desk: StaffBrowser, workplace: Workplace) -> None:
    took_on(desk, workplace)
    assert "You accepted." in desk.text
    assert "You are the case manager" in desk.text
    assert workplace.stream().case_manager == BRIDGEWATER


def test_accepting_twice_is_accepting_once(desk: StaffBrowser, workplace: Workplace) -> None:
    workplace.open_stream()
    desk.sign_in("case_manager", "bridgewater")
    desk.open("/workspace/offers")
    address, fields = desk.form("/accept")
    assert desk.send(address, fields).status_code == 200
    assert desk.send(address, fields).url.path == STREAM
    other = desk.send(address, {**fields, "command_id": "another"})
    assert other.status_code == 409
    assert "The offer is over" in desk.text


def test_a_decline_needs_a_reason_and_keeps_what_was_chosen(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    workplace.open_stream()
    desk.sign_in("case_manager", "bridgewater")
    desk.open("/workspace/offers")
    assert desk.press("/decline").status_code == 422
    assert "Choose why you decline" in desk.text
    assert desk.press("/decline", {"reason": "no_capacity"}).url.path == "/workspace/offers"
    assert "You declined." in desk.text
    assert workplace.stream().case_manager == ""


def test_a_service_is_started_and_completed(desk: StaffBrowser, workplace: Workplace) -> None:
    took_on(desk, workplace)
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/offers")
    desk.press("/accept")
    assert "You serve this client" in desk.text
    for move in ("start", "hold", "resume", "complete"):
        answer = desk.press(f"/{move}")
        assert answer.status_code == 200, move
        assert answer.url.query == f"done={move}".encode()
    assert "Completed" in desk.text


def test_failing_needs_a_reason_and_looks_for_the_next(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    took_on(desk, workplace)
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/offers")
    desk.press("/accept")
    assert desk.press("/fail").status_code == 422
    assert "Choose why it could not be given" in desk.text
    assert desk.press("/fail", {"reason": "no_capacity"}).status_code == 200


def test_an_illegal_move_says_what_is_legal(desk: StaffBrowser, workplace: Workplace) -> None:
    took_on(desk, workplace)
    assert desk.press("/close", {"reason": "needs_met"}).status_code == 409
    assert "needs are open" in desk.text
    assert 'value="needs_met" selected' in desk.page


def test_needs_are_recorded_and_ended_until_the_stream_closes_and_opens_again(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    took_on(desk, workplace)
    assert desk.press("/needs", {"need_type": "transportation"}).status_code == 200
    assert "The need is recorded." in desk.text
    for _ in range(3):
        desk.press("/end")
    desk.press("/start")
    assert desk.press("/close", {"reason": "client_ended"}).status_code == 200
    assert "The stream is closed." in desk.text
    desk.press("/reopen")
    assert "The stream is open again." in desk.text


def test_what_the_client_wrote_is_opened_with_the_passphrase_only(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    took_on(desk, workplace)
    assert "555-0142" not in desk.page
    assert desk.press("/contact", {"passphrase": "wrong"}).status_code == 422
    assert "The passphrase does not open the key" in desk.text
    answer = desk.press("/contact", {"passphrase": WORDS})
    assert "1-555-555-0142" in desk.text
    assert "I am with my sister." in desk.text
    assert answer.headers["cache-control"] == "no-store"
    assert WORDS not in desk.page
    assert "555-0142" not in desk.open(STREAM).text


def test_a_contact_sealed_to_another_agency_stays_closed(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    workplace.open_stream(claim=workplace.seal_contact("stream-1", NORTH_STAR))
    desk.sign_in("case_manager", "bridgewater")
    desk.open("/workspace/offers")
    desk.press("/accept")
    desk.press("/contact", {"passphrase": WORDS})
    assert "not sealed to your agency" in desk.text


def test_an_agency_without_a_part_may_not_know_of_a_stream(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    workplace.open_stream()
    desk.sign_in("intake", "north-star")
    assert desk.open(STREAM).status_code == 404
    assert "Lakeshore" not in desk.text


def test_a_code_shown_at_another_door_goes_on_with_the_same_stream(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    workplace.open_stream()
    code = workplace.give_code("stream-1")
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/continue")
    assert desk.press("/continue", {"code": "1234"}).status_code == 422
    typed = f" {code[:4].lower()}-{code[4:]} "
    assert desk.press("/continue", {"code": typed, "door": "agency"}).url.path == STREAM
    assert [door.agency for door in workplace.stream().doors] == ["", NORTH_STAR]
    assert "You serve" not in desk.text


def test_a_code_nobody_has_is_refused(desk: StaffBrowser) -> None:
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/continue")
    assert desk.press("/continue", {"code": "0000-0000-0000-0000-0"}).status_code == 422
    assert "We do not know this code" in desk.text


def new_client(desk: StaffBrowser, **more: str) -> tuple[str, str]:
    """Open a stream for a client without a code; return the code and the stream."""
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/new-client")
    told = {"needs": "food_clothing", "language": "es", "contact_way": "call"}
    desk.press("/new-client", {**told, "contact": "1-555-555-0177", **more})
    code = CODE.search(desk.text)
    assert code, desk.text
    return code.group(), desk.page.split("/workspace/streams/")[-1].split('"')[0]


def test_a_client_without_a_code_gets_one(desk: StaffBrowser, workplace: Workplace) -> None:
    code, stream = new_client(desk, agrees="no")
    opened = workplace.stream(stream)
    assert [door.door for door in opened.doors] == ["agency"]
    assert opened.contact_way == "call"
    kept = workplace.portal.claims.kept[opened.claim]
    assert b"0177" in unseal(kept.box, workplace.identities[NORTH_STAR])
    with pytest.raises(NotAllowed):
        unseal(kept.box, workplace.portal.identities["hub"])
    desk.open("/workspace/continue")
    assert desk.press("/continue", {"code": code}).url.path == f"/workspace/streams/{stream}"


def test_the_case_manager_can_read_the_contact_if_the_client_agrees(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    _, stream = new_client(desk, agrees="yes")
    kept = workplace.portal.claims.kept[workplace.stream(stream).claim]
    assert b"0177" in unseal(kept.box, workplace.portal.identities["hub"])


def test_the_same_form_again_is_the_same_stream(desk: StaffBrowser, workplace: Workplace) -> None:
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/new-client")
    address, fields = desk.form("/new-client")
    told = {**fields, "needs": "food_clothing"}
    codes = set()
    for _ in range(2):
        desk.send(address, told)
        found = CODE.search(desk.text)
        codes.add(found.group() if found else "")
    assert len(codes) == 1
    assert len(workplace.ledger.states) == 1


def test_a_form_without_a_need_comes_back_as_it_was(desk: StaffBrowser) -> None:
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/new-client")
    answer = desk.press("/new-client", {"note": "typed already", "gender": "man"})
    assert answer.status_code == 422
    assert "Choose at least one kind of help" in desk.text
    assert "typed already" in desk.page
    assert 'value="man" selected' in desk.page


def test_silence_offers_to_send_the_same_again(desk: StaffBrowser, workplace: Workplace) -> None:
    took_on(desk, workplace)
    _, fields = desk.form("/follow-up")
    workplace.portal.backend.silent = {"referrals"}
    assert desk.press("/follow-up").status_code == 503
    assert "What still works" in desk.text
    assert desk.form("/follow-up")[1] == fields
    workplace.portal.backend.silent = set()
    assert desk.press("/follow-up").status_code == 200


def test_the_first_page_stands_while_a_service_is_silent(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    workplace.send_tip()
    desk.sign_in("supervisor", "harbor-light")
    workplace.portal.backend.silent = {"referrals"}
    assert desk.open("/workspace").status_code == 200
    assert "We cannot show this right now." in desk.text
    assert "All tips" in desk.text

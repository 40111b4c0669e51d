"""What a community member does: sends a tip, comes back, answers, takes it back."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from shared.crypto.sealing import seal, unseal
from shared.errors import NotAllowed
from shared.events.doors import TipReporterWrote, TipSubmitted, TipWithdrawalAsked
from tests.e2e.public.conftest import press
from tests.support.portal_fakes import FakePortal

STORY = "A man takes the papers of the workers.\nBlue house, at night. \U0001f614"


def send(page: Page, home: str, text: str = STORY) -> str:
    page.goto(f"{home}/tip")
    page.fill("#text", text)
    press(page, "#send")
    return page.inner_text(".ad-code")


def come_back(page: Page, home: str, code: str) -> None:
    page.goto(f"{home}/tip/return")
    page.fill("#code", code)
    press(page, "main form button")


def test_what_to_know_comes_before_the_first_field(site: str, page: Page) -> None:
    page.goto(f"{site}/en/tip")
    before = page.inner_text("main").split("What did you see or hear?")[0]
    for words in ("Call 911", "your job to report", "small trained team", "police see it only"):
        assert words in before
    assert not page.is_checked("main input[value=police]")
    assert not page.is_checked("main input[value=door]")


def test_a_tip_is_sealed_to_triage_and_recovery(site: str, portal: FakePortal, page: Page) -> None:
    send(page, f"{site}/en")
    (tip,) = portal.sent(TipSubmitted)
    assert (tip.wants_door, tip.to_police, tip.area) == (False, False, "")
    claim = portal.claims.kept[tip.claim]
    for reader in ("triage", "recovery"):
        assert json.loads(unseal(claim.box, portal.identities[reader]))["text"] == STORY
    try:
        unseal(claim.box, portal.identities["hub"])
    except NotAllowed:
        return
    raise AssertionError("the hub can read a tip")


def test_wishes_and_area_travel_as_codes(site: str, portal: FakePortal, page: Page) -> None:
    page.goto(f"{site}/en/tip")
    page.fill("#text", "x")
    page.check("main input[value=door]")
    page.check("main input[value=XS-pine]")
    press(page, "#send")
    (tip,) = portal.sent(TipSubmitted)
    assert (tip.wants_door, tip.to_police, tip.area) == (True, False, "XS-pine")


def test_only_the_text_is_needed_and_typed_text_stays(site: str, page: Page) -> None:
    page.goto(f"{site}/en/tip")
    page.fill("#contact", "555-0188")
    page.check("main input[value=door]")
    press(page, "#send")
    assert "Write what you saw or heard" in page.inner_text(".govuk-error-summary")
    assert page.input_value("#contact") == "555-0188"
    assert page.is_checked("main input[value=door]")


def test_a_tip_is_taken_with_services_down_once_the_key_was_learned(
    site: str, portal: FakePortal, page: Page
) -> None:
    send(page, f"{site}/en")
    portal.backend.down = True
    assert send(page, f"{site}/en")
    assert len(portal.sent(TipSubmitted)) == 2


def test_a_tip_that_nobody_could_open_is_not_taken(
    site: str, portal: FakePortal, page: Page
) -> None:
    portal.backend.down = True
    page.goto(f"{site}/en/tip")
    page.fill("#text", STORY)
    press(page, "#send")
    assert "We could not send this" in page.inner_text(".govuk-error-summary")
    assert page.input_value("#text") == STORY
    assert portal.sent(TipSubmitted) == []


def test_the_receipt_opens_state_question_and_answer(
    site: str, portal: FakePortal, page: Page
) -> None:
    code = send(page, f"{site}/en")
    (tip,) = portal.sent(TipSubmitted)
    reply_to = portal.claims.kept[tip.claim].private["reply_to"]
    question = seal(json.dumps({"text": "Which night was it?"}).encode(), [reply_to])
    portal.claims.keep("question", "message", question)
    messages = [{"claim": "question", "by": "triage", "at": "2026-11-22T20:00:00+00:00"}]
    view = {"tip": tip.tip, "state": "answered", "messages": messages, "reason": ""}
    portal.backend.views[tip.tip] = view
    come_back(page, f"{site}/en", code)
    assert page.inner_text("h1") == "We wrote to you"
    assert "Which night was it?" in page.inner_text("main")
    page.fill("#text", "On Monday.")
    press(page, "main form button")
    (wrote,) = portal.sent(TipReporterWrote)
    box = portal.claims.kept[wrote.claim].box
    assert json.loads(unseal(box, portal.identities["triage"])) == {"text": "On Monday."}


def test_a_tip_can_be_taken_back(site: str, portal: FakePortal, page: Page) -> None:
    code = send(page, f"{site}/en")
    come_back(page, f"{site}/en", code)
    press(page, "text=Take it back")
    assert portal.sent(TipWithdrawalAsked) == []
    press(page, "text=Yes, take it back")
    (asked,) = portal.sent(TipWithdrawalAsked)
    assert asked.tip == portal.sent(TipSubmitted)[0].tip


def test_a_closed_tip_says_why(site: str, portal: FakePortal, page: Page) -> None:
    code = send(page, f"{site}/en")
    (tip,) = portal.sent(TipSubmitted)
    view = {"tip": tip.tip, "state": "closed", "messages": [], "reason": "duplicate"}
    portal.backend.views[tip.tip] = view
    come_back(page, f"{site}/en", code)
    assert "Others had told us about it too." in page.inner_text("main")

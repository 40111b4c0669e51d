"""A handover with the client's words: sent along with one mistake, or after, or not yet there."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from services.referrals import offers
from tests.e2e.workspace.desk import press, sign_in
from tests.support.referral_network import card
from tests.support.staff_fakes import WORDS, Workplace
from tests.support.staff_network import NORTH_STAR

STREAM = "/workspace/streams/stream-6"


def along(page: Page, home: str, workplace: Workplace) -> Iterator[str]:
    """Hand a client over twice: one way without her words, back with them."""
    workplace.open_stream("stream-6", claim=workplace.seal_contact("stream-6"))
    _, offer, agency = workplace.network.out("case_management", "stream-6")
    workplace.network.do(offers.accept, stream="stream-6", offer=offer, agency=agency)
    workplace.deliver()
    workplace.network.roster.put(card("north-casework", "case_management", agency=NORTH_STAR))
    sign_in(page, home, "case_manager", "bridgewater")
    page.goto(f"{home}{STREAM}/handover")
    page.select_option("#service", "north-casework")
    press(page, "/handover")
    yield "stream proposed without words"
    page.click("details:has(form[action$='/handover/words']) summary")
    press(page, "/handover/words")
    yield "words that go along with nothing chosen"
    page.check("#along")
    page.select_option("#along_language", "es")
    page.select_option("#along_signed", "on_paper")
    page.fill("#along_passphrase", WORDS)
    press(page, "/handover/words")
    yield "stream whose words go along"
    press(page, "/end")
    yield "stream whose client took her words back"
    held = workplace.stream("stream-6").handover
    assert held is not None
    workplace.network.do(offers.accept, stream="stream-6", offer=held.offer.id, agency=NORTH_STAR)
    page.goto(home + STREAM)
    yield "former case manager may send the words after"
    sign_in(page, home, "case_manager", "north-star")
    page.goto(home + STREAM)
    yield "next case manager waits for the words"

"""What a person does who comes back with a code, also when hardly anything works."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from shared.crypto import codes
from shared.crypto.sealing import unseal
from shared.events.doors import ClientWrote, HelpRequested
from tests.e2e.public.conftest import press
from tests.e2e.public.tour import CODE, ask, asked_questions, stream_view
from tests.support.portal_fakes import FakePortal


def test_the_code_shows_how_things_stand(site: str, portal: FakePortal, plain_page: Page) -> None:
    page = plain_page
    code = ask(page, f"{site}/en")
    stream = portal.sent(HelpRequested)[0].stream
    portal.backend.views[stream] = stream_view(stream)
    page.goto(f"{site}/en/return")
    page.fill("#code", f" {code.lower().replace('-', ' ')} ")
    press(page, "text=Continue")
    told = page.inner_text("main")
    assert "Bridgewater Case Management" in told
    assert "A place said yes" in told
    assert "North Star beds" in told
    page.fill("#text", "I moved to another town.")
    press(page, "main form button")
    assert "on its way" in page.inner_text(".govuk-notification-banner")
    (wrote,) = portal.sent(ClientWrote)
    box = portal.claims.kept[wrote.claim].box
    assert json.loads(unseal(box, portal.identities["hub"])) == {"text": "I moved to another town."}
    assert wrote.stream == stream


def test_a_code_works_before_the_services_know_of_it(
    site: str, portal: FakePortal, plain_page: Page
) -> None:
    code = ask(plain_page, f"{site}/en")
    portal.backend.down = True
    plain_page.goto(f"{site}/en/return")
    plain_page.fill("#code", code)
    press(plain_page, "text=Continue")
    assert "We have your request and it is safe" in plain_page.inner_text("main")


def test_with_everything_down_there_are_the_phone_numbers(
    site: str, portal: FakePortal, plain_page: Page
) -> None:
    portal.backend.down = portal.intake.down = portal.claims.down = True
    page = plain_page
    for stop in asked_questions(page, f"{site}/en"):
        if stop == "check answers":
            break
    press(page, "#send")
    assert "We could not send this" in page.inner_text(".govuk-error-summary")
    assert "I have a boy" in page.inner_text("main")
    page.goto(f"{site}/en/return")
    page.fill("#code", codes.show(codes.new_code()))
    press(page, "text=Continue")
    assert page.query_selector("main a[href='tel:911']")
    portal.intake.down = False
    portal.intake.where = "spool"
    assert CODE.fullmatch(ask(page, f"{site}/en"))
    assert "Our system is slow" in page.inner_text("main")

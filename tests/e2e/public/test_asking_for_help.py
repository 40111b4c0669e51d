"""What a person does who asks for help: without scripts, by keyboard, in two languages."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Route

from shared.crypto.sealing import unseal
from shared.events import to_data
from shared.events.doors import HelpRequested
from tests.e2e.public.conftest import press
from tests.e2e.public.tour import CODE, ask, asked_questions
from tests.support.portal_fakes import FakePortal


def go_on(page: Page) -> None:
    press(page, "button[value=next]")


def go_back(page: Page) -> None:
    press(page, "main button[value=back]")


def test_a_client_gets_a_code_and_only_codes_travel(
    site: str, portal: FakePortal, plain_page: Page
) -> None:
    code = ask(plain_page, f"{site}/es")
    assert CODE.fullmatch(code)
    (asked,) = portal.sent(HelpRequested)
    assert to_data(asked) == {
        "stream": asked.stream,
        "door": "portal_self",
        "needs": ["emergency_housing"],
        "language": "es",
        "safe_now": "no",
        "contact_way": "text",
        "claim": asked.claim,
    }
    claim = portal.claims.kept[asked.claim]
    words = json.loads(unseal(claim.box, portal.identities["hub"]))
    assert (words["contact"], words["note"]) == ("555-0123", "I have a boy. He is four.")
    assert words["asked_by"] == "self"
    assert code.replace("-", "") not in repr(claim)


def test_nothing_is_left_in_the_browser(
    site: str, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    page = context.new_page()
    ask(page, f"{site}/en")
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.url == f"{site}/en/get-help"


def test_one_need_is_enough(site: str, portal: FakePortal, plain_page: Page) -> None:
    plain_page.goto(f"{site}/en/get-help")
    press(plain_page, "text=Start")
    while not plain_page.query_selector("#send"):
        if plain_page.query_selector("main input[name=needs][type=checkbox]"):
            plain_page.check("main input[value=medical_care]")
        go_on(plain_page)
    press(plain_page, "#send")
    (asked,) = portal.sent(HelpRequested)
    assert (asked.needs, asked.contact_way, asked.area) == (["medical_care"], "none", "")
    assert "24 hours to say yes" in plain_page.inner_text("main")
    assert "We do not contact you" in plain_page.inner_text("main")


def test_going_back_keeps_every_answer(site: str, plain_page: Page) -> None:
    page = plain_page
    page.goto(f"{site}/en/get-help")
    press(page, "text=Start")
    page.check("main input[name=safe_now][value=yes]")
    go_on(page)
    page.check("main input[value=food_clothing]")
    go_on(page)
    page.check("main input[name=gender][value=man]")
    go_back(page)
    assert page.is_checked("main input[value=food_clothing]")
    go_back(page)
    assert page.is_checked("main input[name=safe_now][value=yes]")
    go_on(page)
    go_on(page)
    assert page.is_checked("main input[name=gender][value=man]")


def test_an_answer_can_be_changed_before_sending(
    site: str, portal: FakePortal, plain_page: Page
) -> None:
    page = plain_page
    for stop in asked_questions(page, f"{site}/en"):
        if stop == "check answers":
            break
    press(page, "button[value=area]")
    page.check("main input[name=area][value=XS-pine]")
    while not page.query_selector("#send"):
        go_on(page)
    assert "Pine" in page.inner_text("main")
    press(page, "#send")
    assert portal.sent(HelpRequested)[0].area == "XS-pine"


def test_changing_the_language_keeps_the_place(site: str, plain_page: Page) -> None:
    page = plain_page
    page.goto(f"{site}/en/get-help")
    press(page, "text=Start")
    go_on(page)
    page.check("main input[value=food_clothing]")
    go_on(page)
    assert page.inner_text("h1") == "About you"
    press(page, "nav button:has-text('Español')")
    assert page.inner_text("h1") == "Sobre usted"
    go_back(page)
    assert page.is_checked("main input[value=food_clothing]")


def test_the_browsers_back_keeps_every_answer_too(site: str, page: Page) -> None:
    page.goto(f"{site}/en")
    press(page, "text=Ask someone to help you")
    press(page, "text=Start")
    page.check("main input[name=safe_now][value=yes]")
    go_on(page)
    page.wait_for_selector("h1:has-text('What do you need?')")
    page.check("main input[value=food_clothing]")
    go_on(page)
    page.wait_for_selector("h1:has-text('About you')")
    page.go_back()
    page.wait_for_selector("h1:has-text('What do you need?')")
    assert page.is_checked("main input[value=food_clothing]")
    page.go_back()
    page.wait_for_selector("h1:has-text('Are you safe right now?')")
    assert page.is_checked("main input[name=safe_now][value=yes]")
    page.go_forward()
    page.wait_for_selector("h1:has-text('What do you need?')")
    go_on(page)
    page.wait_for_selector("h1:has-text('About you')")
    page.go_back()
    page.go_back()
    page.go_back()
    page.wait_for_selector("h1:has-text('Ask someone to help you')")
    page.go_back()
    page.wait_for_selector("h1:has-text('Get help to be safe')")


def test_a_form_is_sent_the_plain_way_when_the_script_cannot(site: str, page: Page) -> None:
    page.goto(f"{site}/en/return")
    page.route("**/return", lambda route: route.abort() if is_fetch(route) else route.continue_())
    page.fill("#code", "abc")
    press(page, "text=Continue")
    page.wait_for_selector(".govuk-error-summary")
    assert page.input_value("#code") == "abc"


def is_fetch(route: Route) -> bool:
    return route.request.resource_type == "fetch"


def test_sending_twice_is_one_request_with_one_code(
    site: str, portal: FakePortal, plain_page: Page
) -> None:
    page = plain_page
    code = ask(page, f"{site}/en")
    page.reload()
    assert page.inner_text(".ad-code") == code
    press(page, "nav button:has-text('Español')")
    assert page.inner_text(".ad-code") == code
    assert len(portal.sent(HelpRequested)) == 1


def test_a_mistake_is_named_and_leads_to_its_field(site: str, page: Page) -> None:
    page.goto(f"{site}/en/get-help")
    press(page, "text=Start")
    go_on(page)
    page.wait_for_selector("h1:has-text('What do you need?')")
    go_on(page)
    page.wait_for_selector(".govuk-error-summary")
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    page.click(".govuk-error-summary a")
    assert page.evaluate("document.activeElement.name") == "needs"


def test_the_keyboard_alone_is_enough(site: str, portal: FakePortal, page: Page) -> None:
    page.goto(f"{site}/en")
    seen = []
    for _ in range(4):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert seen == ["Skip to main content", "Exit this page", "Local help", "Español"]
    page.goto(f"{site}/en/tip")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")
    page.goto(f"{site}/en/get-help")
    press_until(page, "Start")
    page.keyboard.press("Enter")
    page.wait_for_selector("main input[name=safe_now]")
    press_until(page, "", name="safe_now")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('What do you need?')")


def press_until(page: Page, text: str, name: str = "") -> None:
    """Press Tab until the focus is on an element with this text or field name."""
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "[document.activeElement.textContent.trim(), document.activeElement.name || '']"
        )
        if here == [text, name]:
            return
    raise AssertionError(f"{text or name} cannot be reached by keyboard")


def test_a_helper_opens_the_same_kind_of_stream(
    site: str, portal: FakePortal, plain_page: Page
) -> None:
    page = plain_page
    page.goto(f"{site}/en/for-helpers")
    press(page, "text=Start")
    go_on(page)
    assert "Say whether this person said yes" in page.inner_text(".govuk-error-summary")
    page.check("main input[value=with]")
    page.check("main input[name=consent][value=yes]")
    while not page.query_selector("#send"):
        go_on(page)
        if page.query_selector("main input[name=needs][type=checkbox]"):
            page.check("main input[value=legal_assistance]")
    press(page, "#send")
    (asked,) = portal.sent(HelpRequested)
    assert asked.door == "portal_friend"
    words = json.loads(unseal(portal.claims.kept[asked.claim].box, portal.identities["hub"]))
    assert words["asked_by"] == "friend_with"


def test_without_a_yes_nothing_is_sent(site: str, portal: FakePortal, plain_page: Page) -> None:
    plain_page.goto(f"{site}/en/for-helpers")
    press(plain_page, "text=Start")
    plain_page.check("main input[name=consent][value=no]")
    go_on(plain_page)
    assert plain_page.inner_text("h1") == "Ask the person first"
    assert portal.sent(HelpRequested) == []

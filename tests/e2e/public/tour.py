"""A walk through every public page and every state of it, as a person sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from portal import capacity_links
from shared.crypto import codes
from shared.events.doors import HelpRequested, TipSubmitted
from shared.ids import derived_id
from tests.e2e.public.conftest import QUESTIONS, press
from tests.e2e.public.link_tour import linked_pages
from tests.support.portal_fakes import FakePortal

CODE = re.compile(r"([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]")
NORTH_STAR = derived_id("fake", "service", "north-star")
CEDAR = derived_id("fake", "service", "cedar")
NORTH_STAR_AGENCY = derived_id("fake", "organization", "north-star")
CEDAR_AGENCY = derived_id("fake", "organization", "cedar")
BARE = derived_id("fake", "service", "bare")


def opened_pages(page: Page, home: str) -> Iterator[str]:
    """Open every page that has an address of its own. `home` is the address with its language."""
    for name, path in {
        "home": "",
        "stay safe": "/stay-safe",
        "languages": "/languages",
        "search": "/services",
        "service": f"/services/{NORTH_STAR}",
        "confidential service": f"/services/{CEDAR}",
        "service with little known": f"/services/{BARE}",
        "card to print": f"/services/{NORTH_STAR}/card",
        "card of a confidential service": f"/services/{CEDAR}/card",
        "card with little known": f"/services/{BARE}/card",
        "organization": f"/organizations/{NORTH_STAR_AGENCY}",
        "organization with a hidden place": f"/organizations/{CEDAR_AGENCY}",
        "directory to take along": "/directory",
        "pages to print": "/offline",
        "before the questions": "/get-help",
        "for helpers": "/for-helpers",
        "return": "/return",
        "tip": "/tip",
        "tip return": "/tip/return",
        "guides": "/rights",
        "guide": "/rights/t-visa",
        "guide in English only": "/rights/food-now",
        "before the road map": "/road-map",
        "closed": "/closed",
        "not found": "/no/such/page",
    }.items():
        page.goto(home + path)
        yield name


def searched_pages(page: Page, home: str) -> Iterator[str]:
    """Search with something found, nothing found, and near a place."""
    for name, (words, place) in {
        "results": ("bed", ""),
        "no results": ("zzzzqqq", ""),
        "results near a place": ("bed", "Lakeshore"),
    }.items():
        page.goto(f"{home}/services")
        page.fill("#need", words)
        page.fill("#place", place)
        press(page, "main form button >> nth=0")
        yield name


def searched_guides(page: Page, home: str) -> Iterator[str]:
    """Search the guides with something found, nothing found, and with choices."""
    for words in ("visa", "food", "zzzzqqq"):
        page.goto(f"{home}/rights")
        page.fill("#words", words)
        press(page, "main form button")
        yield f"guides about {words}"
    page.click("summary")
    page.check("main input[value=immigration]")
    page.fill("#words", "")
    press(page, "main form button")
    yield "guides of a topic"


def asked_questions(page: Page, home: str) -> Iterator[str]:
    """Answer every question of asking for help, with one mistake, and send it."""
    page.goto(f"{home}/get-help")
    press(page, "main form button")
    for name in QUESTIONS:
        yield f"question {name}"
        if name == "needs":
            press(page, "button[value=next]")
            yield "question needs with a problem"
            page.check("main input[value=emergency_housing]")
        elif name == "safe":
            page.check("main input[name=safe_now][value=no]")
        elif name == "way":
            page.check("main input[name=contact_way][value=text]")
        elif name == "contact":
            page.fill("#contact", "555-0123")
        elif name == "note":
            page.fill("#note", "I have a boy. He is four.")
        press(page, "button[value=next]")
    yield "check answers"
    press(page, "#send")
    yield "sent"


def asked_for_a_friend(page: Page, home: str) -> Iterator[str]:
    """Begin for somebody else who has not said yes."""
    page.goto(f"{home}/for-helpers")
    press(page, "main form button")
    yield "for helpers, question"
    page.check("main input[name=consent][value=no]")
    press(page, "button[value=next]")
    yield "for helpers, not yet"


def returned_pages(page: Page, home: str, portal: FakePortal) -> Iterator[str]:
    """Come back with the code of `asked_questions`, before and after the services know of it."""
    for wrong, name in (("abc", "return with a typo"), ("0" * 17, "return with a wrong code")):
        _give_code(page, f"{home}/return", wrong)
        yield name
    code = ask(page, home)
    _give_code(page, f"{home}/return", code)
    yield "return, not known yet"
    stream = portal.sent(HelpRequested)[-1].stream
    portal.backend.views[stream] = stream_view(stream)
    _give_code(page, f"{home}/return", code)
    yield "return, open"
    yield from linked_pages(page, portal, stream_view(stream), code)
    page.fill("#text", "I moved.")
    press(page, "main form button")
    yield "return, message sent"
    portal.backend.answers["referrals.take_back_release"] = lambda **asked: {}
    press(page, "main form[action$='/stop-sharing'] button")
    yield "return, stopped sharing"
    portal.backend.answers["referrals.take_new_code"] = lambda **asked: {}
    for name in ("return, a new code to write down", "return, with the new code"):
        press(page, "main form[action$='/new-code'] button")
        yield name
    portal.backend.views[stream] = {**stream_view(stream), "status": "closed", "steps": []}
    _give_code(page, f"{home}/return", code)
    yield "return, closed"
    portal.backend.down = True
    _give_code(page, f"{home}/return", codes.show(codes.new_code()))
    portal.backend.down = False
    yield "return, cannot look"


def tip_pages(page: Page, home: str, portal: FakePortal) -> Iterator[str]:
    """Send a tip with one mistake, and come back to it."""
    page.goto(f"{home}/tip")
    press(page, "#send")
    yield "tip with a problem"
    page.fill("#text", "A man in the house cannot leave.")
    press(page, "#send")
    yield "tip sent"
    code = page.inner_text(".ad-code")
    tip = portal.sent(TipSubmitted)[-1].tip
    portal.backend.views[tip] = {"tip": tip, "state": "answered", "messages": [], "reason": ""}
    _give_code(page, f"{home}/tip/return", code)
    yield "tip return, open"
    press(page, "form[action$=withdraw] button")
    yield "tip, take back"
    press(page, "button[value=yes]")
    yield "tip, taken back"


def road_map_pages(page: Page, home: str, portal: FakePortal) -> Iterator[str]:
    """Ask for the road map with nothing and with something answered; change it; lose it."""
    page.goto(f"{home}/road-map")
    press(page, "main form button")
    yield "road map, questions"
    press(page, "#show")
    yield "road map, nothing answered"
    press(page, "button[value=ask]")
    page.check("main input[name=safe_now][value=no]")
    page.check("main input[name=age_group][value=minor]")
    page.check("main input[name=papers][value=none]")
    page.evaluate("document.querySelector('#state').value = 'Atlantis'")
    page.check("#state")
    press(page, "#show")
    yield "road map with a problem"
    page.check("main input[name=state][value=other]")
    press(page, "#show")
    for each in page.query_selector_all("details:not([open]) summary"):
        each.click()
    yield "road map, with everything open"
    page.fill("#place", "Nowhere")
    press(page, "button[value=steps]")
    yield "road map, an unknown place"
    press(page, "button[value=card]")
    yield "road map, a card to print"
    portal.backend.silent = {"library"}
    press(page, "button[value=steps]")
    yield "road map, the library is silent"
    portal.backend.silent = set()


def space_pages(page: Page, home: str, portal: FakePortal) -> Iterator[str]:
    """Report with a link, with one mistake; and open a link that does not work."""
    page.goto(f"{home}/space/{'0' * 48}")
    yield "space, a link that does not work"
    token = capacity_links.new_ticket().code
    verifier = capacity_links.digests(token, portal.parts.boxes.pepper)["verifier"]
    link = {"link": "1", "agency": NORTH_STAR_AGENCY, "service": NORTH_STAR, "verifier": verifier}
    told = {"available": 3, "maximum": 12, "unit": "bed", "outward": "has"}
    portal.backend.answers["accounts.link_at"] = lambda locator: link
    portal.backend.answers["registry.report_capacity"] = lambda **_: told
    page.goto(f"{home}/space/{token}")
    yield "space"
    press(page, "button[value=free]")
    yield "space with a problem"
    page.fill("#available", "3")
    press(page, "button[value=free]")
    yield "space, reported"


def corrected_pages(page: Page, home: str) -> Iterator[str]:
    """Say what is wrong with a service's page, with one mistake."""
    page.goto(f"{home}/services/{NORTH_STAR}")
    page.click("a[href$=correct]")
    yield "correct"
    page.fill("#text", "They open at nine.")
    press(page, "#send")
    yield "correct with a problem"
    page.check("main input[value=hours]")
    press(page, "#send")
    yield "corrected"


def tour(page: Page, home: str, portal: FakePortal) -> Iterator[str]:
    """Walk through all of it; at each stop the page is ready and its name is given."""
    yield from opened_pages(page, home)
    yield from searched_pages(page, home)
    yield from searched_guides(page, home)
    yield from corrected_pages(page, home)
    yield from asked_questions(page, home)
    yield from asked_for_a_friend(page, home)
    yield from returned_pages(page, home, portal)
    yield from tip_pages(page, home, portal)
    yield from road_map_pages(page, home, portal)
    yield from space_pages(page, home, portal)


HOUSED = {"agency": NORTH_STAR_AGENCY, "service": NORTH_STAR, "stay_ends_on": "2036-12-20"}


def stream_view(stream: str) -> dict[str, Any]:
    """Return what the referral service tells a client."""
    return {
        "stream": stream,
        "status": "open",
        "urgency": "urgent",
        "steps": [
            {"need": "1", "need_type": "safety", "step": "looking"},
            {"need": "2", "need_type": "emergency_housing", "step": "accepted", **HOUSED},
            {"need": "3", "need_type": "legal_assistance", "step": "still_looking"},
        ],
        "messages": 0,
        "waits_for_answer": False,
        "case_manager": "agency-1",
        "planned": [{"need_type": "education", "after": ["legal_assistance"]}],
        "plan": {
            "version": "2026-11-22",
            "steps": {
                "safe-bed": {"due_on": "2036-11-25", "is_done": True},
                "t-visa": {"due_on": "2037-02-01", "is_done": False},
            },
        },
        "releases": {
            "release-1": {
                "recipient": NORTH_STAR_AGENCY,
                "fields": ["name", "health_substance_use"],
                "until": "2036-12-22T20:00:00.000+00:00",
                "state": "given",
                "shown": [{"at": "2026-11-22T20:00:00.000+00:00", "fields": ["name"]}],
            }
        },
        "next": {"code": "make_contact", "due_at": "2036-11-22T20:00:00.000+00:00"},
    }


def _give_code(page: Page, address: str, code: str) -> None:
    page.goto(address)
    page.fill("#code", code)
    press(page, "main form button")


def ask(page: Page, home: str) -> str:
    """Answer as the sample client does and return the code."""
    for stop in asked_questions(page, home):
        if stop == "sent":
            break
    return page.inner_text(".ad-code")

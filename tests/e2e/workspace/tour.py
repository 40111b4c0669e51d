"""A walk through every page of the workspace and every state of it, in each role."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.e2e.workspace.along_tour import along
from tests.e2e.workspace.desk import press, sign_in, unlock
from tests.e2e.workspace.library_tour import library
from tests.e2e.workspace.link_tour import links
from tests.e2e.workspace.path_tour import paths
from tests.e2e.workspace.staff_tour import staff_pages
from tests.e2e.workspace.stay_tour import stays
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BEDS, NORTH_STAR

STREAM = "/workspace/streams/stream-1"


def tour(page: Page, home: str, workplace: Workplace) -> Iterator[str]:
    """Open every page; yield its name once it stands."""
    workplace.open_stream(
        needs=["emergency_housing", "medical_care", "legal_assistance"],
        avoid=["police", "XS-pine"],
        claim=workplace.seal_contact("stream-1"),
    )
    tip = workplace.send_tip()
    yield from signing_in(page, home)
    yield from case_manager(page, home)
    yield from walk_in(page, home, workplace)
    yield from stays(page, home)
    yield from coordinator(page, home)
    yield from library(page, home, workplace)
    yield from directory(page, home, workplace)
    yield from triage(page, home, tip)
    yield from administrator(page, home, workplace)
    yield from links(page, home, workplace)
    yield from paths(page, home, workplace)
    yield from along(page, home, workplace)
    yield from when_it_fails(page, home, workplace)


def signing_in(page: Page, home: str) -> Iterator[str]:
    """Sign in, wrongly first."""
    page.goto(f"{home}/workspace/sign-in")
    yield "sign in"
    page.click("main button")
    yield "sign in with nothing"
    page.fill("#name", "nobody@example.org")
    page.fill("#password", "wrong")
    page.click("main button")
    yield "sign in wrong"


def case_manager(page: Page, home: str) -> Iterator[str]:
    """Take a client on."""
    sign_in(page, home, "case_manager", "bridgewater")
    yield "home of a case manager"
    page.goto(f"{home}/workspace/offers")
    yield "offers"
    page.click("details summary")
    press(page, "/decline")
    yield "declined without a reason"
    press(page, "/accept")
    yield "stream taken on"
    press(page, "/start")
    for each in page.query_selector_all("details:not([open]) summary"):
        each.click()
    yield "stream with everything open"
    page.goto(home + STREAM)
    unlock(page, "/contact", "wrong")
    yield "wrong passphrase"
    unlock(page, "/contact")
    yield "contact opened"
    page.goto(home + STREAM)
    yield from release_of(page)
    yield from plan_of(page, home)
    press(page, "/close")
    yield "closed without a reason"
    page.goto(f"{home}/workspace/streams")
    yield "streams"
    page.goto(f"{home}/workspace/queue")
    yield "queue of a case manager"


def release_of(page: Page) -> Iterator[str]:
    """Note what the client lets the shelter see, with one mistake."""
    page.click("details:has(form[action$='/releases']) summary")
    press(page, "/releases")
    yield "release with problems"
    page.select_option("#recipient", NORTH_STAR)
    page.fill("#release_health_substance_use", "A clinic on Mondays")
    for name, code in {
        "purpose": "arrange_service",
        "language": "es",
        "signed": "on_paper",
    }.items():
        page.select_option(f"#{name}", code)
    press(page, "/releases")
    yield "release given"


def plan_of(page: Page, home: str) -> Iterator[str]:
    """Make the road map a plan, with one mistake, and work on it."""
    page.click("a[href$='/road-map']")
    yield "road map, what the stream knows"
    page.click("button[value=steps]")
    yield "road map, steps"
    page.fill("input[name^=due_] >> nth=0", "soon")
    page.click("button[value=plan]")
    yield "plan with a day that is none"
    page.fill("input[name^=due_] >> nth=0", "2036-01-01")
    page.click("button[value=plan]")
    page.click("text=/It is done|Ya está hecho/ >> nth=0")
    yield "stream with a plan"
    page.goto(home + STREAM)


def walk_in(page: Page, home: str, workplace: Workplace) -> Iterator[str]:
    """A client comes to the shelter's door."""
    sign_in(page, home, "intake", "north-star")
    yield "home of a shelter"
    page.goto(f"{home}/workspace/capacity")
    yield "capacity"
    page.fill(f"#available-{BEDS}", "many")
    press(page, f"/{BEDS}")
    yield "capacity that is no number"
    page.click("details summary >> nth=0")
    press(page, f"/{BEDS}/links")
    yield "capacity, a link made"
    page.goto(f"{home}/workspace/records")
    yield "records, out of date"
    press(page, "/verify")
    yield "records, checked"
    page.goto(f"{home}/workspace/panel")
    yield "panel"
    press(page, "/panel")
    yield "panel, an entry with nothing in it"
    page.goto(f"{home}/workspace/continue")
    yield "client at the door"
    page.fill("#code", "1234")
    press(page, "/continue")
    yield "a wrong code"
    page.fill("#code", workplace.give_code("stream-1"))
    press(page, "/continue")
    yield "the stream goes on at another door"
    page.goto(f"{home}/workspace/new-client")
    yield "new client"
    press(page, "/new-client")
    yield "new client without a need"
    page.check("input[value=food_clothing]")
    press(page, "/new-client")
    yield "the client's code"


def coordinator(page: Page, home: str) -> Iterator[str]:
    """Look after the network."""
    sign_in(page, home, "coordinator", "harbor-light")
    yield "home of the coordinator"
    page.goto(f"{home}/workspace/queue")
    yield "queue"
    page.goto(home + STREAM)
    yield "stream of the coordinator"
    page.goto(f"{home}/workspace/on-call")
    yield "on call"
    page.goto(f"{home}/workspace/imports")
    yield "imports"
    page.click("main section a")
    yield "import"
    page.goto(f"{home}/workspace/duplicates")
    yield "possible duplicates"
    page.click("button[value=linked]")
    yield "linked"
    page.goto(f"{home}/workspace/pathways")
    yield "pathways"
    press(page, "/pathways")
    yield "pathways, one with nothing in it"
    page.goto(f"{home}/workspace/gaps")
    yield "gaps"
    page.select_option("#split", "population")
    page.click("main form button")
    yield "gaps by population"
    page.goto(f"{home}/workspace/gaps?first=2026-5&last=x&need=odd")
    yield "gaps of wrong months"
    page.goto(f"{home}/workspace/gaps?last=2020-01")
    yield "no gaps"
    yield from reports(page, home)


def reports(page: Page, home: str) -> Iterator[str]:
    """Read the figures and make a grant report."""
    page.goto(f"{home}/workspace/figures")
    yield "figures"
    page.select_option("#split", "month")
    page.click("main form button")
    yield "figures by month"
    page.goto(f"{home}/workspace/figures?first=2026-5&last=x&need=odd&split=odd")
    yield "figures of wrong months"
    page.goto(f"{home}/workspace/grants")
    yield "grant reports"
    page.select_option("#quarter", "2026-Q1")
    page.click("form[action$='/grants'] button")
    yield "grant report of a quarter"
    page.fill("#first", "soon")
    press(page, "/client-months.csv")
    yield "ledger of months that are none"


def directory(page: Page, home: str, workplace: Workplace) -> Iterator[str]:
    """Decide what the directory should say."""
    claim = workplace.seal_contact("suggestion-1", NORTH_STAR)
    workplace.suggestions.make("suggestion-1", workplace.portal.claims.kept[claim])
    sign_in(page, home, "coordinator", "north-star")
    page.goto(f"{home}/workspace/suggestions")
    yield "suggested changes"
    page.click("table a")
    yield "suggested change"
    press(page, "/refuse")
    yield "refused without a reason"
    press(page, "/accept")
    yield "suggestion accepted"


def triage(page: Page, home: str, tip: str) -> Iterator[str]:
    """Read a tip and answer it."""
    sign_in(page, home, "triage", "harbor-light")
    yield "home of triage"
    page.goto(f"{home}/workspace/tips")
    yield "tips"
    page.goto(f"{home}/workspace/tips/{tip}")
    yield "tip"
    unlock(page, "/open")
    yield "tip opened"
    press(page, "/answer")
    yield "answer with nothing"
    page.fill("#text", "Thank you. Which street was it?")
    press(page, "/answer")
    page.select_option("#to", "referrals")
    press(page, "/pass-on")
    yield "tip passed on"
    page.select_option("#reason", "acted_on")
    press(page, "/close")
    yield "tip closed"


def administrator(page: Page, home: str, workplace: Workplace) -> Iterator[str]:
    """Connect an agency's programs."""
    sign_in(page, home, "agency_admin", "north-star")
    page.goto(f"{home}/workspace/subscriptions")
    yield "no subscription"
    press(page, "/subscriptions")
    yield "subscription without anything"
    page.select_option("#kind", "webhook")
    page.fill("#url", "https://hooks.example.org/anydoor")
    page.check("input[value='referral.*']")
    press(page, "/subscriptions")
    yield "subscription begun"
    workplace.subscriptions.tried = [
        {
            "event": "e1",
            "type": "referral.offered",
            "time": "2026-11-22T10:00:00+00:00",
            "state": "delivered",
            "attempts": 2,
            "tried": [{"at": "2026-11-22T10:00:00+00:00", "code": code} for code in ("503", "200")],
            "stream": "stream-1",
        }
    ]
    page.click("table a")
    yield "subscription"
    press(page, "/replay")
    yield "replay without a time"
    press(page, "/end")
    yield "subscription ended"
    page.goto(f"{home}/workspace/keys")
    yield "keys"
    page.check("input[value='offers:read']")
    press(page, "/keys")
    yield "key made"
    yield from staff_pages(page, home)


def when_it_fails(page: Page, home: str, workplace: Workplace) -> Iterator[str]:
    """Something is not there, or nobody answers."""
    sign_in(page, home, "case_manager", "bridgewater")
    page.goto(f"{home}/workspace/streams/no-such-stream")
    yield "unknown stream"
    page.goto(f"{home}/workspace/continue")
    page.goto(home + STREAM)
    workplace.portal.backend.silent = {"referrals"}
    press(page, "/follow-up")
    yield "nobody answers"
    page.goto(f"{home}/workspace")
    yield "home while referrals is silent"
    workplace.portal.backend.silent = set()

"""Tips, the queue, capacity, on call, subscriptions and keys, as staff work with them."""

from __future__ import annotations

import re

from portal.passwords import secret_hash
from shared.ids import derived_id
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import WORDS, Workplace
from tests.support.staff_network import BEDS, NORTH_STAR


def test_triage_reads_a_tip_with_its_passphrase(desk: StaffBrowser, workplace: Workplace) -> None:
    tip = workplace.send_tip("A locked house.")
    desk.sign_in("triage", "harbor-light")
    desk.open("/workspace/tips")
    assert "Help for somebody" in desk.text
    assert "A locked house." not in desk.open(f"/workspace/tips/{tip}").text
    assert desk.press("/open", {"passphrase": "wrong"}).status_code == 422
    assert workplace.tips.states[tip]["state"] == "received", "nobody could read it yet"
    desk.press("/open", {"passphrase": WORDS})
    assert "A locked house." in desk.text
    assert workplace.tips.states[tip]["state"] == "opened"


def test_the_reporter_reads_the_answer_with_the_receipt(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    tip = workplace.send_tip()
    desk.sign_in("triage", "harbor-light")
    desk.open(f"/workspace/tips/{tip}")
    desk.press("/open", {"passphrase": WORDS})
    assert desk.press("/answer", {"text": ""}).status_code == 422
    desk.press("/answer", {"text": "Which street?"})
    assert "Your answer waits for the reporter." in desk.text
    (message,) = workplace.tips.states[tip]["messages"]
    box = workplace.portal.claims.kept[message["claim"]].box
    assert workplace.portal.parts.boxes.read_answer(box, workplace.receipts[tip]) == "Which street?"
    desk.press("/open", {"passphrase": WORDS})
    assert "Which street?" in desk.text


def test_a_tip_is_passed_on_only_where_the_reporter_wished(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    tip = workplace.send_tip(to_police=False)
    desk.sign_in("triage", "harbor-light")
    desk.open(f"/workspace/tips/{tip}")
    desk.press("/open", {"passphrase": WORDS})
    assert desk.press("/pass-on", {"to": "police"}).status_code == 422
    desk.press("/pass-on", {"to": "referrals", "needs": "safety", "area": "", "language": "es"})
    assert "The tip is passed on." in desk.text
    assert workplace.tips.states[tip]["passed_on"][0]["stream"]
    desk.press("/close", {"reason": "acted_on"})
    assert "The tip is closed." in desk.text


def test_tips_of_another_agency_are_not_there(desk: StaffBrowser, workplace: Workplace) -> None:
    tip = workplace.send_tip()
    desk.sign_in("triage", "north-star")
    assert desk.open(f"/workspace/tips/{tip}").status_code == 404


def test_the_queue_says_who_was_asked_and_why_not(desk: StaffBrowser, workplace: Workplace) -> None:
    workplace.open_stream(needs=["medical_care", "emergency_housing"], language="vi")
    desk.sign_in("case_manager", "bridgewater")
    desk.sign_in("coordinator", "harbor-light")
    desk.open("/workspace/queue")
    assert "A place to stay tonight" in desk.text or "Find a case manager" in desk.text
    assert "Does not have the language" in desk.text


def test_an_agency_reports_its_own_capacity_only(desk: StaffBrowser, workplace: Workplace) -> None:
    desk.sign_in("intake", "north-star")
    at = f"/workspace/capacity/{BEDS}"
    told = {"available": "3", "maximum": "12", "unit": "bed"}
    assert desk.send(at, told).url.query == b"done=capacity"
    assert workplace.capacities.states[BEDS]["available"] == 3
    more = desk.send(at, {**told, "available": "13"})
    assert more.status_code == 422
    assert "Free now is more than the maximum" in desk.text
    assert (
        desk.send(at, {**told, "unit": "none", "available": "", "maximum": ""}).status_code == 200
    )
    other = derived_id("fake", "service", "bridgewater")
    assert desk.send(f"/workspace/capacity/{other}", told).status_code == 404


def test_whom_to_call_in_each_area(desk: StaffBrowser, workplace: Workplace) -> None:
    desk.sign_in("triage", "harbor-light")
    with desk.client:
        desk.open("/workspace/on-call")
    assert "Harbor Light Coordination" in desk.text
    assert "Nobody is on call in the whole coming week." in desk.text
    assert re.search(r"Nobody is on call: \w{3} \d\d:00 – (\w{3} )?\d\d:00", desk.text)
    workplace.portal.backend.silent = {"registry"}
    with desk.client:
        desk.open("/workspace/on-call")
    assert "We cannot show this right now." in desk.text
    assert "Nobody is on call" not in desk.text


def test_a_webhook_is_begun_and_its_secret_shown_once(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("agency_admin", "north-star")
    desk.open("/workspace/subscriptions")
    address, fields = desk.form("/subscriptions")
    told = {**fields, "kind": "webhook", "url": "https://h.example.org/", "events": "referral.*"}
    secrets = set()
    for _ in range(2):
        assert desk.send(address, told).status_code == 200
        secrets.update(re.findall(r"whsec_[A-Za-z0-9+/=]+", desk.page))
    assert len(secrets) == 1
    assert len(workplace.subscriptions.orders) == 1
    (order,) = workplace.subscriptions.orders.values()
    assert workplace.portal.claims.kept[order["claim"]].private["secret"] in secrets
    assert "whsec_" not in desk.open("/workspace/subscriptions").text


def test_a_refused_subscription_keeps_what_was_typed(desk: StaffBrowser) -> None:
    desk.sign_in("agency_admin", "north-star")
    desk.open("/workspace/subscriptions")
    told = {"kind": "webhook", "url": "ftp://h.example.org/", "events": "referral.*"}
    assert desk.press("/subscriptions", told).status_code == 422
    assert "The address does not begin with https://" in desk.text
    assert "ftp://h.example.org/" in desk.page


def test_only_the_coordinator_is_offered_news_of_tips(desk: StaffBrowser) -> None:
    desk.sign_in("agency_admin", "north-star")
    assert 'value="tip.*"' not in desk.open("/workspace/subscriptions").text
    desk.sign_in("agency_admin", "harbor-light")
    assert 'value="tip.*"' in desk.open("/workspace/subscriptions").text


def test_deliveries_are_brought_again_and_a_subscription_ends(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("agency_admin", "north-star")
    desk.open("/workspace/subscriptions")
    desk.press("/subscriptions", {"kind": "queue", "events": "stream.opened"})
    (id,) = workplace.subscriptions.orders
    desk.open(f"/workspace/subscriptions/{id}")
    assert desk.press("/replay").status_code == 422
    desk.press("/replay", {"since": "3600"})
    assert workplace.subscriptions.replayed
    desk.press("/end")
    assert "The subscription has ended." in desk.text
    desk.sign_in("agency_admin", "bridgewater")
    assert desk.open(f"/workspace/subscriptions/{id}").status_code == 404


def test_a_key_is_shown_once_and_kept_as_a_hash(desk: StaffBrowser, workplace: Workplace) -> None:
    desk.sign_in("agency_admin", "north-star")
    desk.open("/workspace/keys")
    assert desk.press("/keys").status_code == 422
    address, fields = desk.form("/keys")
    shown = set()
    for _ in range(2):
        desk.send(address, {**fields, "scopes": "offers:read"})
        shown.update(re.findall(r'ad-secret">([^<]+)<', desk.page))
    (key,) = shown
    id, _, secret = key.partition(".")
    row = workplace.staff.kept["key"][id]
    assert (row["agency"], row["scopes"]) == (NORTH_STAR, ["offers:read"])
    assert workplace.portal.claims.kept[row["claim"]].private == {"hash": secret_hash(secret)}
    answer = desk.client.get("/api/v1/offers", headers={"authorization": f"Bearer {key}"})
    assert answer.json() == {"offers": []}


def test_a_changed_ticket_does_not_choose_the_secret(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("agency_admin", "north-star")
    desk.send("/workspace/keys", {"ticket": "mine.weak.0", "scopes": "offers:read"})
    (key,) = re.findall(r'ad-secret">([^<]+)<', desk.page)
    assert len(key.partition(".")[2]) == 43
    assert "mine" not in workplace.staff.kept["key"]

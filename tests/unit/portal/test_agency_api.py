"""The agency API: keys and scopes, offers, streams, capacity, events, subscriptions."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx2 import Response

from portal.api.routes import PAGES, SCOPES
from portal.page import Page
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BEDS, BRIDGEWATER, NORTH_STAR

V1 = "/api/v1"


def problem(answer: Response) -> tuple[int, str, str]:
    """Return (status, field, rule) of problem details."""
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    return answer.status_code, told.get("field", ""), told.get("rule", "")


@pytest.mark.parametrize(
    "shown", ["", "Bearer x", "Bearer k.y", "Basic a:b", "Bearer {id}.{secret}x", "Bearer {id}."]
)
def test_a_wrong_key_is_401(shown: str, workplace: Workplace) -> None:
    client = workplace.program()
    id, _, secret = client.headers["authorization"].removeprefix("Bearer ").partition(".")
    told = shown.format(id=id, secret=secret)
    answer = client.get(f"{V1}/offers", headers={"authorization": told})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.methods[0]} {page.path}")
def test_every_address_needs_its_scope(page: Page, workplace: Workplace) -> None:
    others = [scope for scope in SCOPES if scope != page.access.scope]
    path = page.path.replace("{", "").replace("}", "")
    answer = workplace.program(others).request(page.methods[0], path)
    assert answer.status_code == 403


def test_an_offer_is_accepted_once(workplace: Workplace) -> None:
    workplace.open_stream()
    client = workplace.program(agency=BRIDGEWATER)
    (offer,) = client.get(f"{V1}/offers").json()["offers"]
    assert offer["need_type"] == "case_management"
    to, once = f"{V1}/offers/{offer['offer']}/accept", {"idempotency-key": "shift-1"}
    first = client.post(to, headers=once)
    again = client.post(to, headers=once, json={"stream": offer["stream"]})
    assert first.json() == again.json()
    assert first.json()["state"] == "accepted"
    other = client.post(to, headers={"idempotency-key": "2"}, json={"stream": offer["stream"]})
    assert problem(other)[:2] == (409, "offer")
    assert problem(client.post(to))[:2] == (404, "offer")
    assert workplace.stream().case_manager == BRIDGEWATER


def test_an_offer_is_declined_with_a_code(workplace: Workplace) -> None:
    workplace.open_stream()
    client = workplace.program(agency=BRIDGEWATER)
    (offer,) = client.get(f"{V1}/offers").json()["offers"]
    to = f"{V1}/offers/{offer['offer']}/decline"
    assert problem(client.post(to, json={})) == (422, "reason", "is missing")
    assert problem(client.post(to, json={"reason": "no"}))[:2] == (422, "reason")
    assert problem(client.post(to, json={"reason": 1}))[:2] == (422, "reason")
    extra = client.post(to, json={"reason": "other", "why": "x"})
    assert problem(extra) == (422, "why", "is not a field of this")
    assert client.post(to, json={"reason": "no_capacity"}).status_code == 200
    assert workplace.stream().case_manager == ""


def test_a_referral_is_moved_and_the_stream_read(workplace: Workplace) -> None:
    workplace.open_stream()
    client = workplace.program(agency=BRIDGEWATER)
    (offer,) = client.get(f"{V1}/offers").json()["offers"]
    client.post(f"{V1}/offers/{offer['offer']}/accept")
    (line,) = client.get(f"{V1}/streams").json()["streams"]
    stream = client.get(f"{V1}/streams/{line['stream']}").json()
    assert stream["relation"] == "case_manager"
    to = f"{V1}/streams/{line['stream']}/referrals/{offer['referral']}"
    assert client.post(f"{to}/start").json()["state"] == "in_progress"
    status, field, rule = problem(client.post(f"{to}/start"))
    assert (status, field) == (409, "referral")
    assert "start is not legal" in rule
    assert problem(client.post(f"{to}/fail", json={}))[:2] == (422, "reason")
    assert client.post(f"{to}/hold", json={}).json()["state"] == "on_hold"


def test_streams_of_others_are_not_there(workplace: Workplace) -> None:
    workplace.open_stream()
    client = workplace.program(agency=NORTH_STAR)
    assert client.get(f"{V1}/streams").json() == {"streams": []}
    assert problem(client.get(f"{V1}/streams/stream-1"))[0] == 404


def test_capacity_of_ones_own_services_only(workplace: Workplace) -> None:
    told = {"service": BEDS, "available": 2, "maximum": 4, "unit": "bed"}
    mine = workplace.program(agency=NORTH_STAR)
    assert mine.post(f"{V1}/capacity", json=told).json()["outward"] == "has"
    more = mine.post(f"{V1}/capacity", json={**told, "available": 5})
    assert problem(more) == (422, "available", "is more than the maximum")
    for odd in ("2", -1, 1.5, None, 10**9, {"$gt": ""}):
        answer = mine.post(f"{V1}/capacity", json={**told, "available": odd})
        assert problem(answer)[:2] == (422, "available"), odd
    others = workplace.program(agency=BRIDGEWATER)
    assert problem(others.post(f"{V1}/capacity", json=told))[:2] == (404, "service")


def test_the_feed_is_read_page_by_page(workplace: Workplace) -> None:
    workplace.subscriptions.events = [{"id": str(at)} for at in range(5)]
    client = workplace.program()
    first = client.get(f"{V1}/events", params={"limit": 3}).json()
    rest = client.get(f"{V1}/events", params={"after": first["next"], "limit": 3}).json()
    assert [one["id"] for one in [*first["events"], *rest["events"]]] == list("01234")
    for query, field in (("limit=0", "limit"), ("limit=x", "limit"), ("after=x", "after")):
        assert problem(client.get(f"{V1}/events?{query}"))[:2] == (422, field)
    assert problem(client.get(f"{V1}/events?limit=501"))[:2] == (422, "limit")


def test_a_webhook_subscription_tells_its_secret_once(workplace: Workplace) -> None:
    client = workplace.program()
    told = {"kind": "webhook", "events": ["referral.*"], "url": "https://h.example.org/x"}
    once = {"idempotency-key": "hook"}
    begun = client.post(f"{V1}/subscriptions", json=told, headers=once)
    again = client.post(f"{V1}/subscriptions", json=told, headers=once)
    assert begun.status_code == 201
    assert begun.json()["secret"] == again.json()["secret"]
    (listed,) = client.get(f"{V1}/subscriptions").json()["subscriptions"]
    assert "secret" not in listed
    ended = client.delete(f"{V1}/subscriptions/{listed['subscription']}")
    assert ended.json()["state"] == "ended"


def test_a_wrong_subscription_names_its_field(workplace: Workplace) -> None:
    client = workplace.program()
    good = {"kind": "webhook", "events": ["referral.*"], "url": "https://h.example.org/x"}
    for field, odd in {
        "kind": "mail",
        "url": "http://127.0.0.1@evil/",
        "events": [],
        "secret": "short",
    }.items():
        answer = client.post(f"{V1}/subscriptions", json={**good, field: odd})
        assert problem(answer)[:2] == (422, field), odd
    other = client.post(f"{V1}/subscriptions", json={**good, "events": ["tip.*"]})
    assert problem(other)[:2] == (422, "events[0]")


def test_silence_is_503_with_what_to_do(workplace: Workplace) -> None:
    client = workplace.program()
    workplace.portal.backend.silent = {"referrals"}
    answer = client.get(f"{V1}/offers")
    assert problem(answer)[0] == 503
    assert answer.json()["advice"] == "try again later"


def test_the_page_about_the_api_lists_every_address_and_scope() -> None:
    text = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
    for page in PAGES:
        last = page.path.rsplit("/", 1)[-1]
        whole = f"{page.methods[0]} {page.path.removeprefix(V1)}"
        assert whole in text or f".../{last}" in text, whole
    for scope in SCOPES:
        assert f"`{scope}`" in text

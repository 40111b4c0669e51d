"""Saying what is wrong with a page: kept whatever was typed, sealed, and decided at a desk."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from portal.limits import WrongCodes
from portal.pages.services import Finding
from shared.clock import now
from shared.crypto.sealing import seal, unseal
from shared.errors import NotFound
from shared.events.doors import SuggestionSubmitted
from shared.ids import derived_id
from shared.storage.claims import Claim
from tests.support.portal_fakes import FakePortal, make_portal
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import WORDS, Workplace
from tests.support.staff_network import BEDS, HARBOR_LIGHT, NORTH_STAR

PAGE = f"/services/{BEDS}/correct"
TEXT = "It is 555-0199 now & <b>open</b> at 9."


@pytest.fixture
def portal(tmp_path_factory: pytest.TempPathFactory) -> FakePortal:
    return make_portal(tmp_path_factory.mktemp("portal"), coordinator_agency=HARBOR_LIGHT)


@pytest.fixture
def visitor(portal: FakePortal) -> Iterator[TestClient]:
    with TestClient(portal.app, headers={"accept-language": "en"}) as it:
        yield it


def send(visitor: TestClient, codes: list[str], text: str = "", ticket: str = "") -> Response:
    told = {"codes": codes, "text": text, "ticket": ticket, "go": "send"}
    return visitor.post(PAGE, data=told)


def test_a_page_of_the_directory_asks_whether_it_is_right(visitor: TestClient) -> None:
    assert PAGE in visitor.get(f"/services/{BEDS}").text
    form = visitor.get(PAGE)
    assert form.status_code == 200
    assert form.headers["cache-control"] == "no-store"
    assert "Do not write about a person" in form.text


def test_codes_travel_and_words_are_sealed(visitor: TestClient, portal: FakePortal) -> None:
    answer = send(visitor, ["phone", "hours"], TEXT)
    assert answer.status_code == 200
    assert "Thank you" in answer.text
    (event,) = portal.sent(SuggestionSubmitted)
    assert (event.service, event.codes, event.said_by) == (BEDS, ["phone", "hours"], "")
    claim = portal.claims.kept[event.claim]
    assert (claim.kind, claim.private) == ("suggestion", {})
    assert b"555-0199" not in claim.box
    for who in ("triage", "recovery"):
        assert json.loads(unseal(claim.box, portal.identities[who])) == {"text": TEXT}
    asked = [told["agency"] for _, name, told in portal.backend.calls if name == "recipient"]
    assert asked == [NORTH_STAR, HARBOR_LIGHT]


def test_the_same_form_sent_twice_is_one(visitor: TestClient, portal: FakePortal) -> None:
    (ticket,) = re.findall(r'name="ticket" value="([^"]+)"', visitor.get(PAGE).text)
    for _ in range(2):
        assert send(visitor, ["closed"], TEXT, ticket).status_code == 200
    assert len(portal.sent(SuggestionSubmitted)) == 1


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        ([], TEXT),
        (["no_such_code"], TEXT),
        (["phone", "$where"], TEXT),
        (["phone"], "x" * 501),
        (["phone"], "turned \u202e round"),
    ],
)
def test_what_does_not_fit_comes_back_with_what_was_typed(
    visitor: TestClient, portal: FakePortal, codes: list[str], text: str
) -> None:
    answer = send(visitor, codes, text)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert text.replace("\u202e", "") in html.unescape(answer.text)
    assert portal.sent(SuggestionSubmitted) == []


def test_codes_alone_need_no_key_and_words_without_one_come_back(
    visitor: TestClient, portal: FakePortal
) -> None:
    portal.backend.down = True
    answer = send(visitor, ["moved"], TEXT)
    assert answer.status_code == 503
    assert TEXT in html.unescape(answer.text)
    assert send(visitor, ["moved"]).status_code == 200
    assert [one.claim for one in portal.sent(SuggestionSubmitted)] == [""]


def test_words_nobody_could_open_are_not_taken(visitor: TestClient, portal: FakePortal) -> None:
    def nobody(agency: str) -> None:
        raise NotFound("agency", "has no key", "create its key first")

    portal.backend.answers["accounts.recipient"] = nobody
    assert send(visitor, ["other"], TEXT).status_code == 503
    assert portal.sent(SuggestionSubmitted) == []


def test_a_flood_is_asked_to_wait_and_loses_nothing(
    visitor: TestClient, portal: FakePortal
) -> None:
    pages: Finding = portal.parts.extras["services"]
    limit = WrongCodes(allowed=2)
    object.__setattr__(pages, "suggested", limit)
    assert [send(visitor, ["other"]).status_code for _ in range(2)] == [200, 200]
    answer = send(visitor, ["other"], TEXT)
    assert answer.status_code == 429
    assert TEXT in html.unescape(answer.text)


@pytest.mark.parametrize("id", ["nothing", derived_id("no", "service"), "%00", "$ne"])
def test_a_service_nobody_knows_has_no_form(visitor: TestClient, id: str) -> None:
    assert visitor.get(f"/services/{id}/correct").status_code == 404
    assert visitor.post(f"/services/{id}/correct", data={"codes": "phone"}).status_code == 404


def sealed(workplace: Workplace, agency: str) -> Claim:
    box = seal(json.dumps({"text": TEXT}).encode(), [workplace.recipient(agency)])
    claim = Claim("claim-s1", "suggestion", {}, box, now())
    workplace.portal.claims.kept[claim.id] = claim
    return claim


@pytest.mark.parametrize("slug", ["north-star", "harbor-light"])
def test_owner_and_coordinator_open_and_accept(
    desk: StaffBrowser, workplace: Workplace, slug: str
) -> None:
    agency = NORTH_STAR if slug == "north-star" else HARBOR_LIGHT
    workplace.suggestions.make("s1", sealed(workplace, agency))
    desk.sign_in("coordinator", slug)
    desk.open("/workspace/suggestions")
    assert "The phone is wrong" in desk.text
    assert "The public" in desk.text
    desk.open("/workspace/suggestions/s1")
    assert "555-0199" not in desk.text
    assert desk.press("/open", {"passphrase": "wrong"}).status_code == 422
    desk.press("/open", {"passphrase": WORDS})
    assert TEXT in html.unescape(desk.page)
    desk.press("/accept")
    assert "Now change the record" in desk.text
    assert "No suggestion waits." in desk.text
    assert workplace.suggestions.kept["s1"]["status"] == "accepted"


def test_a_refusal_needs_its_reason(desk: StaffBrowser, workplace: Workplace) -> None:
    workplace.suggestions.make("s1", said_by=HARBOR_LIGHT)
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/suggestions/s1")
    assert desk.press("/refuse").status_code == 422
    assert "Choose why you refuse" in desk.text
    desk.press("/refuse", {"reason": "checked_right"})
    assert "The suggestion is refused." in desk.text
    desk.open("/workspace/suggestions/s1")
    assert "Refused" in desk.text


def test_another_agency_sees_none_of_it(desk: StaffBrowser, workplace: Workplace) -> None:
    workplace.suggestions.make("s1")
    desk.sign_in("coordinator", "bridgewater")
    assert desk.open("/workspace/suggestions/s1").status_code == 404
    assert desk.send("/workspace/suggestions/s1/accept", {}).status_code == 404
    assert workplace.suggestions.kept["s1"]["status"] == "open"


def test_a_program_suggests_once_an_idempotency_key(workplace: Workplace) -> None:
    program, path = workplace.program(), f"/api/v1/services/{BEDS}/suggestions"
    key = {"idempotency-key": "visit-1"}
    answers = [program.post(path, json={"codes": ["moved"], "text": TEXT}, headers=key)] * 2
    assert [one.status_code for one in answers] == [202, 202]
    (event,) = workplace.portal.sent(SuggestionSubmitted)
    assert answers[0].json() == {"suggestion": event.suggestion}
    assert (event.said_by, event.service) == (NORTH_STAR, BEDS)
    box = workplace.portal.claims.kept[event.claim].box
    assert json.loads(unseal(box, workplace.identities[HARBOR_LIGHT])) == {"text": TEXT}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "codes"),
        ({"codes": []}, "codes"),
        ({"codes": ["nope"]}, "codes"),
        ({"codes": ["closed_or_moved"]}, "codes"),
        ({"codes": ["phone", "phone"]}, "codes"),
        ({"codes": ["phone"], "text": "x" * 501}, "text"),
        ({"codes": ["phone"], "text": "\x00"}, "text"),
        ({"codes": ["phone"], "said_by": HARBOR_LIGHT}, "said_by"),
    ],
)
def test_a_program_is_told_which_field_does_not_fit(
    workplace: Workplace, body: dict[str, object], field: str
) -> None:
    answer = workplace.program().post(f"/api/v1/services/{BEDS}/suggestions", json=body)
    assert answer.status_code == 422 or answer.status_code == 400
    assert answer.json()["field"].startswith(field)
    assert workplace.portal.sent(SuggestionSubmitted) == []


def test_a_key_without_the_scope_may_not_suggest(workplace: Workplace) -> None:
    program = workplace.program(["offers:read"])
    path = f"/api/v1/services/{BEDS}/suggestions"
    assert program.post(path, json={"codes": ["phone"]}).status_code == 403

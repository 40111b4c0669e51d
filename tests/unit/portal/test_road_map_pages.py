"""The road map as somebody without scripts walks it: any answer or none, nothing lost or kept."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from shared.errors import Unavailable
from shared.events.doors import HelpRequested
from shared.vocabulary.road_map import ROAD_MAP
from tests.support.portal_fakes import FakePortal, make_portal

PATH = "/road-map"
SOME: dict[str, Any] = {
    "safe_now": "no",
    "age_group": "minor",
    "what_happened": ["forced_work"],
    "papers": ["none"],
    "police": "would_not",
    "state": "US-NY",
    "about": ["man", "with_children"],
    "needs": ["legal_assistance", "emergency_housing"],
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> FakePortal:
    return make_portal(tmp_path_factory.mktemp("road-map"))


@pytest.fixture(scope="module")
def running(portal: FakePortal) -> Iterator[TestClient]:
    with TestClient(portal.app, follow_redirects=False, headers={"accept-language": "en"}) as it:
        yield it


@pytest.fixture
def visitor(running: TestClient, portal: FakePortal) -> Iterator[TestClient]:
    portal.backend.calls.clear()
    yield running
    portal.backend.silent = set()


def words(answer: Response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def asked(portal: FakePortal) -> list[dict[str, Any]]:
    """What the library was asked."""
    return [told for service, _, told in portal.backend.calls if service == "library"]


def checked(text: str) -> set[str]:
    """What is ticked, as name=code."""
    boxes = re.findall(r"<input[^>]*(?:radio|checkbox)[^>]*>", text)
    return {
        "=".join(re.findall(r'(?:name|value)="([^"]*)"', box)) for box in boxes if " checked" in box
    }


def test_the_home_page_and_the_guides_lead_to_it(visitor: TestClient) -> None:
    for path in ("/", "/rights"):
        assert 'href="/road-map"' in visitor.get(path).text
    assert 'action="/es/road-map"' in visitor.get("/es/road-map").text


def test_every_question_is_asked_and_may_be_left_open(visitor: TestClient) -> None:
    page = visitor.post(PATH)
    for question in ROAD_MAP.values():
        assert html.escape(question.text, quote=False) in page.text.replace("&#39;", "'")
        assert f'name="{question.code}"' in page.text
        assert re.search(rf'name="{question.code}"[^>]*value="unknown"', page.text)


@pytest.mark.parametrize("told", [{}, dict.fromkeys(ROAD_MAP, "unknown"), SOME])
def test_whatever_is_answered_there_is_something_to_do_now(
    visitor: TestClient, told: dict[str, Any]
) -> None:
    page = visitor.post(PATH, data={**told, "go": "steps"})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "set-cookie" not in page.headers
    text = words(page)
    for part in ("Now", "Why:", "Who decides", "Papers you need", "What would stop it"):
        assert part in text
    assert "not legal advice" in text
    assert "Last checked: " in text


def test_the_library_hears_codes_only(visitor: TestClient, portal: FakePortal) -> None:
    visitor.post("/es/road-map", data={**SOME, "go": "steps", "place": "Ana's street"})
    (told,) = asked(portal)
    assert told == {
        "lang": "es",
        "answers": {
            name: value if isinstance(value, list) else [value] for name, value in SOME.items()
        }
        | {"needs": ["legal_assistance", "emergency_housing"]},
    }
    assert "Ana" not in str(portal.backend.calls)


def test_a_wrong_answer_is_named_and_the_others_are_kept(visitor: TestClient) -> None:
    page = visitor.post(PATH, data={**SOME, "state": "Atlantis", "police": ["x"], "go": "steps"})
    assert page.status_code == 422
    assert "<title>Error:" in page.text
    for name in ("state", "police"):
        assert f'href="#{name}"' in page.text
        assert f'id="{name}"' in page.text
    kept = checked(page.text)
    assert {"age_group=minor", "papers=none", "about=man", "needs=legal_assistance"} <= kept
    assert not any(one.startswith(("state=", "police=")) for one in kept)


def test_two_answers_where_one_fits_are_refused(visitor: TestClient, portal: FakePortal) -> None:
    page = visitor.post(PATH, data={"age_group": ["minor", "adult"], "go": "steps"})
    assert page.status_code == 422
    assert 'href="#age_group"' in page.text
    assert asked(portal) == []


def test_the_answers_can_be_changed_and_all_are_there(visitor: TestClient) -> None:
    steps = visitor.post(PATH, data={**SOME, "go": "steps"})
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', steps.text)
    assert ("papers", "none") in hidden
    again = visitor.post(PATH, data={**SOME, "go": "ask"})
    assert len(checked(again.text)) == 10
    assert "<title>Questions" in again.text


def test_places_that_answer_the_need_stand_beside_a_step(visitor: TestClient) -> None:
    page = visitor.post(PATH, data={"go": "steps"})
    assert "North Star beds" in page.text
    assert 'href="tel:+15555550123"' in page.text
    for_a_man = visitor.post(PATH, data={"go": "steps", "about": "man"})
    assert "Cedar House" not in for_a_man.text
    in_pine = visitor.post(PATH, data={"go": "steps", "place": "Pine"})
    assert "Cedar House" in in_pine.text
    assert "North Star beds" not in in_pine.text
    in_new_york = visitor.post(PATH, data={"go": "steps", "state": "US-NY"})
    assert "North Star beds" not in in_new_york.text
    nowhere = visitor.post(PATH, data={"go": "steps", "place": "<b>Nowhere</b>"})
    assert "We do not know the place" in nowhere.text
    assert "<b>Nowhere" not in nowhere.text


def test_asking_for_help_goes_on_with_what_was_answered(visitor: TestClient) -> None:
    steps = visitor.post(PATH, data={**SOME, "go": "steps"})
    form = re.search(r'<form[^>]*action="/get-help".*?</form>', steps.text, re.DOTALL)
    assert form
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form.group())
    assert ("needs", "emergency_housing") in hidden
    fields: dict[str, Any] = {"needs": [code for name, code in hidden if name == "needs"]}
    fields |= {name: code for name, code in hidden if name != "needs"}
    first = visitor.post("/get-help", data=fields)
    assert "safe_now=no" in checked(first.text)
    assert "Question 1 of" in first.text
    needs = visitor.post("/get-help", data={**fields, "go": "needs"})
    assert {"needs=legal_assistance", "needs=emergency_housing"} <= checked(needs.text)
    who = visitor.post("/get-help", data={**fields, "go": "who"})
    assert {"age_group=minor", "gender=man"} <= checked(who.text)


def test_the_card_tells_nobody_what_it_is_for(visitor: TestClient) -> None:
    for path in ("/road-map", "/es/road-map"):
        page = visitor.post(path, data={**SOME, "state": "", "go": "card"})
        slip = re.search(r'<section class="ad-slip">(.*?)</section>', page.text, re.DOTALL)
        assert slip
        assert "1-555-555-0123" in slip.group()
        telling = (
            r"visa|traffick|trata|polic|certificati|asyl|asilo|victim|lawyer|abogad|shelter|refug"
            r"|abus|I-914|888"
        )
        assert not re.search(telling, slip.group(), re.IGNORECASE), slip.group()


def test_the_language_is_changed_with_the_answers(visitor: TestClient) -> None:
    body = {**SOME, "go": "steps", "of": PATH, "into": "es"}
    turned = visitor.post("/language", data=body)
    assert (turned.status_code, turned.headers["location"]) == (307, "/es/road-map")
    page = visitor.post("/es/road-map", data=body)
    assert "Lo que puede hacer" in page.text
    assert "Por qué:" in page.text


def test_while_the_library_is_silent_nothing_is_lost(
    visitor: TestClient, portal: FakePortal
) -> None:
    portal.backend.silent = {"library"}
    page = visitor.post(PATH, data={**SOME, "go": "steps"})
    assert page.status_code == 503
    assert 'href="tel:911"' in page.text
    assert "888-373-7888" in page.text
    assert '<input type="hidden" name="papers" value="none">' in page.text
    assert 'href="/rights/t-visa"' in page.text
    portal.backend.silent = set()
    assert visitor.post(PATH, data={**SOME, "go": "steps"}).status_code == 200


def test_an_answer_that_is_no_road_map_is_silence(visitor: TestClient, portal: FakePortal) -> None:
    answers = portal.backend.answers
    before = answers["library.road_map"]
    no_maps: list[Any] = [{}, None, {"version": 1, "steps": [{"id": "x"}]}, []]
    for told in no_maps:
        answers["library.road_map"] = lambda answers, lang, told=told: told
        assert visitor.post(PATH, data={"go": "steps"}).status_code == Unavailable.status
    answers["library.road_map"] = before


@pytest.mark.parametrize("path", ["/road-map?age_group=minor", "/road-map/x", "/ROAD-MAP"])
def test_an_answer_in_the_address_is_not_read(visitor: TestClient, path: str) -> None:
    page = visitor.get(path)
    assert page.status_code in (200, 404)
    assert checked(page.text) == set()


def test_a_form_of_another_site_is_refused(visitor: TestClient, portal: FakePortal) -> None:
    page = visitor.post(PATH, data={"go": "steps"}, headers={"sec-fetch-site": "cross-site"})
    assert page.status_code == 403
    assert asked(portal) == []


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_step_is_told_in_full_on_one_of_the_small_parts(
    visitor: TestClient, portal: FakePortal, lang: str
) -> None:
    told = portal.backend.answers["library.road_map"](answers={}, lang=lang)["steps"]
    page = visitor.post(f"/{lang}/road-map", data={"go": "steps"})
    names = re.findall(r"<h3[^>]*>(.*?)</h3>", page.text)
    assert [html.unescape(name) for name in names] == [step["name"] for step in told]
    whole: list[str] = []
    for _ in range(9):
        assert len(gzip.compress(page.content, 4)) <= 14 * 1024
        whole += re.findall(r'hidden">: (.*?)</span></span></summary>', page.text)
        following = re.search(r'<button[^>]*value="(steps-\d)"', page.text)
        if following is None:
            break
        page = visitor.post(f"/{lang}/road-map", data={"go": following[1]})
    assert [html.unescape(name) for name in whole] == [step["name"] for step in told]


@pytest.mark.parametrize("go", ["steps-0", "steps-1", "steps-99", "steps-9", "steps-x", "Steps"])
def test_a_part_that_is_none_breaks_nothing(visitor: TestClient, go: str) -> None:
    assert visitor.post(PATH, data={"go": go}).status_code == 200


def test_a_client_who_comes_back_sees_her_plan(visitor: TestClient, portal: FakePortal) -> None:
    sent = visitor.post("/get-help", data={"needs": "safety", "go": "send"})
    code = re.search(r"\b(?:[0-9A-Z]{4}-){4}[0-9A-Z]", sent.text)
    assert code
    stream = portal.sent(HelpRequested)[-1].stream
    steps = {
        "t-visa": {"due_on": "2037-02-01", "is_done": False},
        "safe-bed": {"due_on": "2036-11-25", "is_done": True},
    }
    view = {"stream": stream, "status": "open", "plan": {"version": "2026-11-22", "steps": steps}}
    portal.backend.views[stream] = view
    told = portal.backend.answers["library.road_map"](answers={}, lang="es")["steps"]
    names = {step["id"]: step["name"] for step in told}
    page = visitor.post("/es/return", data={"code": code[0]})
    assert f"Su plan {names['t-visa']} Antes del 1 de febrero de 2037" in words(page)
    assert f"{names['safe-bed']} Listo" in words(page)
    portal.backend.silent = {"library"}
    page = visitor.post("/return", data={"code": code[0]})
    assert "t visa By February 1, 2037" in words(page)

"""A pathway on a stream, as staff start it and decide about it, and as the client reads of it."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from services.referrals import paths, progress
from services.referrals.path_views import planned
from services.referrals.views import client_view
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BRIDGEWATER, HARBOR_LIGHT

STREAM = "/workspace/streams/stream-1"
STEPS = [
    {"need": "case_management", "after": [], "services": []},
    {"need": "emergency_housing", "after": ["case_management"], "services": []},
    {"need": "legal_assistance", "after": ["emergency_housing"], "services": []},
    {"need": "education", "after": ["legal_assistance"], "services": []},
]
RAID = f"{STREAM}/pathway/after-a-raid"


def set_pathway(workplace: Workplace, id: str, **more: Any) -> None:
    """The coordinator keeps a pathway."""
    told = {"names": {"en": id.replace("-", " ").capitalize()}, "steps": STEPS, **more}
    answer = workplace.portal.backend.answers["registry.set_pathway"]
    answer(command_id=id, pathway=id, said=told, agency=HARBOR_LIGHT, actor="a-1")


@pytest.fixture
def managed(desk: StaffBrowser, workplace: Workplace) -> Workplace:
    """Bridgewater manages a client who asked for a bed; there are two pathways."""
    workplace.open_stream(needs=["emergency_housing"])
    desk.sign_in("case_manager", "bridgewater")
    desk.open("/workspace/offers")
    desk.press("/accept")
    set_pathway(workplace, "a-child-alone", age_group="minor")
    set_pathway(workplace, "after-a-raid", age_group="adult")
    return workplace


@pytest.fixture
def started(desk: StaffBrowser, managed: Workplace) -> Workplace:
    """The pathway goes on; the bed is asked for, the rest waits."""
    desk.open(RAID)
    desk.press("/pathway/after-a-raid")
    return managed


def stands(workplace: Workplace) -> dict[str, str]:
    stream = workplace.stream()
    assert stream.path is not None
    return {one.type: one.stands(stream.needs) for one in stream.path.steps}


def end_bed(workplace: Workplace) -> None:
    (need,) = (id for id, n in workplace.stream().needs.items() if n.type == "emergency_housing")
    workplace.network.do(progress.end_need, stream="stream-1", need=need, agency=BRIDGEWATER)


def test_the_pathways_for_this_client_come_first(desk: StaffBrowser, managed: Workplace) -> None:
    desk.open(STREAM)
    assert f"/en{STREAM}/pathway" in desk.links() or f"{STREAM}/pathway" in desk.links()
    desk.open(f"{STREAM}/pathway")
    assert desk.text.index("After a raid") < desk.text.index("A child alone")
    assert desk.text.count("For other clients") == 1


def test_before_it_is_started_who_leads_reads_what_it_would_do(
    desk: StaffBrowser, managed: Workplace
) -> None:
    desk.open(RAID)
    assert "A place to stay tonight Asked for already" in desk.text
    assert "after: A place to stay tonight" in desk.text
    assert managed.stream().path is None
    answer = desk.press("/pathway/after-a-raid", {"left_out": ["education"]})
    assert answer.status_code == 200
    assert "The pathway has begun." in desk.text
    assert stands(managed) == {
        "emergency_housing": "asked",
        "legal_assistance": "waiting",
        "education": "left_out",
    }
    assert "Waits for its turn" in desk.text
    assert "A pathway was started" in desk.text
    assert "Start a pathway" not in desk.text


def test_a_step_is_asked_for_or_left_out(desk: StaffBrowser, started: Workplace) -> None:
    desk.press("/path/legal_assistance", {"decision": "ask"})
    assert stands(started)["legal_assistance"] == "asked"
    desk.press("/path/education", {"decision": "leave_out"})
    assert stands(started)["education"] == "left_out"
    assert "A step of the pathway was decided about" in desk.text
    assert "Start a pathway" in desk.text


def test_who_must_decide_finds_it_in_her_queue_and_on_the_page(
    desk: StaffBrowser, started: Workplace
) -> None:
    end_bed(started)
    desk.open("/workspace/queue")
    assert "Decide about a step of the pathway" in desk.text
    desk.open(STREAM)
    assert "Decide: a step before it ended" in desk.text
    desk.press("/path-end")
    assert "the pathway has ended" in desk.text
    assert started.stream().path is None
    desk.open("/workspace/queue")
    assert "Decide about a step" not in desk.text


@pytest.mark.parametrize("odd", ["", "burn", "9" * 400, "{'$gt': ''}", "<b>x</b>"])
def test_an_odd_decision_is_refused_on_the_page(
    desk: StaffBrowser, started: Workplace, odd: str
) -> None:
    answer = desk.press("/path/legal_assistance", {"decision": odd})
    assert answer.status_code == 422
    assert "The decision is not a code we know." in desk.text
    assert "<b>x" not in desk.page
    assert stands(started)["legal_assistance"] == "waiting"


def test_what_cannot_be_left_out_is_told_and_what_was_ticked_stays(
    desk: StaffBrowser, managed: Workplace
) -> None:
    desk.open(RAID)
    every = ["emergency_housing", "legal_assistance", "education"]
    answer = desk.press("/pathway/after-a-raid", {"left_out": every})
    assert answer.status_code == 422
    assert "What is left out is every step." in desk.text
    assert desk.page.count(" checked") == 3
    answer = desk.press("/pathway/after-a-raid", {"left_out": ["gold"]})
    assert answer.status_code == 422
    assert managed.stream().path is None


def test_started_twice_it_says_what_to_do(desk: StaffBrowser, started: Workplace) -> None:
    desk.open(RAID)
    answer = desk.press("/pathway/after-a-raid")
    assert answer.status_code == 409
    assert "End that pathway first" in desk.text


def test_only_who_leads_starts_one(desk: StaffBrowser, managed: Workplace) -> None:
    desk.sign_in("case_manager", "north-star")
    for path in (f"{STREAM}/pathway", RAID):
        assert desk.open(path).status_code in (403, 404)
    assert desk.send(RAID, {}).status_code in (403, 404)
    assert desk.send(f"{STREAM}/path-end", {}).status_code in (403, 404)
    assert managed.stream().path is None


def test_a_pathway_that_is_not_in_use_is_not_found(desk: StaffBrowser, managed: Workplace) -> None:
    assert desk.open(f"{STREAM}/pathway/gone").status_code == 404
    assert desk.send(f"{STREAM}/pathway/gone", {}).status_code == 404


@pytest.mark.parametrize(
    ("lang", "later"), [("en", "What comes later"), ("es", "Lo que viene después")]
)
def test_the_client_reads_what_comes_later(started: Workplace, lang: str, later: str) -> None:
    stream = started.stream()
    answers = started.portal.backend.answers
    told = {**client_view(stream), "planned": planned(stream)}
    answers["referrals.client_view"] = lambda stream: told
    answers["referrals.verifiers"] = started.codes.verifiers
    code = started.give_code("stream-1")
    page = TestClient(started.app).post(f"/{lang}/return", data={"code": code}).text
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    assert later in words
    assert "after-a-raid" not in page
    started.network.do(paths.end, stream="stream-1", agency=BRIDGEWATER)
    assert planned(started.stream()) == []

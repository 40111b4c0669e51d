"""Writing a resource in the workspace: nothing typed is lost, and two persons publish."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from services.library.domain import Guide
from shared.errors import Unavailable
from tests.support.memory_library import MemoryLibrary
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace

LIBRARY = "/workspace/library"
TYPED: dict[str, Any] = {
    "slug": "a-bed-tonight",
    "lang": "en",
    "title": "A bed tonight",
    "summary": "Whom to call for a bed.",
    "kind": "guide",
    "audience": ["client", "helper"],
    "topics": ["housing", "safety"],
    "needs": ["emergency_housing"],
    "translation": "original",
    "jurisdiction": "US",
    "body": "Call first.\r\n\r\n## Then\r\n\r\n- Take your papers.",
    "source": "HUD, find shelter https://www.hud.gov/findshelter\r\n",
    "checked_on": "2026-11-01",
    "review_by": "2027-05-01",
}


@pytest.fixture
def library(desk: StaffBrowser, workplace: Workplace) -> MemoryLibrary:
    made = MemoryLibrary()
    workplace.portal.backend.answers |= made.answers()
    desk.sign_in("coordinator", "harbor-light")
    return made


def write(desk: StaffBrowser, **other: Any) -> Any:
    desk.open(f"{LIBRARY}/new")
    return desk.press(f"{LIBRARY}/new", {**TYPED, "do": "save", **other})


def draft_of(library: MemoryLibrary, stream: str = "guide:a-bed-tonight:en") -> Any:
    return library.kept[stream]["draft"]["guide"]


def test_a_text_is_written_sent_and_approved_by_another(
    desk: StaffBrowser, library: MemoryLibrary
) -> None:
    assert write(desk).status_code == 200
    assert "The draft is saved." in desk.text
    assert draft_of(library)["source"] == [
        {"name": "HUD, find shelter", "url": "https://www.hud.gov/findshelter"}
    ]
    assert draft_of(library)["body"] == "Call first.\n\n## Then\n\n- Take your papers."
    desk.press("/a-bed-tonight/en/send")
    assert "A second person approves it." in desk.text
    assert "Approve and publish" not in desk.text
    desk.sign_in("supervisor", "harbor-light")
    desk.open(f"{LIBRARY}/a-bed-tonight/en")
    desk.press("/a-bed-tonight/en/approve")
    assert "It is published." in desk.text
    assert library.kept["guide:a-bed-tonight:en"]["is_published"]
    desk.open(f"{LIBRARY}/a-bed-tonight/en/versions/1")
    assert "Whom to call for a bed." in desk.text
    assert desk.open(f"{LIBRARY}/a-bed-tonight/en/versions/2").status_code == 404


def test_the_second_person_sees_what_is_new(desk: StaffBrowser, library: MemoryLibrary) -> None:
    write(desk)
    library.publish(msgspec.convert(draft_of(library), Guide), "2026-11-23T10:00:00+00:00")
    desk.open(f"{LIBRARY}/a-bed-tonight/en/write")
    desk.press("/write", {**TYPED, "title": "A bed, now", "needs": [], "do": "save"})
    assert "What is new in it: Title, Needs it is about" in desk.text
    assert "A bed, now" in desk.text


def test_who_wrote_it_may_not_approve_it(desk: StaffBrowser, library: MemoryLibrary) -> None:
    write(desk)
    desk.press("/a-bed-tonight/en/send")
    answer = desk.send(f"{LIBRARY}/a-bed-tonight/en/approve", {"revision": "1"})
    assert answer.status_code == 403
    assert "You wrote or sent this text. Ask a second person to approve it" in desk.text


def test_a_draft_goes_back_with_a_reason(desk: StaffBrowser, library: MemoryLibrary) -> None:
    write(desk)
    desk.press("/a-bed-tonight/en/send")
    assert desk.press("/a-bed-tonight/en/send-back").status_code == 422
    assert "Choose why it goes back" in desk.text
    desk.press("/a-bed-tonight/en/send-back", {"reason": "hard_to_read"})
    assert "It came back from review: It is hard to read." in desk.text
    desk.open(f"{LIBRARY}/a-bed-tonight/en/write")
    assert "Take your papers." in desk.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"slug": "A bed"}, "Use small letters"),
        ({"slug": ""}, "Write a few words for the address"),
        ({"lang": ""}, "Choose the language"),
        ({"title": ""}, "Write a title"),
        ({"title": "A <b>bed</b>"}, "Leave out the signs"),
        ({"summary": "s" * 201}, "Write at most 200 letters. You wrote 201"),
        ({"kind": "song"}, "Choose from the list"),
        ({"audience": []}, "Choose whom it is for"),
        ({"topics": ["nothing"]}, "Choose from the list"),
        ({"jurisdiction": "Texas"}, "Write US, or US and the state: US-NY"),
        ({"checked_on": "yesterday"}, "Write year, month and day"),
        ({"review_by": "2026-10-31"}, "Give a day after the day it was checked"),
        ({"body": ""}, "Write the text"),
        ({"body": "a" * 20_001}, "Write at most 20000 letters"),
        ({"body": "<script>alert(1)</script>"}, "The text holds raw HTML in line 1"),
        ({"source": "HUD"}, "Line 1 needs a name and then an address"),
        ({"source": "One https://example.org\n\njavascript:alert(1)"}, "Line 3 needs a name"),
        ({"source": "\n".join(["A https://example.org"] * 21)}, "Name at most 20 sources"),
        ({"form_number": "I-914"}, "Leave this empty, or choose the kind Form"),
        ({"kind": "form", "form_url": "javascript:alert(1)"}, "Write it as it stands"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_lost(
    desk: StaffBrowser, library: MemoryLibrary, wrong: dict[str, Any], said: str
) -> None:
    assert write(desk, **wrong).status_code == 422
    assert said in desk.text
    assert library.kept == {}
    for name, value in {**TYPED, **wrong}.items():
        if name in ("title", "summary", "jurisdiction", "checked_on") and name not in wrong:
            assert f'value="{value}"' in desk.page, name
    assert ("Take your papers." in desk.page) == ("body" not in wrong)


def test_what_is_typed_is_shown_as_it_will_look(desk: StaffBrowser, library: MemoryLibrary) -> None:
    write(desk, do="look", body="Call **first**. <script>alert(1)</script>")
    assert "How it will look" in desk.text
    assert "Call <strong>first</strong>." in desk.page
    assert "<script>alert" not in desk.page
    assert library.kept == {}
    desk.press(f"{LIBRARY}/new", {**TYPED, "do": "save"})
    assert draft_of(library)["title"] == "A bed tonight"


def test_two_who_write_at_once_see_each_other_s_words(
    desk: StaffBrowser, library: MemoryLibrary
) -> None:
    write(desk)
    desk.open(f"{LIBRARY}/a-bed-tonight/en/write")
    page = desk.page
    desk.press("/write", {**TYPED, "title": "A bed, now", "do": "save"})
    desk.page = page
    answer = desk.press("/write", {**TYPED, "title": "A bed for you", "do": "save"})
    assert answer.status_code == 409
    assert "Somebody saved another text meanwhile." in desk.text
    assert "A bed, now" in desk.text
    assert 'value="A bed for you"' in desk.page
    desk.press("/write", {**TYPED, "title": "A bed for you now", "do": "save"})
    assert draft_of(library)["title"] == "A bed for you now"


def test_an_address_that_is_taken_is_said(desk: StaffBrowser, library: MemoryLibrary) -> None:
    write(desk)
    assert write(desk, title="Another").status_code == 422
    assert "There is a text at this address in this language" in desk.text
    assert draft_of(library)["title"] == "A bed tonight"


def test_a_translation_begins_from_the_english(desk: StaffBrowser, library: MemoryLibrary) -> None:
    write(desk)
    desk.open(f"{LIBRARY}/new?like=a-bed-tonight")
    assert "The text to translate" in desk.text
    assert 'value="a-bed-tonight"' in desk.page
    words = {"title": "Una cama", "summary": "A quién llamar.", "body": "Llame primero."}
    desk.press(f"{LIBRARY}/new", {**TYPED, **words, "lang": "es", "translation": "draft"})
    assert draft_of(library, "guide:a-bed-tonight:es")["title"] == "Una cama"
    assert desk.open(f"{LIBRARY}/new?like=nothing-here").status_code == 404
    assert 400 <= desk.open(f"{LIBRARY}/new?like=%7B%22$gt%22").status_code < 500


def test_topics_keep_their_order_and_others_come_after(
    desk: StaffBrowser, library: MemoryLibrary
) -> None:
    write(desk)
    library.kept["guide:a-bed-tonight:en"]["draft"]["guide"]["topics"] = ["housing", "safety"]
    desk.open(f"{LIBRARY}/a-bed-tonight/en/write")
    desk.press("/write", {**TYPED, "topics": ["benefits", "safety", "housing"], "do": "save"})
    assert draft_of(library)["topics"] == ["housing", "safety", "benefits"]


def test_20_000_accented_letters_are_taken(desk: StaffBrowser, library: MemoryLibrary) -> None:
    body = ("é" * 99 + "\n") * 199 + "é" * 100
    assert write(desk, body=body).status_code == 200
    assert draft_of(library)["body"] == body
    assert write(desk, body="é" * 60_000).status_code in (413, 422)


def test_with_the_library_silent_the_whole_form_can_be_sent_again(
    desk: StaffBrowser, library: MemoryLibrary, workplace: Workplace
) -> None:
    def silent(**_: Any) -> Any:
        raise Unavailable("", "cannot be reached", "try again")

    kept = workplace.portal.backend.answers["library.write_draft"]
    workplace.portal.backend.answers["library.write_draft"] = silent
    assert write(desk).status_code == 503
    workplace.portal.backend.answers["library.write_draft"] = kept
    address, fields = desk.form(f"{LIBRARY}/new")
    assert fields["title"] == "A bed tonight"
    desk.send(address, {**fields, **{k: TYPED[k] for k in ("audience", "topics", "needs")}})
    assert draft_of(library)["body"].endswith("Take your papers.")


@pytest.mark.parametrize("path", ["new", "a-bed-tonight/en/write", "a-bed-tonight/en/versions/1"])
def test_another_agency_may_not(desk: StaffBrowser, library: MemoryLibrary, path: str) -> None:
    write(desk)
    desk.sign_in("coordinator", "north-star")
    assert desk.open(f"{LIBRARY}/{path}").status_code == 403
    if "versions" not in path:
        assert desk.send(f"{LIBRARY}/{path}", TYPED).status_code == 403

"""What a form takes, what it refuses, and that nothing typed is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.forms import Answers, Field, Posted, check, clean, keep, summary

NAME = Field("name", "Name", limit=10, required="Write a name")
NOTE = Field("note", "Note", kind="text", limit=50)
WAY = Field("way", "Way", kind="one", choices={"call": "Call", "text": "Text"}, required="Choose")
NEEDS = Field("needs", "Needs", kind="many", choices={"food": "Food", "bed": "Bed"})
FIELDS = (NAME, NOTE, WAY, NEEDS)


def answer(*pairs: tuple[str, str]) -> Answers:
    return check(FIELDS, Posted(list(pairs)))


def problems(*pairs: tuple[str, str]) -> dict[str, str]:
    return {problem.name: problem.message for problem in answer(*pairs).problems}


def test_a_full_form_has_no_problems() -> None:
    found = answer(("name", "Ana"), ("way", "call"), ("needs", "bed"), ("needs", "food"))
    assert found.problems == []
    assert (found.one("name"), found.one("way")) == ("Ana", "call")
    assert found.many("needs") == ["bed", "food"]
    assert found.one("note") == ""


def test_what_is_missing_is_named() -> None:
    assert problems() == {"name": "Write a name", "way": "Choose"}


@pytest.mark.parametrize(
    "pair",
    [
        ("name", "x" * 11),
        ("name", "Ana\x00"),
        ("name", "Ana \u202e txt.exe"),
        ("name", "Ana \ufffd"),
        ("name", "\ufdd0\ufffe"),
        ("way", "fax"),
        ("way", '{"$gt": ""}'),
        ("needs", "gold"),
    ],
)
def test_a_hostile_value_is_refused_by_its_field(pair: tuple[str, str]) -> None:
    pairs = [one for one in (("name", "Ana"), ("way", "call")) if one[0] != pair[0]]
    assert set(problems(*pairs, pair)) == {pair[0]}


@pytest.mark.parametrize("name", ["name", "way"])
def test_a_repeated_answer_is_refused(name: str) -> None:
    assert name in problems(("name", "Ana"), ("way", "call"), (name, "call"))


def test_code_that_looks_like_a_query_is_just_text() -> None:
    found = answer(("name", '{"$gt":""}'), ("way", "call"))
    assert found.problems == []
    assert found.one("name") == '{"$gt":""}'


@pytest.mark.parametrize(
    "typed",
    ["日本語で話します", "ສະບາຍດີ", "سلام‌علیکم", "👩‍👧 ok", "Zoë", "K'iche'", "a\u200bb", "नमस्ते"],
)
def test_every_script_is_taken(typed: str) -> None:
    assert problems(("name", typed[:10]), ("way", "call")) == {}


def test_the_same_letters_are_the_same_text() -> None:
    assert clean("Zoe\u0308", lines=False) == clean("Zo\u00eb", lines=False) == "Zo\u00eb"


def test_lines_are_kept_in_a_text_and_joined_in_a_line() -> None:
    found = answer(("name", "a\r\nb"), ("note", " one\r\n\r\ntwo "), ("way", "call"))
    assert (found.one("name"), found.one("note")) == ("a b", "one\n\ntwo")


def test_what_was_typed_stays_when_it_does_not_fit() -> None:
    found = answer(("name", "x" * 11), ("note", "dear\x07 friend"), ("way", "fax"))
    assert found.one("name") == "x" * 11
    assert found.one("note") == "dear friend"
    assert found.one("way") == ""


def test_keeping_does_not_complain() -> None:
    assert keep(FIELDS, Posted([("name", "x" * 11)])).problems == []


def test_answers_travel_in_hidden_fields_and_back() -> None:
    first = answer(("name", "Ana"), ("way", "call"), ("needs", "bed"), ("needs", "food"))
    assert check(FIELDS, Posted(first.pairs())).values == first.values
    assert [name for name, _ in first.pairs(without=["needs"])] == ["name", "way"]


def test_the_summary_has_the_first_problem_of_each_field() -> None:
    found = answer()
    found.refuse("name", "Another")
    told = summary(found.problems)
    assert told["problem_of"]["name"].message == "Write a name"
    assert told["problem_of"]["note"] is None


@given(st.lists(st.tuples(st.sampled_from(["name", "note", "way", "needs", "else"]), st.text())))
def test_no_text_breaks_a_form(pairs: list[tuple[str, str]]) -> None:
    found = check(FIELDS, Posted(pairs))
    for field in ("name", "note"):
        assert not any(symbol in found.one(field) for symbol in "\x00\u202e\ufffd")

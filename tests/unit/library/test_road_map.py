"""The engine of the road map on small rules: sure, possible, not at all; and what it refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.library import roadmap
from services.library.roadmap import Case, Part, Rule, Rules, Source, Sure, Why, Words, how_sure
from shared.errors import Invalid
from tests.support.road_map import Answers

CITIZEN = {"papers": Part(any_of=("citizen",))}
YOUNG_STRANGER = {
    "papers": Part(none_of=("citizen", "green_card")),
    "age_group": Part(any_of=("minor",)),
}


@pytest.mark.parametrize(
    ("answers", "sure"),
    [
        ({}, Sure.MAYBE),
        ({"papers": []}, Sure.MAYBE),
        ({"papers": ["unknown"]}, Sure.MAYBE),
        ({"papers": ["none"]}, Sure.MAYBE),
        ({"papers": ["citizen"]}, Sure.NO),
        ({"papers": ["citizen", "unknown"]}, Sure.NO),
        ({"papers": ["none", "unknown"]}, Sure.MAYBE),
        ({"age_group": ["adult"]}, Sure.NO),
        ({"age_group": ["minor"]}, Sure.MAYBE),
        ({"age_group": ["minor"], "papers": ["none"]}, Sure.YES),
        ({"age_group": ["minor"], "papers": ["none", "green_card"]}, Sure.NO),
    ],
)
def test_a_condition_is_true_false_or_open(answers: Answers, sure: Sure) -> None:
    assert how_sure(YOUNG_STRANGER, answers) is sure


def test_all_of_needs_each() -> None:
    both = {"about": Part(all_of=("man", "with_children"))}
    assert how_sure(both, {"about": ["man"]}) is Sure.NO
    assert how_sure(both, {"about": ["man", "unknown"]}) is Sure.MAYBE
    assert how_sure(both, {"about": ["with_children", "man"]}) is Sure.YES
    assert how_sure({}, {}) is Sure.YES


def a_rule(*cases: tuple[str, dict[str, Part]], id: str = "a-step", urgency: int = 5) -> Rule:
    words = Words(name="A step", who_decides="You", where="Here", usual_time="Today")
    return Rule(
        id=id,
        kind="service",
        urgency=urgency,
        needs=("safety",),
        source=(Source(name="A source", url="https://www.example.org/"),),
        checked_on=date(2026, 11, 22),
        cases=tuple(
            Case(
                when=when,  # type: ignore[arg-type]
                answers=answers,
                en=Why(sure=f"Because {place}", maybe=f"If {place}"),
                es=Why(sure=f"Porque {place}", maybe=f"Si {place}"),
            )
            for place, (when, answers) in enumerate(cases)
        ),
        en=words,
        es=words,
    )


def told(rules: list[Rule], answers: Answers, lang: roadmap.Lang = "en") -> list[tuple[Any, ...]]:
    steps = roadmap.road_map(Rules("2026-11-22", tuple(rules)), answers, lang)["steps"]
    return [(step["id"], step["when"], step["why"]) for step in steps]


def test_a_step_that_is_sure_says_because_and_comes_when_it_says() -> None:
    assert told([a_rule(("now", CITIZEN))], {"papers": ["citizen"]}) == [
        ("a-step", "now", ["Because 0"])
    ]


def test_a_step_that_is_only_possible_says_if_and_is_not_promised_for_now() -> None:
    assert told([a_rule(("now", CITIZEN))], {}) == [("a-step", "next", ["If 0"])]


def test_a_step_that_cannot_be_is_left_out() -> None:
    assert told([a_rule(("now", CITIZEN))], {"papers": ["none"]}) == []


def test_the_earliest_case_wins_and_what_is_sure_speaks_for_it() -> None:
    rule = a_rule(("later", {}), ("next", {}), ("now", CITIZEN))
    assert told([rule], {}) == [("a-step", "next", ["Because 1"])]
    assert told([rule], {"papers": ["citizen"]}, "es") == [("a-step", "now", ["Porque 2"])]
    assert told([rule], {"papers": ["none"]}) == [("a-step", "next", ["Because 1"])]


def test_steps_come_by_time_then_by_urgency_then_as_written() -> None:
    rules = [
        a_rule(("later", {}), id="d", urgency=1),
        a_rule(("next", {}), id="c", urgency=1),
        a_rule(("now", {}), id="b", urgency=9),
        a_rule(("now", {}), id="e", urgency=9),
        a_rule(("now", {}), id="a", urgency=2),
    ]
    assert [step for step, _, _ in told(rules, {})] == ["a", "b", "e", "c", "d"]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"shoe_size": ["9"]}, "answers.shoe_size"),
        ({"papers": ["gold"]}, "answers.papers"),
        ({"papers": [""]}, "answers.papers"),
        ({"papers": ["none", "none"]}, "answers.papers"),
        ({"age_group": ["adult", "minor"]}, "answers.age_group"),
        ({"age_group": ["adult", "unknown"]}, "answers.age_group"),
        ({"my name is Ana": []}, "answers"),
        ({"<script>": []}, "answers"),
        ({"": []}, "answers"),
        ({"x" * 50: []}, "answers"),
        ({"$where": ["1"]}, "answers"),
    ],
)
def test_a_wrong_answer_is_refused_by_its_question(answers: Answers, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        told([a_rule(("now", {}))], answers)
    assert refused.value.field == field
    assert refused.value.rule
    assert refused.value.advice


def test_no_step_hangs_on_more_than_somebody_would_read() -> None:
    ways = [("next", {"state": Part(any_of=(code,))}) for code in ("US-NY", "US-CA", "other")] * 2
    ((_, _, why),) = told([a_rule(*ways)], {})
    assert why == ["If 0", "If 1", "If 2", "If 3"]

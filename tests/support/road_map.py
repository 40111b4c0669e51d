"""Answers to the questions of the road map, and its steps as a test wants to see them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from services.library.roadmap import Lang, road_map
from services.library.rulebook import load
from shared.vocabulary.road_map import ROAD_MAP

Json = dict[str, Any]
Answers = dict[str, list[str]]

#: What is there for everybody at once, whatever is known of them.
EMERGENCY = {
    "danger-or-hotline",
    "safe-bed",
    "emergency-room",
    "food-and-clothes",
    "crime-victim-services",
    "free-lawyer",
    "interpreter",
}


def steps(answers: Answers, lang: Lang = "en") -> list[Json]:
    told: list[Json] = road_map(load(), answers, lang)["steps"]
    return told


def ids(answers: Answers, when: str = "") -> list[str]:
    """The ids of the steps, in their order; of one time when it is given."""
    return [step["id"] for step in steps(answers) if when in ("", step["when"])]


def known(question: str) -> st.SearchStrategy[list[str]]:
    """One of the ways to answer a question for certain."""
    codes = sorted(set(ROAD_MAP[question].answers) - {"unknown"})
    most = 4 if ROAD_MAP[question].is_many else 1
    return st.lists(st.sampled_from(codes), min_size=1, max_size=most, unique=True)


def answered() -> st.SearchStrategy[Answers]:
    """Any way to answer some of the questions; the others stay open."""
    return st.fixed_dictionaries({}, optional={name: known(name) for name in ROAD_MAP})

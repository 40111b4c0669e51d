"""What the road map owes to each of many people, and what holds for everybody.

The profiles are in `road_map_profiles.yaml`, each with the source of what is expected.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from services.library.roadmap import WHENS
from shared.vocabulary.road_map import ROAD_MAP
from tests.support.road_map import EMERGENCY, Answers, answered, ids, known, steps

Json = dict[str, Any]
FILE = Path(__file__).with_name("road_map_profiles.yaml")
PROFILES: list[Json] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
ALL = set(ids({}))


@pytest.mark.parametrize("profile", PROFILES, ids=[profile["name"] for profile in PROFILES])
def test_a_person_is_told_what_the_law_says(profile: Json) -> None:
    found = {step["id"]: step for step in steps(profile["answers"])}
    for when in WHENS:
        for step in profile.get(when, []):
            assert step in found, f"{step} is missing"
            assert found[step]["when"] == when, step
    assert [step for step in profile.get("absent", []) if step in found] == []
    for step, words in profile.get("why", {}).items():
        assert words in " ".join(found[step]["why"]), found[step]["why"]


@pytest.mark.parametrize("profile", PROFILES, ids=[profile["name"] for profile in PROFILES])
def test_each_of_them_has_help_today(profile: Json) -> None:
    assert set(ids(profile["answers"], "now")) >= EMERGENCY


def test_the_profiles_are_many_have_sources_and_name_steps_that_exist() -> None:
    assert len({profile["name"] for profile in PROFILES}) == len(PROFILES) >= 60
    assert [profile["name"] for profile in PROFILES if not profile["source"].strip()] == []
    named = {
        step for profile in PROFILES for key in (*WHENS, "absent") for step in profile.get(key, [])
    }
    assert named <= ALL


def test_every_step_that_is_not_for_everybody_stands_in_a_profile() -> None:
    named = {step for profile in PROFILES for when in WHENS for step in profile.get(when, [])}
    assert ALL - named - EMERGENCY <= {"health-center"}


@given(answered())
def test_nobody_gets_an_empty_list_and_emergency_help_comes_first(answers: Answers) -> None:
    found = ids(answers)
    assert set(found[: len(found)]) >= EMERGENCY
    assert found[0] == "danger-or-hotline"
    assert set(ids(answers, "now")) >= EMERGENCY


@given(answered(), st.data())
def test_knowing_more_never_takes_away_what_is_open_now(
    answers: Answers, data: st.DataObject
) -> None:
    question = data.draw(
        st.sampled_from([name for name in ROAD_MAP if name not in answers] or [""])
    )
    if not question:
        return
    more = {**answers, question: data.draw(known(question))}
    assert set(ids(answers, "now")) <= set(ids(more, "now"))


@given(answered(), st.sampled_from(sorted(ROAD_MAP)))
def test_not_knowing_shows_all_that_any_answer_would(answers: Answers, question: str) -> None:
    open_ = {name: codes for name, codes in answers.items() if name != question}
    wide = set(ids(open_))
    for code in set(ROAD_MAP[question].answers) - {"unknown"}:
        assert set(ids({**open_, question: [code]})) <= wide


@given(answered(), st.sampled_from([name for name in sorted(ROAD_MAP) if ROAD_MAP[name].is_many]))
def test_being_unsure_of_the_rest_widens_too(answers: Answers, question: str) -> None:
    given_ = answers.get(question, [])
    assert set(ids(answers)) <= set(ids({**answers, question: [*given_, "unknown"]}))


@given(answered())
def test_no_answer_an_empty_answer_and_unknown_are_the_same(answers: Answers) -> None:
    empty: Answers = {name: answers.get(name, []) for name in ROAD_MAP}
    unknown: Answers = {name: answers.get(name, ["unknown"]) for name in ROAD_MAP}
    assert steps(answers) == steps(empty) == steps(unknown)


@given(answered(), st.randoms())
def test_the_order_is_by_time_and_does_not_hang_on_the_order_of_answers(
    answers: Answers, chance: Any
) -> None:
    shuffled = {name: chance.sample(codes, len(codes)) for name, codes in answers.items()}
    shuffled = dict(chance.sample(sorted(shuffled.items()), len(shuffled)))
    found = steps(answers)
    assert found == steps(shuffled)
    times = [WHENS.index(step["when"]) for step in found]
    assert times == sorted(times)


@given(answered())
def test_a_step_says_because_when_it_is_sure_and_if_when_it_is_not(answers: Answers) -> None:
    for step in steps(answers):
        assert step["why"]
        if step["when"] == "now":
            assert not any(why.startswith("If ") for why in step["why"]), step

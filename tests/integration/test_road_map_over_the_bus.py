"""The road map through the real broker: asked without a name, kept nowhere, refused by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.errors import Invalid
from shared.vocabulary.road_map import ROAD_MAP
from tests.support.processes import Processes
from tests.support.road_map import EMERGENCY, steps

Json = dict[str, Any]
CHILD = {"age_group": ["minor"], "what_happened": ["forced_work"], "papers": ["none"]}


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Processes]:
    """The library alone."""
    folder = tmp_path_factory.mktemp("library")
    processes = Processes(folder, module_amqp_uri, mongo_uri, module_mongo_prefix)
    processes.service("library")
    yield processes
    processes.end()


def ask(running: Processes, **arguments: Any) -> Json:
    told: Json = running.calls.call("library", "road_map", **arguments)
    return told


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_call_tells_the_edition_and_the_steps_of_the_engine(
    running: Processes, lang: Any
) -> None:
    told = ask(running, answers=CHILD, lang=lang)
    assert told == {"version": "2026-11-23", "steps": steps(CHILD, lang)}


def test_no_answers_at_all_are_answered_and_nothing_is_kept(running: Processes) -> None:
    before = {
        name: running.db("library")[name].estimated_document_count() for name in held(running)
    }
    told = ask(running, answers={}, lang="en")["steps"]
    assert {step["id"] for step in told if step["when"] == "now"} == EMERGENCY
    after = {name: running.db("library")[name].estimated_document_count() for name in held(running)}
    assert after == before


def held(running: Processes) -> list[str]:
    return sorted(running.db("library").list_collection_names())


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"answers": {"papers": ["gold"]}, "lang": "en"}, "answers.papers"),
        ({"answers": {"shoe_size": ["9"]}, "lang": "en"}, "answers.shoe_size"),
        ({"answers": {"age_group": ["adult", "minor"]}, "lang": "en"}, "answers.age_group"),
        ({"answers": {"papers": "none"}, "lang": "en"}, "answers[...]"),
        ({"answers": {"papers": [{"$gt": ""}]}, "lang": "en"}, "answers[...][0]"),
        ({"answers": {"papers": ["x" * 100]}, "lang": "en"}, "answers[...][0]"),
        ({"answers": {"papers": ["none"] * 100}, "lang": "en"}, "answers[...]"),
        ({"answers": {str(number): [] for number in range(50)}, "lang": "en"}, "answers"),
        ({"answers": {"my name is Ana": []}, "lang": "en"}, "answers"),
        ({"answers": None, "lang": "en"}, "answers"),
        ({"answers": [], "lang": "en"}, "answers"),
        ({"lang": "en"}, "answers"),
        ({"answers": {}, "lang": "fr"}, "lang"),
        ({"answers": {}}, "lang"),
        ({"answers": {}, "lang": "en", "name": "x"}, "name"),
    ],
)
def test_what_does_not_fit_is_refused_by_field_and_not_repeated(
    running: Processes, arguments: Json, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        ask(running, **arguments)
    assert refused.value.field == field
    assert refused.value.rule
    assert refused.value.advice
    assert "Ana" not in str(refused.value)


def test_every_single_answer_is_taken(running: Processes) -> None:
    for question, one in ROAD_MAP.items():
        for code in one.answers:
            assert ask(running, answers={question: [code]}, lang="es")["steps"]

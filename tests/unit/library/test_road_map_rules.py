"""The rules as data: whole in both languages, with https sources, plain, and without numbers."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.library.roadmap import Rule, Words
from services.library.rulebook import FOLDER, load
from shared.errors import Invalid
from shared.vocabulary import NEEDS
from shared.vocabulary.road_map import ROAD_MAP
from tests.support.reading import grade, phones
from tests.support.road_map import steps

Json = dict[str, Any]
SEED = Path(__file__).resolve().parents[3] / "infra" / "seed" / "library"
PLACEHOLDERS = {"{hotline_phone}", "{hotline_text}", "{emergency_phone}"}
FIELDS = {
    *("id", "when", "name", "kind", "needs", "who_decides", "papers", "form", "where"),
    *("usual_time", "ineligible", "why", "guide", "source", "checked_on"),
}
RULES = load().rules
every_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])


def texts(rule: Rule, lang: str) -> list[str]:
    """All that a reader may see of a rule in one language."""
    words: Words = getattr(rule, lang)
    whys = [getattr(case, lang) for case in rule.cases]
    return [
        *(words.name, words.who_decides, words.where, words.usual_time, words.form),
        *(*words.papers, *words.ineligible),
        *(text for why in whys for text in (why.sure, why.maybe)),
    ]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_each_step_has_every_field_in_both_languages(lang: Any) -> None:
    for step in steps({}, lang):
        assert step.keys() == FIELDS
        for field in ("name", "who_decides", "where", "usual_time", "why", "needs", "source"):
            assert step[field], (step["id"], field)
        assert step["form"] is None or all(step["form"].values())


def test_both_languages_tell_of_the_same_steps() -> None:
    english, spanish = steps({}), steps({}, "es")
    for one, other in zip(english, spanish, strict=True):
        same = FIELDS - {"name", "who_decides", "papers", "form", "where", "usual_time"}
        for field in same - {"ineligible", "why"}:
            assert one[field] == other[field]
        assert one["name"] != other["name"]
        assert len(one["why"]) == len(other["why"])


@every_rule
def test_spanish_is_not_english_left_over(rule: Rule) -> None:
    left = set(texts(rule, "en")) & set(texts(rule, "es")) - {""}
    assert left == set()


@every_rule
def test_a_guide_that_is_named_is_in_the_library(rule: Rule) -> None:
    assert not rule.guide or (SEED / "en" / f"{rule.guide}.md").is_file()


@every_rule
def test_sources_are_https_and_were_checked(rule: Rule) -> None:
    assert all(source.url.startswith("https://") for source in rule.source)
    assert date(2026, 1, 1) < rule.checked_on <= date.fromisoformat(load().version)


@every_rule
@pytest.mark.parametrize("lang", ["en", "es"])
def test_numbers_to_call_come_from_settings_and_no_sum_of_money_is_told(
    rule: Rule, lang: str
) -> None:
    told = "\n".join(texts(rule, lang))
    assert set(re.findall(r"\{[^}]*\}", told)) <= PLACEHOLDERS
    assert phones(told) == []
    assert "$" not in told


@every_rule
def test_a_step_reads_at_grade_seven_or_below(rule: Rule) -> None:
    told = "\n".join(
        text if text.endswith((".", "?")) else f"{text}." for text in texts(rule, "en") if text
    )
    assert grade(told) <= 7.0


def test_every_need_has_a_step() -> None:
    assert {need for rule in RULES for need in rule.needs} == set(NEEDS)


def test_every_answer_but_being_safe_counts_somewhere() -> None:
    asked = {
        (question, code)
        for rule in RULES
        for case in rule.cases
        for question, part in case.answers.items()
        for code in part.codes
    }
    told = {(name, code) for name, one in ROAD_MAP.items() for code in one.answers}
    silent = {code for name, code in told - asked if name != "needs" and code != "unknown"}
    assert silent == {"yes", "none"}  # safe, and without papers: what is left when no other holds


def test_files_that_no_edition_names_are_not_there() -> None:
    named = yaml.safe_load((FOLDER / "edition.yaml").read_text(encoding="utf-8"))["files"]
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {*named, "edition"}


BAD = [
    ({"id": "Two Words"}, "one.yaml rule 1"),
    ({"urgency": 0}, "one.yaml rule 1"),
    ({"extra": 1}, "one.yaml rule 1"),
    ({"source": []}, "one.yaml rule 1"),
    ({"source": [{"name": "x", "url": "http://www.example.org/"}]}, "one.yaml rule 1"),
    ({"needs": ["gold"]}, "a-step"),
    ({"form_url": "https://www.example.org/form"}, "a-step"),
    ({"cases": [{"when": "now", "answers": {"age": {"any_of": ["adult"]}}}]}, "a-step"),
    ({"cases": [{"when": "now", "answers": {"state": {"any_of": ["US-TX"]}}}]}, "a-step"),
    ({"cases": [{"when": "now", "answers": {"state": {"any_of": ["unknown"]}}}]}, "a-step"),
    ({"cases": [{"when": "now", "answers": {"state": {}}}]}, "a-step"),
    ({"cases": [{"when": "now", "answers": {"state": {"any_of": ["other"]}}}]}, "a-step"),
]


@pytest.mark.parametrize(("change", "field"), BAD)
def test_a_rule_that_cannot_be_right_is_refused_by_name(
    tmp_path: Path, change: Json, field: str
) -> None:
    words = {"name": "A step", "who_decides": "You", "where": "Here", "usual_time": "Now"}
    why = {"en": {"sure": "Because."}, "es": {"sure": "Porque."}}
    good: Json = {
        "id": "a-step",
        "kind": "service",
        "urgency": 1,
        "needs": ["safety"],
        "checked_on": date(2026, 11, 22),
        "en": words,
        "es": words,
        "source": [{"name": "A source", "url": "https://www.example.org/"}],
        "cases": [{"when": "now"}],
    }
    rule = {**good, **change}
    rule["cases"] = [{**why, **case} for case in rule["cases"]]
    edition = {"version": "2026-11-22", "files": ["one"]}
    (tmp_path / "edition.yaml").write_text(yaml.safe_dump(edition), encoding="utf-8")
    (tmp_path / "one.yaml").write_text(yaml.safe_dump([rule]), encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        load(tmp_path)
    assert refused.value.field == field

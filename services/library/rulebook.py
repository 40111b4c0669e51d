"""Reads the rules of the road map, `rules/*.yaml`, once, and refuses a rule that cannot be right.

`rules/edition.yaml` holds the version and the files in their order; each file holds a list of
rules as `Rule` describes them. A rule that does not fit stops the service at its start.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from services.library.roadmap import Case, Rule, Rules
from shared.errors import Invalid
from shared.vocabulary import NEEDS
from shared.vocabulary.road_map import ROAD_MAP

FOLDER = Path(__file__).parent / "rules"


@cache
def load(folder: Path = FOLDER) -> Rules:
    """Return the rules of the folder; Invalid naming the rule and the field that does not fit."""
    edition = _read(folder / "edition.yaml")
    rules = [
        _rule(given, position, name)
        for name in edition["files"]
        for position, given in enumerate(_read(folder / f"{name}.yaml"), start=1)
    ]
    if len({rule.id for rule in rules}) < len(rules):
        raise Invalid("rules", "name one step twice", "give each step an id of its own")
    return Rules(str(edition["version"]), tuple(rules))


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _rule(given: Any, position: int, name: str) -> Rule:
    try:
        rule = msgspec.convert(given, Rule)
    except msgspec.ValidationError as error:
        raise Invalid(f"{name}.yaml rule {position}", str(error), "see Rule") from None
    if not set(rule.needs) <= set(NEEDS):
        raise Invalid(rule.id, "names a need that is none", "use the codes of the needs")
    if bool(rule.form_url) != bool(rule.en.form) or bool(rule.en.form) != bool(rule.es.form):
        raise Invalid(rule.id, "tells of a form in part", "give form_url and its name in both")
    for name_of in ("papers", "ineligible"):
        if len(getattr(rule.en, name_of)) != len(getattr(rule.es, name_of)):
            raise Invalid(rule.id, f"has other {name_of} in es than in en", "translate each line")
    for case in rule.cases:
        _check_case(rule.id, case)
    return rule


def _check_case(rule: str, case: Case) -> None:
    for question, part in case.answers.items():
        if question not in ROAD_MAP:
            raise Invalid(rule, "asks a question we do not ask", "use the questions of ROAD_MAP")
        if not part.codes or not set(part.codes) <= set(ROAD_MAP[question].answers) - {"unknown"}:
            raise Invalid(rule, f"asks no known code of {question}", "use the codes of its answers")
    if case.answers and not (case.en.maybe and case.es.maybe):
        raise Invalid(rule, "has a condition and no words for when it is open", "write `maybe`")

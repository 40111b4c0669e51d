"""The road map: what a person may get now, next and later, told from answers without a name.

Rules are data (`rules/*.yaml`); this is the one engine that reads them. An answer is a code and
each condition is true, false or possibly true: a question left open makes what asks for it
possibly true, so that what is not known widens the road map and never narrows it. What is only
possible is never promised for now: somebody has to find out first. No I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import IntEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from shared.errors import Invalid
from shared.fields import check_codes
from shared.vocabulary.road_map import ROAD_MAP, UNSURE

Json = dict[str, Any]
Answers = Mapping[str, list[str]]
Lang = Literal["en", "es"]
When = Literal["now", "next", "later"]
Text = Annotated[str, Meta(min_length=1, max_length=400)]
Name = Annotated[str, Meta(min_length=1, max_length=90)]
Code = Annotated[str, Meta(pattern=r"^[a-z]+(-[a-z]+)*\Z", max_length=60)]
Https = Annotated[str, Meta(pattern=r"^https://[A-Za-z0-9.-]+/\S*\Z", max_length=300)]

WHENS: tuple[When, ...] = ("now", "next", "later")
#: Where little is known a step may hang on many things: nobody reads more than these.
MOST_REASONS = 4


class Sure(IntEnum):
    """How sure a condition is; all of several is the least of them, any of several the most."""

    NO = 0
    MAYBE = 1
    YES = 2


NOT = {Sure.NO: Sure.YES, Sure.MAYBE: Sure.MAYBE, Sure.YES: Sure.NO}


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one question must hold: all three must be met, and an empty one always is."""

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return self.any_of + self.all_of + self.none_of


class Why(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a step is there: `sure` when the answers say so, `maybe` while they leave it open."""

    sure: Text
    maybe: str = ""


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to a step: when it is open to those whom `answers` fits, and why."""

    when: When
    en: Why
    es: Why
    answers: dict[str, Part] = {}


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of a step in one language."""

    name: Name
    who_decides: Text
    where: Text
    usual_time: Text
    papers: tuple[Text, ...] = ()
    ineligible: tuple[Text, ...] = ()
    form: str = ""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a rule can be checked."""

    name: Name
    url: Https


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step with the cases that lead to it. `urgency` orders those of one time, 1 first."""

    id: Code
    kind: Literal["benefit", "service", "legal", "document"]
    urgency: Annotated[int, Meta(ge=1, le=99)]
    needs: tuple[str, ...]
    source: Annotated[tuple[Source, ...], Meta(min_length=1)]
    checked_on: date
    cases: Annotated[tuple[Case, ...], Meta(min_length=1)]
    en: Words
    es: Words
    guide: Code | Literal[""] = ""
    form_url: Https | Literal[""] = ""


class Rules(msgspec.Struct, frozen=True):
    """An edition of the rules; `version` is its date."""

    version: str
    rules: tuple[Rule, ...]


def check_answers(answers: Answers) -> None:
    """Raise Invalid naming `answers.<question>` for a question or a code that is not ours."""
    for question, codes in answers.items():
        # A name that is no code is not repeated: refusals are logged, and it may have been typed.
        is_code = question.isascii() and question.replace("_", "").isalpha()
        field = f"answers.{question}" if is_code and len(question) <= 40 else "answers"
        if question not in ROAD_MAP:
            raise Invalid(field, "is not a question we ask", f"use one of {', '.join(ROAD_MAP)}")
        check_codes(field, codes, ROAD_MAP[question].answers)
        if len(codes) > 1 and not ROAD_MAP[question].is_many:
            raise Invalid(field, "takes one answer", "choose one, or leave it out")


def road_map(rules: Rules, answers: Answers, lang: Lang) -> Json:
    """Return the steps open to whoever gave these answers: now, next, later, urgent ones first.

    Raises Invalid for an answer that is not one of the codes of `ROAD_MAP`.
    """
    check_answers(answers)
    found = [(rule, way) for rule in rules.rules if (way := _way(rule, answers, lang))]
    found.sort(key=lambda one: (WHENS.index(one[1][0]), one[0].urgency))
    return {
        "version": rules.version,
        "steps": [_step(rule, when, why, lang) for rule, (when, why) in found],
    }


def how_sure(parts: Mapping[str, Part], answers: Answers) -> Sure:
    """Return whether all parts of a condition are met by the answers."""
    return min(
        (_met(part, answers.get(name, [])) for name, part in parts.items()), default=Sure.YES
    )


def _met(part: Part, given: list[str]) -> Sure:
    """A code that was not chosen is false, unless the question was left open."""
    otherwise = Sure.MAYBE if not given or not UNSURE.keys().isdisjoint(given) else Sure.NO
    held = refused = missing = Sure.YES
    if part.any_of:
        held = Sure.YES if any(code in given for code in part.any_of) else otherwise
    if part.none_of:
        is_refused = any(code in given for code in part.none_of)
        refused = Sure.NO if is_refused else NOT[otherwise]
    if part.all_of:
        missing = Sure.YES if all(code in given for code in part.all_of) else otherwise
    return min(held, refused, missing)


def _way(rule: Rule, answers: Answers, lang: Lang) -> tuple[When, list[str]] | None:
    """The earliest time one of the cases gives, and why; None when none of them can be."""
    ways: list[tuple[int, Sure, Why]] = []
    for case in rule.cases:
        sure = how_sure(case.answers, answers)
        if sure is not Sure.NO:
            at = WHENS.index(case.when)
            ways.append((at if sure is Sure.YES else max(at, 1), sure, getattr(case, lang)))
    if not ways:
        return None
    first = min(at for at, _, _ in ways)
    known = [why.sure for at, sure, why in ways if sure is Sure.YES and at == first]
    if not known:  # only possible so early: say on what it hangs, then what is sure for later
        known = [why.maybe for at, sure, why in ways if sure is Sure.MAYBE and at == first]
        known += [why.sure for _, sure, why in ways if sure is Sure.YES]
    return WHENS[first], list(dict.fromkeys(known))[:MOST_REASONS]


def _step(rule: Rule, when: When, why: list[str], lang: Lang) -> Json:
    words: Words = getattr(rule, lang)
    return {
        "id": rule.id,
        "when": when,
        "name": words.name,
        "kind": rule.kind,
        "needs": list(rule.needs),
        "who_decides": words.who_decides,
        "papers": list(words.papers),
        "form": {"name": words.form, "url": rule.form_url} if rule.form_url else None,
        "where": words.where,
        "usual_time": words.usual_time,
        "ineligible": list(words.ineligible),
        "why": why,
        "guide": rule.guide,
        "source": [msgspec.to_builtins(one) for one in rule.source],
        "checked_on": rule.checked_on.isoformat(),
    }

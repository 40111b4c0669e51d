"""The road map as pages and programs see it: its questions as fields, and what the library answers.

The answers are codes only; they go to the library by call and are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from portal.forms import Answers, Field
from portal.i18n import N_
from portal.ports import Parts
from shared.errors import Invalid, Unavailable
from shared.fields import check_codes
from shared.settings import Settings
from shared.vocabulary.road_map import ROAD_MAP

Json = dict[str, Any]
Coded = dict[str, list[str]]

#: When a step is taken, in the order of the page.
WHEN: dict[str, str] = {"now": N_("Now"), "next": N_("Next"), "later": N_("Later")}
KINDS: dict[str, str] = {
    "benefit": N_("A benefit"),
    "service": N_("A service"),
    "legal": N_("Law and papers"),
    "document": N_("A paper to get"),
}
#: The questions in their order, as a form asks them.
FIELDS: tuple[Field, ...] = tuple(
    Field(
        one.code,
        one.text,
        one.hint,
        kind="many" if one.is_many else "one",
        choices=one.answers,
    )
    for one in ROAD_MAP.values()
)


class Link(msgspec.Struct, frozen=True):
    """Something to read or fill in elsewhere; an address that is not https is left out."""

    name: str
    url: str = ""

    @property
    def address(self) -> str:
        return self.url if self.url.startswith("https://") else ""


class RoadStep(msgspec.Struct, frozen=True):
    """One step, in the language it was asked for. `guide` is a slug or "", dates "YYYY-MM-DD"."""

    id: str
    when: Literal["now", "next", "later"]
    name: str
    kind: Literal["benefit", "service", "legal", "document"]
    needs: list[str]
    who_decides: str
    papers: list[str]
    form: Link | None
    where: str
    usual_time: str
    ineligible: list[str]
    why: list[str]
    guide: str
    source: list[Link]
    checked_on: str


class RoadMap(msgspec.Struct, frozen=True):
    """What somebody may get, in order; `version` is the day of the rules."""

    version: str
    steps: list[RoadStep]

    def at(self, when: str) -> list[RoadStep]:
        """Return the steps of one time."""
        return [step for step in self.steps if step.when == when]

    def names(self) -> dict[str, str]:
        """Return what each step is called."""
        return {step.id: step.name for step in self.steps}


async def ask(bundle: Parts, answers: Coded, lang: str) -> RoadMap:
    """Return the library's road map for answers (question -> codes) in a language.

    Raises Unavailable when the library does not answer, or not with a road map.
    """
    told = await bundle.backend.call("library", "road_map", answers=answers, lang=lang)
    try:
        return msgspec.convert(with_phones(told, bundle.settings), RoadMap)
    except msgspec.ValidationError:
        rule = "does not tell the road map as this portal reads it"
        raise Unavailable("library", rule, "try again later") from None


def with_phones(told: Any, settings: Settings) -> Any:
    """Return a text, or JSON values with texts in them, with the phone numbers filled in."""
    if isinstance(told, dict):
        return {key: with_phones(value, settings) for key, value in told.items()}
    if isinstance(told, list):
        return [with_phones(value, settings) for value in told]
    if not isinstance(told, str) or "{" not in told:
        return told
    for name in ("emergency_phone", "hotline_phone", "hotline_text"):
        told = told.replace(f"{{{name}}}", getattr(settings, name))
    return told


def coded(answers: Answers) -> Coded:
    """Return the answers of a form as the library reads them; what is open is left out."""
    told = {field.name: answers.many(field.name) or [answers.one(field.name)] for field in FIELDS}
    return {name: codes for name, codes in told.items() if any(codes)}


def as_form(answers: Mapping[str, Sequence[str]]) -> Answers:
    """Return codes as the answers of a form."""
    values: dict[str, str | list[str]] = {}
    for field in FIELDS:
        codes = [code for code in answers.get(field.name, ()) if code in field.choices]
        values[field.name] = codes if field.kind == "many" else "".join(codes[:1])
    return Answers(values)


def check_codes_known(answers: Mapping[str, Sequence[str]]) -> None:
    """Raise Invalid naming the question whose answer is not of `ROAD_MAP`: nothing else that a
    program sends may travel on."""
    for question, codes in answers.items():
        if question not in ROAD_MAP:
            raise Invalid("answers", "hold a question we do not ask", f"use {', '.join(ROAD_MAP)}")
        asked = ROAD_MAP[question]
        check_codes(f"answers.{question}", list(codes), asked.answers)
        if len(codes) > 1 and not asked.is_many:
            raise Invalid(f"answers.{question}", "says more than one thing", "send one code")

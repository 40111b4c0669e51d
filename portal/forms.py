"""Forms as data: what a field takes, and what was posted, checked and kept.

A field that does not fit gives one problem with its name and what to do. Whatever was typed comes
back into the page, so nobody writes a hard thing twice.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from portal.i18n import N_
from portal.security import MAX_BODY, read_body

MOST_FIELDS = 200
FORM_TYPE = "application/x-www-form-urlencoded"

#: Characters that turn the reading order round, so that a text shows other than it is (UTS #55).
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: What stands where bytes were no UTF-8.
UNREADABLE = "\ufffd"

Kind = Literal["line", "text", "one", "many"]


@dataclass(frozen=True)
class Field:
    """One question of a form.

    `line` and `text` take what a person writes, up to `limit` characters; `one` and `many` take
    codes of `choices` (code -> words to translate). `required` is what to say when it is missing.
    With `choices_are_languages` each code's words are in that language.
    """

    name: str
    label: str = ""
    hint: str = ""
    kind: Kind = "line"
    limit: int = 200
    choices: Mapping[str, str] = field(default_factory=dict)
    required: str = ""
    choices_are_languages: bool = False


@dataclass(frozen=True)
class Problem:
    """What does not fit: the field's name and, with `values` filled in, what to do about it."""

    name: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Posted:
    """The fields of a form as they came, in order; a name may come more than once."""

    pairs: list[tuple[str, str]] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value for key, value in self.pairs if key == name]

    def first(self, name: str) -> str:
        """Return the first value of a field, "" when it did not come."""
        return next((value for key, value in self.pairs if key == name), "")


@dataclass
class Answers:
    """Checked answers by field name: a string, or a list for `many`. Empty is "not answered"."""

    values: dict[str, str | list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def one(self, name: str) -> str:
        """Return the answer of a single-valued field, "" when there is none."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def many(self, name: str) -> list[str]:
        """Return the codes chosen in a `many` field."""
        value = self.values.get(name, [])
        return value if isinstance(value, list) else []

    def refuse(self, name: str, message: str, **values: object) -> None:
        """Add a problem that the fields alone cannot know."""
        self.problems.append(Problem(name, message, values))

    def pairs(self, without: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Return the answers as hidden fields carry them."""
        left_out = frozenset(without)
        return [
            (name, text)
            for name, value in self.values.items()
            if name not in left_out
            for text in ([value] if isinstance(value, str) else value)
            if text
        ]


async def read_form(request: Request, limit: int = MAX_BODY) -> Posted:
    """Return the fields of a posted form.

    Raises HTTPException: 415 for another content type, 413 for too long a body or too many fields.
    """
    kind = request.headers.get("content-type", FORM_TYPE).partition(";")[0].strip().lower()
    if kind != FORM_TYPE:
        raise HTTPException(415)
    text = (await read_body(request, limit)).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(413) from None
    return Posted(pairs)


def check(fields: Sequence[Field], posted: Posted) -> Answers:
    """Return the answers with a problem for each field that does not fit."""
    answers = Answers()
    for one in fields:
        given = posted.all(one.name)
        problem = _check_many(one, given, answers) if one.kind == "many" else None
        if one.kind == "one":
            problem = _check_one(one, given, answers)
        elif one.kind != "many":
            problem = _check_text(one, given, answers)
        if problem is not None:
            answers.problems.append(problem)
    return answers


def keep(fields: Sequence[Field], posted: Posted) -> Answers:
    """Return what can be shown again without complaint: for going back or changing language."""
    answers = check(fields, posted)
    answers.problems = []
    return answers


def _check_many(one: Field, given: list[str], answers: Answers) -> Problem | None:
    known = list(dict.fromkeys(code for code in given if code in one.choices))
    answers.values[one.name] = known
    if any(code and code not in one.choices for code in given):
        return Problem(one.name, N_("Choose from the list"))
    if one.required and not known:
        return Problem(one.name, one.required)
    return None


def _check_one(one: Field, given: list[str], answers: Answers) -> Problem | None:
    chosen = given[0] if given else ""
    answers.values[one.name] = chosen if chosen in one.choices else ""
    if len(given) > 1:
        return Problem(one.name, N_("Choose one answer only"))
    if chosen and chosen not in one.choices:
        return Problem(one.name, N_("Choose from the list"))
    if one.required and not chosen:
        return Problem(one.name, one.required)
    return None


def _check_text(one: Field, given: list[str], answers: Answers) -> Problem | None:
    raw = "\n".join(given)
    text = clean(raw, lines=one.kind == "text")
    answers.values[one.name] = text
    if len(given) > 1:
        return Problem(one.name, N_("Write this once only"))
    if has_odd_characters(raw):
        return Problem(
            one.name,
            N_("We took out signs that cannot be shown. Check the text and send it again"),
        )
    if len(text) > one.limit:
        return Problem(
            one.name,
            N_("Write at most %(limit)s letters. You wrote %(length)s"),
            {"limit": one.limit, "length": len(text)},
        )
    if one.required and not text:
        return Problem(one.name, one.required)
    return None


def has_odd_characters(text: str) -> bool:
    """Say whether a text holds control, reordering or unreadable characters."""
    return not _is_plain(text) and any(_is_odd(symbol) for symbol in text)


def _is_plain(text: str) -> bool:
    """Most of what is typed is ASCII on one line, which holds nothing odd and is in form NFC."""
    return text.isascii() and text.isprintable()


def _is_odd(symbol: str) -> bool:
    if symbol in "\r\n\t":
        return False
    if symbol in BIDI_CONTROLS or symbol == UNREADABLE or ord(symbol) & 0xFFFE == 0xFFFE:
        return True
    return unicodedata.category(symbol) in ("Cc", "Cs")


def clean(text: str, *, lines: bool) -> str:
    """Return the text in Unicode form NFC, without odd characters and outer blanks.

    With `lines` false, line breaks become spaces.
    """
    if _is_plain(text):
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if not lines:
        text = text.replace("\n", " ")
    kept = "".join(symbol for symbol in text if not _is_odd(symbol))
    return unicodedata.normalize("NFC", kept).strip()


def summary(problems: Sequence[Problem], **more: Any) -> dict[str, Any]:
    """Return what the error summary and the fields of a template need: all problems, and the
    first of each field (None where there is none)."""
    first: defaultdict[str, Problem | None] = defaultdict(lambda: None)
    for problem in problems:
        first.setdefault(problem.name, problem)
    return {"problems": list(problems), "problem_of": first, **more}

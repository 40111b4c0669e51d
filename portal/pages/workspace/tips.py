"""Tips: the queue of triage, and one tip with what may be done with it now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.forms import Answers, Field, Problem
from portal.i18n import N_
from portal.pages.workspace.frame import ask, chosen, path_id, posted, show
from portal.pages.workspace.lines import tip_lines
from portal.pages.workspace.names import areas
from portal.pages.workspace.streams import PASSPHRASE
from shared.vocabulary import LANGUAGES, NEEDS
from shared.vocabulary.tips import TIP_CLOSE_REASONS, TIP_DESTINATIONS

Json = dict[str, Any]
ANSWER = Field(
    "text",
    N_("Write to the reporter"),
    N_("Sealed: only the holder of the receipt and your agency can read it."),
    kind="text",
    limit=4_000,
    required=N_("Write your message"),
)
CLOSE = Field(
    "reason",
    N_("Why does it close? The reporter sees this"),
    kind="one",
    choices=TIP_CLOSE_REASONS,
    required=N_("Choose why it closes"),
)
NEEDED = Field(
    "needs",
    N_("Needs, as far as they are known"),
    kind="many",
    choices={code: need.label for code, need in NEEDS.items()},
)
LANGUAGE = Field(
    "language",
    N_("Language of the person who needs help"),
    kind="one",
    choices={code: language.autonym for code, language in LANGUAGES.items()},
    choices_are_languages=True,
)


def destination(known: Sequence[str]) -> Field:
    """Return the question to whom a tip goes: only where its reporter wished it."""
    choices = {code: TIP_DESTINATIONS[code] for code in known if code in TIP_DESTINATIONS}
    required = N_("Choose to whom it goes")
    return Field("to", N_("Pass it on to"), kind="one", choices=choices, required=required)


def area_field(request: Request) -> Field:
    """Return the question in which area somebody needs help."""
    return Field("area", N_("Area"), kind="one", choices=areas(request))


async def tips(request: Request) -> Response:
    """List the tips that are not ended, the most pressing first."""
    found = await ask(request, "tips", "waiting")
    return show(request, "tips.html", tips=tip_lines(request, found))


async def tip(request: Request) -> Response:
    """Show one tip; its words stay sealed until they are opened."""
    return await show_tip(request, [], 200)


async def show_tip(
    request: Request,
    problems: Sequence[Problem],
    status: int,
    *,
    opened: Json | None = None,
    answers: Answers | None = None,
) -> Response:
    """Return a tip's page; `opened` is what was written, shown this once."""
    found = await ask(request, "tips", "tip", tip=path_id(request, "tip"))
    (line,) = tip_lines(request, [found])
    passed = [{**one, "words": chosen(TIP_DESTINATIONS, one["to"])} for one in found["passed_on"]]
    return show(
        request,
        "tip.html",
        status=status,
        problems=problems,
        opened=opened,
        answers=answers or Answers(),
        typed={name: posted(request).first(name) for name in ("to", "reason", "area", "language")},
        answer_field=ANSWER,
        close_field=CLOSE,
        needs_field=NEEDED,
        language_field=LANGUAGE,
        area_field=area_field(request),
        to_field=destination(found["destinations"]),
        passphrase_field=PASSPHRASE,
        **{**line, "passed_on": passed, "reason_words": _reason(found)},
    )


def _reason(found: Json) -> str:
    return TIP_CLOSE_REASONS.get(str(found.get("reason", "")), "")

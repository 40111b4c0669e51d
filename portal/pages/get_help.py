"""Asking for help: one question a page, nothing kept until it is sent.

Every page posts to the same address with all earlier answers in hidden fields, so there is no
cookie, no storage and no draft anywhere but on the screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import tickets
from portal.forms import Answers, Field, Posted, Problem, check, keep, read_form, summary
from portal.i18n import N_
from portal.pages.help_questions import Step, need_groups, steps
from portal.ports import parts
from portal.rendering import render
from portal.tickets import Ticket
from shared.crypto import codes
from shared.errors import Unavailable
from shared.events.doors import HelpRequested
from shared.ids import derived_id
from shared.settings import Settings
from shared.vocabulary import NEEDS

CHECK = "check"


@dataclass(frozen=True)
class Form:
    """Where this form is and for whom: the client herself, or a friend or helper who asks."""

    path: str
    door: str
    friend: bool

    async def start(self, request: Request) -> Response:
        """Show what to know before the first question."""
        return render(request, "get_help/start.html", form=self)

    async def answer(self, request: Request) -> Response:
        """Take the answers so far and show the next page, or send them."""
        posted = await read_form(request)
        return await Walk(self, request, posted).go()


FOR_SELF = Form("/get-help", "portal_self", friend=False)
FOR_FRIEND = Form("/for-helpers", "portal_friend", friend=True)


class Walk:
    """One request's way through the questions."""

    def __init__(self, form: Form, request: Request, posted: Posted) -> None:
        self.form, self.request, self.posted = form, request, posted
        self.steps = steps(parts(request).snapshot.areas(), friend=form.friend)
        self.fields = [field for step in self.steps for field in step.fields]
        self.answers = keep(self.fields, posted)
        self.ticket = tickets.read(posted.first("ticket"), parts(request).boxes.pepper)

    async def go(self) -> Response:
        """Do what the pressed button says."""
        wish, at = self.posted.first("go"), self._step(self.posted.first("at"))
        if wish == "send":
            return await self.send()
        if wish == "stay":
            return self.show_check() if self.posted.first("at") == CHECK else self.show(at)
        if wish == "back":
            return self.show(self._before(at))
        if wish == CHECK or wish in {step.name for step in self.steps}:
            return self.show_check() if wish == CHECK else self.show(self._step(wish))
        return self.forward(at)

    def forward(self, at: Step | None) -> Response:
        """Check this page's answers and show the next page."""
        if at is None:
            return self.show(self.steps[0])
        problems = check(at.fields, self.posted).problems
        if problems:
            return self.show(at, problems)
        if self.answers.one("consent") == "no":
            return self.not_yet()
        after = self._after(at)
        return self.show_check() if after is None else self.show(after)

    def not_yet(self) -> Response:
        """Say what a helper can do before the person has said yes."""
        return render(self.request, "get_help/not_yet.html", carry=self.carried("who_asks", "next"))

    def show(self, step: Step | None, problems: Sequence[Problem] = ()) -> Response:
        """Show a question, with the problems of what was answered."""
        step = step or self.steps[0]
        own = [field.name for field in step.fields]
        return render(
            self.request,
            "get_help/question.html",
            status=422 if problems else 200,
            carry=self.carried(step.name),
            form=self.form,
            step=step,
            number=self.steps.index(step) + 1,
            total=len(self.steps),
            is_first=step == self.steps[0],
            values=self.answers.values,
            hidden=[*self.answers.pairs(own), ("ticket", self._ticket())],
            unsafe=step.name == "needs" and self.answers.one("safe_now") == "no",
            groups=need_groups(),
            **summary(problems),
        )

    def show_check(self, problems: Sequence[Problem] = ()) -> Response:
        """Show all answers once more before they are sent."""
        return render(
            self.request,
            "get_help/check.html",
            status=422 if problems else 200,
            carry=self.carried(CHECK),
            form=self.form,
            rows=self._rows(),
            hidden=self.carried(CHECK, go=""),
            before=self._before(None),
            **summary(problems),
        )

    async def send(self) -> Response:
        """Accept the request and show its code; the same ticket again is the same request."""
        for step in self.steps:
            problems = check(step.fields, self.posted).problems
            if problems:
                return self.show(step, problems)
        if self.answers.one("consent") == "no":
            return self.not_yet()
        try:
            accepted = await self._accept(self.ticket)
        except Unavailable:
            return self.show_check([Problem("send", _COULD_NOT_SEND)])
        return render(
            self.request,
            "get_help/sent.html",
            carry=self.carried(CHECK, go="send"),
            form=self.form,
            code=codes.show(self.ticket.code),
            answer_within_s=answer_within_s(self.answers, parts(self.request).settings),
            can_be_reached=can_be_reached(self.answers),
            waits_here=accepted == "spool",
        )

    async def _accept(self, ticket: Ticket) -> str:
        bundle = parts(self.request)
        claim = await asyncio.to_thread(bundle.boxes.help_claim, ticket, self._sealed_words())
        event = self._event(ticket, claim.id)
        accepted = await bundle.intake.accept(
            [event], claim, derived_id("help.requested", ticket.id)
        )
        return accepted.where

    def _event(self, ticket: Ticket, claim: str) -> HelpRequested:
        one, unknown = self.answers.one, "unknown"
        area = one("area")
        return HelpRequested(
            stream=ticket.id,
            door=self.form.door,
            needs=self.answers.many("needs"),
            age_group=one("age_group") or unknown,
            origin=one("origin") or unknown,
            gender=one("gender") or unknown,
            language=one("language") or self.request.state.lang,
            area="" if area == unknown else area,
            safe_now=one("safe_now") or unknown,
            contact_way=one("contact_way") if can_be_reached(self.answers) else "none",
            avoid=[*self.answers.many("avoid"), *self.answers.many("avoid_area")],
            claim=claim,
            wishes=self.answers.many("wishes"),
        )

    def _sealed_words(self) -> dict[str, Any]:
        one = self.answers.one
        asked_by = f"friend_{one('with_person') or 'apart'}" if self.form.friend else "self"
        return {
            "contact": one("contact") if one("contact_way") not in ("", "none") else "",
            "when_safe": one("when_safe"),
            "message_ok": one("message_ok") == "yes",
            "note": one("note"),
            "language": one("other_language"),
            "asked_by": asked_by,
        }

    def carried(self, at: str, go: str = "stay") -> list[tuple[str, str]]:
        """Return all answers as hidden fields that lead to this place again."""
        place = [("ticket", self._ticket()), ("at", at)]
        return [*self.answers.pairs(), *place, *([("go", go)] if go else [])]

    def _ticket(self) -> str:
        return tickets.write(self.ticket, parts(self.request).boxes.pepper)

    def _step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def _asked(self) -> list[Step]:
        """The steps this person is asked: how to reach her only if she wants to be reached."""
        reachable = self.answers.one("contact_way") not in ("", "none")
        return [step for step in self.steps if reachable or step.name != "contact"]

    def _after(self, at: Step) -> Step | None:
        rest = list(dropwhile(lambda step: step != at, self._asked()))
        return rest[1] if len(rest) > 1 else None

    def _before(self, at: Step | None) -> Step:
        names = [step.name for step in self._asked()]
        index = names.index(at.name) if at is not None and at.name in names else len(names)
        return self._asked()[max(index - 1, 0)]

    def _rows(self) -> list[tuple[Step, Field, list[str]]]:
        """The answers as the check page lists them: (step, question, words)."""
        return [
            (step, field, words(field, self.answers))
            for step in self._asked()
            for field in step.fields
            if field.name != "other_language" or self.answers.one(field.name)
        ]


_COULD_NOT_SEND = N_("We could not send this. Try again, or call or text. A person will help")


def words(field: Field, answers: Answers) -> list[str]:
    """Return an answer in words to translate; what a person wrote is returned as it is."""
    if field.kind == "many":
        return [field.choices[code] for code in answers.many(field.name)]
    value = answers.one(field.name)
    if not value:
        return []
    return [field.choices[value]] if field.kind == "one" else [value]


def can_be_reached(answers: Answers) -> bool:
    """Say whether the client chose a way to be reached and gave it."""
    return answers.one("contact_way") not in ("", "none") and bool(answers.one("contact"))


def answer_within_s(answers: Answers, settings: Settings) -> int:
    """Return how long the first agency has to answer, in seconds: short when it cannot wait."""
    needs = [NEEDS[code] for code in answers.many("needs")]
    urgent = answers.one("safe_now") == "no" or any(need.urgent for need in needs)
    return settings.case_manager_lease_urgent_s if urgent else settings.case_manager_lease_s

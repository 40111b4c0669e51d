"""Tips on the bus: what reporters send, what triage does, and the clock that nobody forgets."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any

from services.tips import domain, views
from services.tips.domain import as_text
from services.tips.store import Tips
from shared.errors import Conflict, NotFound
from shared.events.doors import TipReporterWrote, TipSubmitted, TipWithdrawalAsked
from shared.fields import check_digest, check_ids
from shared.ids import derived_id
from shared.messaging import Backbone, Received, command, every, handles

Json = dict[str, Any]


class TipsBackbone(Backbone):
    """The backbone with the tips in it."""

    def setup(self) -> None:
        super().setup()
        self.tips.prepare()

    @cached_property
    def tips(self) -> Tips:
        return Tips(self.db, self.streams)


class Triage:
    """Tips from receipt to close."""

    name = "tips"
    requires = {"triage_agency": "the id of the agency that opens tips"}
    backbone = TipsBackbone()

    @handles(TipSubmitted)
    def on_submitted(self, happened: Received[TipSubmitted]) -> None:
        """Take a tip in, with a deadline to open it."""
        sent, there = happened.data, self.backbone
        claim = there.claims.get(sent.claim)
        if claim is None:
            self._check_taken_back(sent.tip)
            return
        there.tips.keep_verifier(sent.tip, claim.private)
        move = partial(
            domain.receive,
            sent=sent,
            owner=there.settings.triage_agency,
            at=there.clock(),
            open_within_s=there.settings.tip_open_within_s,
        )
        there.tips.change(sent.tip, move, cause=happened.id)

    @handles(TipReporterWrote)
    def on_reporter_wrote(self, happened: Received[TipReporterWrote]) -> None:
        """Add the reporter's message, and set the deadline to read it."""
        there, within = self.backbone, self.backbone.settings.tip_open_within_s

        def move(state: Json | None) -> domain.Move | None:
            tip = _arrived(state)
            return domain.reporter_wrote(
                tip, happened.data.claim, at=there.clock(), open_within_s=within
            )

        tip = there.tips.change(happened.data.tip, move, cause=happened.id)
        if tip["state"] == "withdrawn":
            there.claims.erase(happened.data.claim)

    @handles(TipWithdrawalAsked)
    def on_withdrawal_asked(self, happened: Received[TipWithdrawalAsked]) -> None:
        """Take the tip back and erase every word of it."""
        there = self.backbone
        tip = there.tips.change(
            happened.data.tip, lambda state: domain.withdraw(_arrived(state)), cause=happened.id
        )
        for claim in domain.claims_of(tip):
            there.claims.erase(claim)

    @every("scheduler_every_s")
    def act_on_deadlines(self) -> None:
        """Move tips nobody opened in time up to the supervisor, once per deadline."""
        there, at = self.backbone, self.backbone.clock()
        move = partial(domain.overdue, at=at, open_within_s=there.settings.tip_open_within_s)
        for tip in there.tips.past_deadline(as_text(at)):
            cause = derived_id("overdue", tip["tip"], tip["deadline"])
            there.tips.change(tip["tip"], move, cause=cause)

    @command
    def verifiers(self, locator: str) -> list[Json]:
        """Return {tip, salt, verifier} of the receipts under a locator."""
        check_digest("locator", locator)
        return self.backbone.tips.verifiers(locator)

    @command
    def reporter_view(self, tip: str) -> Json:
        """Return what the holder of the receipt may see."""
        check_ids(tip=tip)
        found = self.backbone.tips.load(tip)
        if found is None:
            raise NotFound("tip", "is not here", "check the receipt")
        return views.for_reporter(found)

    @command
    def waiting(self, agency: str) -> list[Json]:
        """Return the tips of an agency that are not ended, the most pressing first."""
        check_ids(agency=agency)
        return [views.as_line(tip) for tip in self.backbone.tips.waiting(agency)]

    @command
    def tip(self, tip: str, agency: str) -> Json:
        """Return a tip with its claims and what may be done with it now."""
        check_ids(tip=tip, agency=agency)
        return views.for_triage(domain.visible_to(self.backbone.tips.load(tip), agency))

    @command
    def open(self, command_id: str, tip: str, agency: str, actor: str) -> Json:
        """Begin to read a tip, or what its reporter added."""
        move = partial(domain.open_tip, agency=agency, at=self.backbone.clock())
        return self._move(move, command_id, tip, agency, actor)

    @command
    def answer(self, command_id: str, tip: str, claim: str, agency: str, actor: str) -> Json:
        """Send the reporter a message that waits sealed in `claim`."""
        check_ids(claim=claim)
        move = partial(domain.answer, claim=claim, agency=agency, at=self.backbone.clock())
        return self._move(move, command_id, tip, agency, actor)

    @command
    def pass_on(
        self,
        command_id: str,
        tip: str,
        to: str,
        needs: list[str],
        area: str,
        language: str,
        agency: str,
        actor: str,
    ) -> Json:
        """Pass a tip on as its reporter wished; to `referrals` opens a stream."""
        move = partial(
            domain.pass_on,
            to=to,
            needs=needs,
            area=area,
            language=language,
            agency=agency,
            at=self.backbone.clock(),
        )
        return self._move(move, command_id, tip, agency, actor)

    @command
    def close(self, command_id: str, tip: str, reason: str, agency: str, actor: str) -> Json:
        """End a tip with a coded reason."""
        move = partial(domain.close, reason=reason, agency=agency, at=self.backbone.clock())
        return self._move(move, command_id, tip, agency, actor)

    def _move(self, move: Any, command_id: str, tip: str, agency: str, actor: str) -> Json:
        check_ids(command_id=command_id, tip=tip, agency=agency, actor=actor)
        after = self.backbone.tips.change(tip, move, cause=command_id, actor=actor)
        return views.for_triage(domain.visible_to(after or None, agency))

    def _check_taken_back(self, tip: str) -> None:
        """A claim that is gone is fine for a tip that was taken back, and only for that."""
        known = self.backbone.tips.load(tip)
        if known is None or known["state"] != "withdrawn":
            raise NotFound("claim", "of a tip is not there", "replay it when it is")


def _arrived(state: Json | None) -> Json:
    """The reporter's second message may overtake the first: it is then tried again."""
    if state is None:
        raise Conflict("tip", "has not arrived yet", "try again")
    return state

"""Stays on the bus: their last day is set, and the next placement asked for in time."""

from __future__ import annotations

from functools import partial
from typing import Any

from services.referrals import stays
from services.referrals.handover_entrypoints import Handovers
from shared.fields import check_code
from shared.messaging import command
from shared.vocabulary import PLACEMENTS

Json = dict[str, Any]


class Stays(Handovers):
    """From one placement to the next, without a gap."""

    @command
    def set_stay_end(
        self, command_id: str, stream: str, referral: str, ends_on: str, agency: str, actor: str
    ) -> Json:
        """Set the last day of a placement, "YYYY-MM-DD"."""
        move = partial(stays.set_end, referral=referral, ends_on=ends_on, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor, about=referral)

    @command
    def ask_next_placement(
        self, command_id: str, stream: str, referral: str, need_type: str, agency: str, actor: str
    ) -> Json:
        """Ask for the placement after this one; the need that asks is in the stream."""
        check_code("need_type", need_type, PLACEMENTS)
        move = partial(stays.ask_next, referral=referral, need_type=need_type, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor, about=referral)

"""Pathways on the bus: who leads a stream starts one, decides about its steps, and ends it."""

from __future__ import annotations

from functools import partial
from typing import Any

from services.referrals import paths
from services.referrals.paths import Planned
from services.referrals.stay_entrypoints import Stays
from shared.messaging import command

Json = dict[str, Any]


class Paths(Stays):
    """Several needs in their order."""

    @command
    def start_path(
        self,
        command_id: str,
        stream: str,
        pathway: str,
        steps: list[Planned],
        left_out: list[str],
        agency: str,
        actor: str,
    ) -> Json:
        """Start a pathway: [{need, after, services}] in order, without the needs left out."""
        move = partial(paths.start, pathway=pathway, steps=steps, left_out=left_out, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor)

    @command
    def decide_step(
        self, command_id: str, stream: str, step: str, decision: str, agency: str, actor: str
    ) -> Json:
        """Ask for a step that waits ("ask"), or leave it out ("leave_out")."""
        move = partial(paths.decide, step=step, decision=decision, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor)

    @command
    def end_path(self, command_id: str, stream: str, agency: str, actor: str) -> Json:
        """Go by the pathway no longer."""
        move = partial(paths.end, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor)

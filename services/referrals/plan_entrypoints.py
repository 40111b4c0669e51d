"""Plans on the bus: who leads a stream makes its plan and marks what is done."""

from __future__ import annotations

from functools import partial
from typing import Any

from services.referrals import plans
from services.referrals.release_entrypoints import Releases
from shared.messaging import command

Json = dict[str, Any]


class Plans(Releases):
    """What is meant to be done in a stream, and by when."""

    @command
    def attach_plan(
        self,
        command_id: str,
        stream: str,
        version: str,
        steps: dict[str, str],
        agency: str,
        actor: str,
    ) -> Json:
        """Make steps of the road map (id -> "YYYY-MM-DD") the stream's plan."""
        move = partial(plans.attach, version=version, steps=steps, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor)

    @command
    def mark_step(
        self, command_id: str, stream: str, step: str, is_done: bool, agency: str, actor: str
    ) -> Json:
        """Mark a step of the plan as done, or as not done after all."""
        move = partial(plans.mark, step=step, is_done=is_done, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor)

"""Codes on the bus: another one for a client, taken by herself or given by who leads."""

from __future__ import annotations

from typing import Any

from services.referrals.plan_entrypoints import Plans
from shared.events.referrals import StreamCodeChanged
from shared.fields import check_ids
from shared.messaging import Received, command, handles

Json = dict[str, Any]


class Recoding(Plans):
    """From one code to the next."""

    @handles(StreamCodeChanged)
    def on_code_changed(self, happened: Received[StreamCodeChanged]) -> None:
        """Keep the new code, should the process that stated it have died before it did."""
        self.workings.recoding.keep(happened.data.stream)

    @command
    def change_code(
        self, command_id: str, stream: str, claim: str, agency: str, actor: str
    ) -> Json:
        """Give a client who lost her code another one; for the agency that leads the stream."""
        check_ids(command_id=command_id, agency=agency)
        return self.workings.recoding.change(stream, claim, actor, agency)

    @command
    def take_new_code(self, command_id: str, stream: str, claim: str) -> Json:
        """The client, who showed her code, takes another one."""
        check_ids(command_id=command_id)
        return self.workings.recoding.change(stream, claim, "client")

"""A client's wishes on the bus: who leads her stream notes them."""

from __future__ import annotations

from functools import partial
from typing import Any

from services.referrals import doors
from services.referrals.path_entrypoints import Paths
from shared.messaging import command

Json = dict[str, Any]


class Wishes(Paths):
    """What a place must be able to do for this client."""

    @command
    def set_wishes(
        self, command_id: str, stream: str, wishes: list[str], agency: str, actor: str
    ) -> Json:
        """Note what the client wishes now; services are looked for by it from now on."""
        move = partial(doors.set_wishes, wishes=wishes, agency=agency)
        return self.workings.desk.act(move, command_id, stream, agency, actor)

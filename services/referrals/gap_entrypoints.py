"""Gaps on the bus: needs are counted as they happen, the coordinator is told."""

from __future__ import annotations

from typing import Any

from services.referrals.gaps import Filters
from services.referrals.workings import Workings
from shared.events.referrals import NeedRecorded, NeedUnmet
from shared.messaging import Received, command, handles_many

Json = dict[str, Any]


class Gaps:
    """What the referral service counts."""

    workings: Workings

    @handles_many(NeedRecorded, NeedUnmet)
    def on_need_asked(self, happened: list[Received[Any]]) -> None:
        """Count what is asked for, and begin its course."""
        self.workings.counting.heard(happened)
        self.workings.tallying.heard(happened)

    @command
    def gaps(
        self,
        agency: str,
        first: str = "",
        last: str = "",
        area: str = "",
        need: str = "",
        split: str = "",
    ) -> list[Json]:
        """Return needs asked for against services that could answer, small counts hidden."""
        return self.workings.counting.gaps(agency, Filters(first, last, area, need, split))

"""Figures on the bus: what happens to needs is kept as it happens, and told in counts."""

from __future__ import annotations

from typing import Any

from services.referrals.gap_entrypoints import Gaps
from services.referrals.gaps import Filters
from services.referrals.tallying import OF_OFFERS
from shared.messaging import Received, command, handles_many

Json = dict[str, Any]


class Figures(Gaps):
    """What the referral service times and counts."""

    @handles_many(*OF_OFFERS)
    def on_offer_moved(self, happened: list[Received[Any]]) -> None:
        """Keep what happened to an offer."""
        self.workings.tallying.heard(happened)

    @command
    def figures(
        self,
        agency: str,
        first: str = "",
        last: str = "",
        area: str = "",
        need: str = "",
        split: str = "",
    ) -> Json:
        """Return waits, answers and bounces, small counts hidden; an agency's own are of offers."""
        return self.workings.tallying.figures(agency, Filters(first, last, area, need, split))

    @command
    def quarter_tables(self, agency: str, quarter: str, style: str) -> Json:
        """Return the tables of a grant report's quarter, small counts hidden."""
        return self.workings.tallying.quarter(agency, quarter, style)

    @command
    def client_months(self, agency: str, first: str, last: str) -> list[Json]:
        """Return who was served by whom in which month: clients as running numbers."""
        return self.workings.tallying.client_months(agency, first, last)

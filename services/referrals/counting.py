"""Counting what is asked for, from this service's own events, and telling the gaps."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Any

from msgspec import convert

from services.referrals.gaps import Filters, checked, codes_of, report
from services.referrals.store import Asked, Directory, Ledger
from shared.errors import NotAllowed, NotFound
from shared.events.referrals import NeedRecorded, NeedUnmet
from shared.fields import check_ids
from shared.messaging import Received

Json = dict[str, Any]
Told = NeedRecorded | NeedUnmet
KINDS: dict[str, type[Told]] = {"need.recorded": NeedRecorded, "need.unmet": NeedUnmet}
AT_ONCE = 500


class Counting:
    """The needs asked for against the directory. Only the coordinating agency is told."""

    def __init__(
        self, ledger: Ledger, asked: Asked, directory: Directory, coordinator: str
    ) -> None:
        self._ledger, self._asked, self._directory = ledger, asked, directory
        self._coordinator = coordinator

    def heard(self, happened: list[Received[Told]]) -> None:
        """Count needs, each once; NotFound when a stream is not here, so that it comes again."""
        self._keep([(one.data, one.time) for one in happened])

    def rebuild(self) -> None:
        """Count everything from the commits, when that was not done since the counts were made."""
        if self._asked.is_whole():
            return
        told = self._ledger.told(KINDS)
        while some := list(islice(told, AT_ONCE)):
            self._keep([(convert(data, KINDS[data.pop("type")]), at) for data, at in some])
        self._asked.told_whole()

    def _keep(self, told: list[tuple[Told, datetime]]) -> None:
        streams = self._ledger.get_many({one.stream for one, _ in told})
        rows = []
        for one, at in told:
            stream = streams.get(one.stream)
            if stream is None:
                raise NotFound("stream", "is not known", "try again later")
            month = at.astimezone(UTC).strftime("%Y-%m")
            codes = {"month": month, "need_type": one.need_type, **codes_of(stream)}
            rows.append((one.need, codes, isinstance(one, NeedUnmet)))
        self._asked.keep(rows)

    def gaps(self, agency: str, filters: Filters) -> list[Json]:
        """Return the report; Invalid names a filter, NotAllowed is for every other agency."""
        check_ids(agency=agency)
        if agency != self._coordinator:
            raise NotAllowed("agency", "does not coordinate the network", "ask the coordinator")
        counts = self._asked.count(checked(filters))
        return report(counts, self._directory.entries(), filters)

"""Counting what is asked for, from this service's own events, and telling the gaps."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from services.referrals.gaps import Filters, checked, codes_of, report
from services.referrals.store import Asked, Directory, Ledger
from shared.errors import NotAllowed, NotFound
from shared.events.referrals import NeedRecorded, NeedUnmet
from shared.fields import check_ids
from shared.messaging import Received

Json = dict[str, Any]


class Counting:
    """The needs asked for against the directory. Only the coordinating agency is told."""

    def __init__(
        self, ledger: Ledger, asked: Asked, directory: Directory, coordinator: str
    ) -> None:
        self._ledger, self._asked, self._directory = ledger, asked, directory
        self._coordinator = coordinator

    def heard(self, happened: list[Received[NeedRecorded | NeedUnmet]]) -> None:
        """Count needs, each once; NotFound when a stream is not here, so that it comes again."""
        streams = self._ledger.get_many({one.data.stream for one in happened})
        rows = []
        for one in happened:
            stream = streams.get(one.data.stream)
            if stream is None:
                raise NotFound("stream", "is not known", "try again later")
            month = one.time.astimezone(UTC).strftime("%Y-%m")
            codes = {"month": month, "need_type": one.data.need_type, **codes_of(stream)}
            rows.append((one.data.need, codes, isinstance(one.data, NeedUnmet)))
        self._asked.keep(rows)

    def gaps(self, agency: str, filters: Filters) -> list[Json]:
        """Return the report; Invalid names a filter, NotAllowed is for every other agency."""
        check_ids(agency=agency)
        if agency != self._coordinator:
            raise NotAllowed("agency", "does not coordinate the network", "ask the coordinator")
        counts = self._asked.count(checked(filters))
        return report(counts, self._directory.entries(), filters)

"""Fetches what events made out of date and keeps it as documents."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from services.search.domain import read_card, read_guide
from services.search.store import Capacities, Documents, Found, Revision, WantedRow
from shared.errors import AnydoorError, Invalid, Unavailable

log = logging.getLogger(__name__)
Json = dict[str, Any]
Call = Callable[..., Any]

AT_ONCE = 200
DEADLINE_S = 20.0
DESCRIBES = {
    "service": ("registry", "describe_services"),
    "guide": ("library", "describe_guides"),
}
PAGES = {
    "service": ("registry", "services_after", "services"),
    "guide": ("library", "guides_after", "guides"),
}
#: Parts of a record that change without the record: capacity has its own rows.
NOT_CONTENT = frozenset({"capacity", "version"})
#: What shared.messaging says of a call that was answered with a failure nobody foresaw.
BROKE = "could not do this"
#: The step at which a record was quarantined.
FETCHING = "fetching"


class Projector:
    """Calls the registry and the library, and writes what they say."""

    def __init__(self, documents: Documents, capacities: Capacities, call: Call) -> None:
        self._documents = documents
        self._capacities = capacities
        self._call = call

    def fetch_wanted(self, kinds: Sequence[str]) -> int:
        """Fetch a batch of what is wanted of these kinds and return how many wishes were met.

        Raises Unavailable when the registry or the library does not answer: the wishes stay.
        """
        rows = self._documents.next_wanted(kinds, AT_ONCE)
        self._fetch("service", self._services(rows))
        self._fetch("guide", [row.wanted.id for row in rows if row.wanted.kind == "guide"])
        self._documents.got(rows)
        return len(rows)

    def _services(self, rows: Sequence[WantedRow]) -> list[str]:
        direct = [row.wanted.id for row in rows if row.wanted.kind == "service"]
        organizations = [row.wanted.id for row in rows if row.wanted.kind == "organization"]
        of_them = self._documents.services_of(organizations) if organizations else []
        return sorted({*direct, *of_them})

    def _fetch(self, kind: str, ids: Sequence[str]) -> None:
        """Fetch records by id; what is not listed any more is withdrawn here."""
        for start in range(0, len(ids), AT_ONCE):
            self._fetch_batch(kind, ids[start : start + AT_ONCE])

    def _fetch_batch(self, kind: str, ids: Sequence[str]) -> None:
        """Fetch up to AT_ONCE records; one its owner cannot describe must not hold up the rest."""
        service, method = DESCRIBES[kind]
        try:
            with self._documents.revisions.open() as revision:
                told = self._call(service, method, ids=list(ids), deadline_s=DEADLINE_S)
                self._keep(revision, kind, ids, told)
        except AnydoorError as error:
            if isinstance(error, Unavailable) and error.rule != BROKE:
                raise
            if len(ids) == 1:
                self._documents.quarantine(kind, {ids[0]: f"{service} cannot tell of it"}, FETCHING)
                return
            half = len(ids) // 2
            self._fetch_batch(kind, ids[:half])
            self._fetch_batch(kind, ids[half:])

    def fetch_all(self, kind: str, beat: Callable[[], Any]) -> None:
        """Fetch everything of a kind, page by page; `beat` is called before each page.

        What is shown here and was on no page is fetched by its id, so that what left is withdrawn.
        """
        service, method, field = PAGES[kind]
        with self._documents.revisions.open() as first:
            after, more = "", True
        while more:
            beat()
            with self._documents.revisions.open() as revision:
                page = self._call(service, method, after=after, size=AT_ONCE, deadline_s=DEADLINE_S)
                self._keep(revision, kind, (), page[field])
            after = page["next"]
            more = bool(after)
        self._fetch(kind, self._documents.older_than(kind, first.number))
        self._documents.filled(kind)

    def _keep(
        self, revision: Revision, kind: str, asked: Iterable[str], told: Sequence[Json]
    ) -> None:
        """Write what was told; what was asked for and not told of is not listed any more."""
        read = read_card if kind == "service" else read_guide
        found: dict[str, Found] = {id_: Found(kind, id_, None) for id_ in asked}
        unfit: dict[str, str] = {}
        capacity: dict[str, Json] = {}
        for one in told:
            key = str(one.get("id", ""))
            content = {name: value for name, value in one.items() if name not in NOT_CONTENT}
            found[key] = Found(kind, key, content)
            try:
                read(content)
            except Invalid as error:
                unfit[key] = f"{error.field} {error.rule}"
                found[key] = Found(kind, key, None)
            if one.get("capacity"):
                capacity[key] = one["capacity"]
        self._documents.put(revision, list(found.values()))
        self._capacities.put_first(revision, capacity)
        self._documents.quarantine(kind, unfit, FETCHING)
        self._documents.release([key for key in found if key not in unfit], FETCHING)
        if unfit:
            log.error("records not fit to be shown", extra={"count": len(unfit)})

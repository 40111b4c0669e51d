"""What is shown of streams, and to whom: a stream an agency has no part in is not there for it."""

from __future__ import annotations

from typing import Any

from services.referrals import link_views, links, packets, path_views, views, waiting_lists
from services.referrals.asking import ask_of
from services.referrals.offering import Services
from services.referrals.ranking import Ranking
from services.referrals.store import Ledger
from services.referrals.stream import Occasion, Stream, Terms, stamp
from shared.clock import Clock
from shared.errors import NotAllowed, NotFound
from shared.fields import check_ids

Json = dict[str, Any]
SHOWN = 20


class Reading:
    """Streams as clients and agencies see them."""

    def __init__(self, ledger: Ledger, services: Services, clock: Clock, terms: Terms) -> None:
        self._ledger, self._services = ledger, services
        self._clock, self._terms = clock, terms

    def for_client(self, stream: str) -> Json:
        """Return the client's own steps; NotFound when there is no such stream."""
        found = self._known(stream)
        linked = link_views.for_client(found, self._linked_to(found))
        more = {"linked": linked, "planned": path_views.planned(found)}
        return views.client_view(found) | {name: told for name, told in more.items() if told}

    def for_agency(self, stream: str, agency: str) -> Json:
        """Return what an involved agency may see, with the timeline; NotFound for others."""
        found = self._seen_by(stream, agency)
        view = views.agency_view(found, agency, self._terms, self._ledger.history(stream))
        linked = link_views.for_agency(found, self._linked_to(found), agency, self._terms)
        if "path" in view:
            view["path"] = path_views.gone_by(found)
        if view["relation"] in views.FOR_LEADERS and found.unmet:
            self._tell_places(found, view)
        words = packets.shown_to(found, agency, stamp(self._clock()))
        more = {"linked": linked, "words": words}
        return view | {name: told for name, told in more.items() if told}

    def _tell_places(self, stream: Stream, view: Json) -> None:
        """Add to each referral that waits the lists it is on."""
        if not waiting_lists.places(stream, ()):
            return
        others = self._ledger.unmet(stream.unmet)
        for referral, places in waiting_lists.places(stream, others).items():
            view["referrals"][referral]["waits_at"] = places

    def candidates(self, stream: str, referral: str, agency: str) -> Json:
        """Return whom a referral could be offered to now, best first, each with its trace, and
        the nearest misses; NotAllowed unless the agency leads the stream."""
        found = self._seen_by(stream, agency)
        if views.relation(found, agency, self._terms) not in views.FOR_LEADERS:
            raise NotAllowed("agency", "does not lead this stream", "ask its case manager")
        if referral not in found.referrals:
            raise NotFound("referral", "is not in this stream", "look at the stream again")
        at = Occasion(at=self._clock(), cause="", terms=self._terms)
        ranking = self._services.rank(ask_of(found, found.referrals[referral], at))
        return _ranking(ranking, SHOWN)

    def streams(self, agency: str) -> list[Json]:
        """Return the streams an agency has a part in, the most pressing first."""
        found = self._of("involved", agency)
        return [views.summary(one, agency, self._terms) for one in found]

    def offers(self, agency: str) -> list[Json]:
        """Return the offers an agency has to answer, by the end of their lease."""
        found = self._of("offered_to", agency)
        lines = [line for one in found for line in views.offers_of(one, agency)]
        return sorted(lines, key=lambda line: str(line["lease_until"]))

    def queue(self, agency: str) -> list[Json]:
        """Return what an agency owes, by its deadline, with who was asked and why not."""
        now, found = stamp(self._clock()), self._of("awaits", agency)
        lines = [row for one in found for row in views.awaited(one, agency, self._terms, now)]
        return sorted(lines, key=lambda line: str(line["due_at"]))

    def _linked_to(self, stream: Stream) -> dict[str, Stream]:
        there = links.live(stream)
        return self._ledger.get_many(there) if there else {}

    def _of(self, field: str, agency: str) -> list[Stream]:
        check_ids(agency=agency)
        return self._ledger.of_agency(field, agency)

    def _known(self, stream: str) -> Stream:
        check_ids(stream=stream)
        found = self._ledger.get(stream)
        if found is None:
            raise NotFound("stream", "is not known", "check the code or the address")
        return found

    def _seen_by(self, stream: str, agency: str) -> Stream:
        check_ids(agency=agency)
        found = self._known(stream)
        if not views.relation(found, agency, self._terms):
            raise NotFound("stream", "is not known", "check the code or the address")
        return found


def _ranking(found: Ranking, shown: int) -> Json:
    """Return whom a referral could be offered to and why, and who is near."""
    return {
        "candidates": [
            {"service": c.service, "agency": c.agency, "score": c.score, "trace": c.trace()}
            for c in found.candidates[:shown]
        ],
        "misses": [
            {"service": m.service, "agency": m.agency, "rule": m.rule} for m in found.misses(shown)
        ],
    }

"""The services of the directory in memory, by need, as this process knows them now. No I/O."""

from __future__ import annotations

from collections.abc import Mapping

from services.referrals.matching import Ask, Context, Entry, first_failing
from services.referrals.ranking import Ranking, rank
from services.referrals.weighing import Weights, load
from shared.directory import ServiceCard
from shared.vocabulary import NEEDS


class Roster:
    """Every service of the directory, found by need. `hesitant` has, by need, the agencies that
    said no to most they were asked."""

    def __init__(self, weights: Weights | None = None) -> None:
        self.weights = load() if weights is None else weights
        self.hesitant: Mapping[str, frozenset[str]] = {}
        self._entries: dict[str, Entry] = {}
        self._by_need: dict[str, dict[str, Entry]] = {code: {} for code in NEEDS}
        self._interpreters: dict[str, int] = {}
        self._agencies: dict[str, dict[str, int]] = {code: {} for code in NEEDS}
        self._asked_at: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, card: ServiceCard, offered_at: str = "") -> None:
        """Take a card in, in place of what was known of this service."""
        self.remove(card.id)
        entry = Entry(card, offered_at)
        self._entries[card.id] = entry
        for need in entry.needs & self._by_need.keys():
            self._by_need[need][card.id] = entry
        self._count(entry, 1)
        self._was_asked(entry)

    def remove(self, service: str) -> None:
        """Forget a service."""
        entry = self._entries.pop(service, None)
        if entry is None:
            return
        for need in entry.needs & self._by_need.keys():
            self._by_need[need].pop(service, None)
        self._count(entry, -1)

    def get(self, service: str) -> Entry | None:
        """Return a service, None when it is not known."""
        return self._entries.get(service)

    def entries(self) -> list[Entry]:
        """Return every service."""
        return list(self._entries.values())

    def asked(self, service: str, at: str) -> None:
        """Remember that a service was asked just now, so that the next client goes elsewhere."""
        entry = self._entries.get(service)
        if entry is not None:
            entry.offered_at = at
            self._was_asked(entry)

    def rank(self, ask: Ask) -> Ranking:
        """Rank the services that answer this need."""
        there = self._by_need.get(ask.need_type, {}).values()
        return rank(there, ask, self.context(ask), self.weights)

    def fits(self, service: str, ask: Ask) -> bool:
        """Say whether one service could be asked now."""
        entry = self._entries.get(service)
        return entry is not None and not first_failing(entry, ask, self.context(ask))

    def context(self, ask: Ask) -> Context:
        """Return what counts of the whole network for this ask."""
        return Context(
            interpreted=frozenset(code for code, n in self._interpreters.items() if n > 0),
            one_stop=frozenset(
                agency for need in ask.also for agency, n in self._agencies[need].items() if n > 0
            ),
            hesitant=self.hesitant.get(ask.need_type, frozenset()),
            asked_at=self._asked_at,
        )

    def _was_asked(self, entry: Entry) -> None:
        last = self._asked_at.get(entry.agency, "")
        self._asked_at[entry.agency] = max(last, entry.offered_at)

    def _count(self, entry: Entry, by: int) -> None:
        if not entry.is_routable:
            return
        for need in entry.needs & self._agencies.keys():
            there = self._agencies[need]
            there[entry.agency] = there.get(entry.agency, 0) + by
        if "translation" in entry.needs:
            for language in entry.languages:
                self._interpreters[language] = self._interpreters.get(language, 0) + by

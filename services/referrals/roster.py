"""The services of the directory in memory, by need, as this process knows them now. No I/O."""

from __future__ import annotations

from services.referrals.matching import Ask, Context, Entry, first_failing
from services.referrals.ranking import Ranking, rank
from shared.directory import ServiceCard
from shared.vocabulary import NEEDS


class Roster:
    """Every service of the directory, found by need."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._by_need: dict[str, dict[str, Entry]] = {code: {} for code in NEEDS}
        self._interpreters: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, card: ServiceCard, offered_at: str = "") -> None:
        """Take a card in, in place of what was known of this service."""
        self.remove(card.id)
        entry = Entry(card, offered_at)
        self._entries[card.id] = entry
        for need in entry.needs & self._by_need.keys():
            self._by_need[need][card.id] = entry
        self._count_interpreter(entry, 1)

    def remove(self, service: str) -> None:
        """Forget a service."""
        entry = self._entries.pop(service, None)
        if entry is None:
            return
        for need in entry.needs & self._by_need.keys():
            self._by_need[need].pop(service, None)
        self._count_interpreter(entry, -1)

    def get(self, service: str) -> Entry | None:
        """Return a service, None when it is not known."""
        return self._entries.get(service)

    def entries(self) -> list[Entry]:
        """Return every service."""
        return list(self._entries.values())

    def asked(self, service: str, at: str) -> None:
        """Remember that a service was asked just now, so that the next client goes elsewhere."""
        if service in self._entries:
            self._entries[service].offered_at = at

    def rank(self, ask: Ask) -> Ranking:
        """Rank the services that answer this need."""
        return rank(self._by_need.get(ask.need_type, {}).values(), ask, self.context())

    def fits(self, service: str, ask: Ask) -> bool:
        """Say whether one service could be asked now."""
        entry = self._entries.get(service)
        return entry is not None and not first_failing(entry, ask, self.context())

    def context(self) -> Context:
        """Return what rules may ask of the whole directory."""
        return Context(frozenset(code for code, n in self._interpreters.items() if n > 0))

    def _count_interpreter(self, entry: Entry, by: int) -> None:
        if entry.is_routable and "translation" in entry.needs:
            for language in entry.languages:
                self._interpreters[language] = self._interpreters.get(language, 0) + by

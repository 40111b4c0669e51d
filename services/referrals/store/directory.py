"""This service's copy of the directory: in MongoDB for all instances, in memory to rank from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from pymongo import UpdateOne

from services.referrals.matching import Ask, Entry
from services.referrals.ranking import Ranking
from services.referrals.roster import Roster
from services.referrals.weighing import Weights
from shared.directory import ServiceCard
from shared.storage.group import Grouped
from shared.storage.mongo import CHEAP, Db, Document, upsert_each

Json = dict[str, Any]
Describe = Callable[[list[str]], list[Json]]
Page = Callable[[str], Json]
Hesitant = Callable[[], Mapping[str, frozenset[str]]]
AT_ONCE = 200
#: Rows this much older than the newest known one are read again: writes overtake each other.
OVERLAP = timedelta(seconds=1)


class Directory:
    """What may be asked, as the registry last described it.

    Another instance may have written what this one has not read yet, so memory catches up before
    each ranking: whoever woke a need must be sure that its ranking knows what woke it.
    """

    def __init__(
        self,
        db: Db,
        describe: Describe,
        weights: Weights | None = None,
        hesitant: Hesitant | None = None,
    ) -> None:
        self._services = db.get_collection("services", write_concern=CHEAP)
        self._describe = describe
        self._hesitant = hesitant
        self._roster = Roster(weights)
        self._reads: Grouped[None, None] = Grouped(self._catch_up)
        self._seen: dict[str, datetime] = {}
        self._newest: datetime | None = None

    def prepare(self) -> None:
        """Make the indexes; safe to call at every start."""
        self._services.create_index("at")
        self._services.create_index("organization")

    # written by whoever hears of a change

    def heard(self, services: Iterable[str], organizations: Iterable[str]) -> list[ServiceCard]:
        """Ask the registry for what changed and keep it; return the cards as they are now."""
        ids = {*services, *self._of(organizations)}
        cards = []
        for start in range(0, len(ids), AT_ONCE):
            cards += self._fetch(sorted(ids)[start : start + AT_ONCE])
        self.refresh()
        return cards

    def _fetch(self, ids: list[str]) -> list[ServiceCard]:
        cards = [msgspec.convert(card, ServiceCard) for card in self._describe(ids)]
        gone = set(ids) - {card.id for card in cards}
        self.keep(cards, gone)
        return cards

    def keep(self, cards: Sequence[ServiceCard], gone: Iterable[str] = ()) -> None:
        """Write cards, each over an older version or the same only, and mark what is gone."""
        writes = [
            UpdateOne(
                {"_id": card.id, "version": {"$lte": card.version}},
                {
                    "$set": {
                        "organization": card.organization,
                        "version": card.version,
                        "card": msgspec.to_builtins(card),
                        "is_gone": False,
                    },
                    "$currentDate": {"at": True},
                },
                upsert=True,
            )
            for card in cards
        ]
        writes += [
            UpdateOne({"_id": id}, {"$set": {"is_gone": True}, "$currentDate": {"at": True}})
            for id in gone
        ]
        upsert_each(self._services, writes)

    def _of(self, organizations: Iterable[str]) -> list[str]:
        where = {"organization": {"$in": sorted(organizations)}}
        return [row["_id"] for row in self._services.find(where, {"_id": 1})]

    def is_empty(self) -> bool:
        """Say whether nothing is known of any service."""
        return self._services.find_one({}, {"_id": 1}) is None

    def fetch_all(self, page: Page) -> int:
        """Read the whole directory from the registry, page by page; return how many services."""
        count, after = 0, ""
        while True:
            found = page(after)
            cards = [msgspec.convert(card, ServiceCard) for card in found["services"]]
            self.keep(cards)
            count, after = count + len(cards), found["next"]
            if not after:
                self.refresh()
                return count

    # read by who ranks

    def refresh(self) -> None:
        """Take into memory what any instance wrote before this call."""
        self._reads.put(None)

    def _catch_up(self, waiting: Sequence[None]) -> list[None]:
        where = {} if self._newest is None else {"at": {"$gte": self._newest - OVERLAP}}
        for row in self._services.find(where):
            if self._seen.get(row["_id"]) != row["at"]:
                self._take(row)
        return [None] * len(waiting)

    def _take(self, row: Document) -> None:
        self._seen[row["_id"]] = row["at"]
        self._newest = max(self._newest or row["at"], row["at"])
        if row["is_gone"]:
            self._roster.remove(row["_id"])
        else:
            card = msgspec.convert(row["card"], ServiceCard)
            self._roster.put(card, row.get("offered_at", ""))

    def rank(self, ask: Ask) -> Ranking:
        """Rank the services for a need."""
        self.refresh()
        if self._hesitant is not None:
            self._roster.hesitant = self._hesitant()
        return self._roster.rank(ask)

    def entries(self) -> list[Entry]:
        """Return every service of the directory, as any instance knows it."""
        self.refresh()
        return self._roster.entries()

    def fits(self, service: str, ask: Ask) -> bool:
        """Say whether a service could be asked now."""
        return self._roster.fits(service, ask)

    def asked(self, service: str, at: str) -> None:
        """Remember when a service was last asked, for fairness."""
        self._roster.asked(service, at)
        self._services.update_one({"_id": service}, {"$set": {"offered_at": at}})

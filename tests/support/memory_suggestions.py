"""Suggestions in a dict, moved by the registry's own rules."""

from __future__ import annotations

from typing import Any

from services.registry import pairs, suggestions
from services.registry.domain import written
from services.registry.records import Given
from shared.clock import now
from shared.storage.claims import Claim
from tests.support.staff_network import BEDS, BRIDGEWATER, HARBOR_LIGHT, NORTH_STAR

Json = dict[str, Any]


class MemorySuggestions:
    """What the registry answers about suggestions."""

    def __init__(self) -> None:
        self.kept: dict[str, Json] = {}
        self.decided: list[Json] = []

    def make(self, id: str, claim: Claim | None = None, said_by: str = "") -> str:
        """Somebody says that the phone and the hours of North Star's beds are wrong."""
        about = Given(BEDS, NORTH_STAR)
        codes, held = ["phone", "hours"], claim.id if claim else ""
        move = suggestions.make(None, id, about, codes=codes, claim=held, said_by=said_by, at=now())
        assert move is not None
        self.kept[id] = move[0]
        return id

    def open(self, agency: str) -> list[Json]:
        """Return those an agency decides about."""
        mine = [one for one in self.kept.values() if agency in (one["organization"], HARBOR_LIGHT)]
        return [self.one(one["suggestion"], agency) for one in mine if one["status"] == "open"]

    def one(self, suggestion: str, agency: str) -> Json:
        """Return one."""
        return suggestions.told(self.kept.get(suggestion), agency, HARBOR_LIGHT)

    def accept(self, command_id: str, suggestion: str, agency: str, actor: str) -> Json:
        """Accept it."""
        before = self.kept.get(suggestion)
        who: Json = {"agency": agency, "coordinator": HARBOR_LIGHT, "at": now(), "actor": actor}
        self.kept[suggestion], _ = suggestions.accept(before, **who)
        return self.one(suggestion, agency)

    def refuse(
        self, command_id: str, suggestion: str, reason: str, agency: str, actor: str
    ) -> Json:
        """Refuse it."""
        before = self.kept.get(suggestion)
        who: Json = {"agency": agency, "coordinator": HARBOR_LIGHT, "at": now(), "actor": actor}
        self.kept[suggestion], _ = suggestions.refuse(before, reason=reason, **who)
        return self.one(suggestion, agency)

    def duplicates(self, agency: str) -> Json:
        """North Star and Bridgewater share a phone, until somebody says what they are."""
        pairs.must_coordinate(agency, HARBOR_LIGHT)
        both = list(pairs.ordered(NORTH_STAR, BRIDGEWATER))
        alike = {"organizations": both, "why": ["same_phone"], "services": [[BEDS, BEDS]]}
        open_ones = [] if self.decided else [alike]
        return {"pairs": open_ones, "total": len(open_ones), "decided": self.decided}

    def decide_pair(
        self, command_id: str, first: str, second: str, verdict: str, agency: str, actor: str
    ) -> Json:
        """Keep what was said of the two."""
        pairs.must_coordinate(agency, HARBOR_LIGHT)
        said = {"organizations": list(pairs.ordered(first, second)), "verdict": verdict}
        self.decided = [{**said, "decided_at": written(now())}]
        return said

    def answers(self) -> dict[str, Any]:
        """Return the answers by "service.method"."""
        return {
            "registry.possible_duplicates": self.duplicates,
            "registry.decide_pair": self.decide_pair,
            "registry.suggestions": self.open,
            "registry.suggestion": self.one,
            "registry.accept_suggestion": self.accept,
            "registry.refuse_suggestion": self.refuse,
        }

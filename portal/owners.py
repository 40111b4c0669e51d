"""Which organization gives which services, kept beside the copy so that no page looks at it all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec


class _Card(msgspec.Struct):
    """What of a service card is looked at."""

    organization: str
    name: str
    status: str = "active"


class Owned(NamedTuple):
    """A service of an organization, in the order of a list."""

    is_closed: bool
    name: str
    id: str


_cards = msgspec.json.Decoder(_Card)


class Owners:
    """The services of each organization. `services` are cards in JSON by id."""

    def __init__(self, services: Mapping[str, bytes]) -> None:
        self._owner_of: dict[str, str] = {}
        self._services: dict[str, dict[str, Owned]] = {}
        for id, body in services.items():
            self.note(id, body)

    def of(self, organization: str) -> list[Owned]:
        """Return an organization's services, those that take people first, by name."""
        return sorted(self._services.get(organization, {}).values())

    def note(self, id: str, body: bytes) -> None:
        """Take a service in, or again when its card is another now."""
        self.forget(id)
        card = _cards.decode(body)
        self._owner_of[id] = card.organization
        theirs = self._services.setdefault(card.organization, {})
        theirs[id] = Owned(card.status != "active", card.name, id)

    def forget(self, id: str) -> None:
        """Leave a service out, if it is there."""
        owner = self._owner_of.pop(id, "")
        theirs = self._services.get(owner, {})
        theirs.pop(id, None)
        if not theirs:
            self._services.pop(owner, None)

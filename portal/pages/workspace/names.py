"""What ids are called: services, organizations and areas, from the portal's own copy first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from portal.ports import parts
from shared.errors import AnydoorError

if TYPE_CHECKING:
    from portal.ports import Backend

REMEMBER_S = 600.0
MOST_REMEMBERED = 5_000
#: Accounts that one answer tells of (services.accounts).
MOST_PEOPLE = 200


class Names:
    """Public names by id. A name nobody tells in time is the first signs of the id."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._known: dict[str, tuple[str, float]] = {}

    async def organizations(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the names of organizations by id."""
        wanted = sorted({id for id in ids if id})
        names = await asyncio.gather(*(self._organization(id) for id in wanted))
        return dict(zip(wanted, names, strict=True))

    async def people(self, accounts: Iterable[str]) -> dict[str, tuple[list[str], str]]:
        """Return the roles and the agency's name of those accounts that there are, by id.

        Nobody's own name is known here. Empty while the accounts do not answer.
        """
        wanted = sorted(set(accounts))[:MOST_PEOPLE]
        try:
            found = await self._backend.call("accounts", "people", accounts=wanted)
        except AnydoorError:
            return {}
        agencies = await self.organizations(one["agency"] for one in found)
        return {one["account"]: (one["roles"], agencies[one["agency"]]) for one in found}

    async def services(self, request: Request, ids: Iterable[str]) -> dict[str, str]:
        """Return the names of services by id, each with its organization's."""
        wanted = sorted({id for id in ids if id})
        found, unknown = {}, []
        for id in wanted:
            card = parts(request).snapshot.service(id)
            name = f"{card.name}, {card.organization_name}" if card else self._remembered(id)
            if name:
                found[id] = name
            else:
                unknown.append(id)
        if unknown:
            found |= await self._described(unknown)
        return found | {id: _short(id) for id in wanted if id not in found}

    async def _organization(self, id: str) -> str:
        known = self._remembered(id)
        if known:
            return known
        try:
            card = await self._backend.call("registry", "organization", id=id)
        except AnydoorError:
            return _short(id)
        return self._remember(id, str(card["name"]))

    async def _described(self, ids: list[str]) -> dict[str, str]:
        try:
            cards = await self._backend.call("registry", "describe_services", ids=ids[:500])
        except AnydoorError:
            return {}
        return {card["id"]: self._remember(card["id"], _name(card)) for card in cards}

    def _remembered(self, id: str) -> str:
        name, until = self._known.get(id, ("", 0.0))
        return name if until > time.monotonic() else ""

    def _remember(self, id: str, name: str) -> str:
        if id not in self._known and len(self._known) >= MOST_REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[id] = (name, time.monotonic() + REMEMBER_S)
        return name


def areas(request: Request) -> dict[str, str]:
    """Return the names of areas by code."""
    return dict(parts(request).snapshot.areas())


def _name(card: dict[str, Any]) -> str:
    return f"{card['name']}, {card['organization_name']}"


def _short(id: str) -> str:
    return id[-8:]

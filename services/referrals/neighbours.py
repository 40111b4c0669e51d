"""What this service asks of the registry and of accounts, each call with its deadline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.referrals.stream import stamp
from shared.errors import NotFound

Json = dict[str, Any]
#: call(service, method, **arguments): shared.messaging.Calls.call
Call = Callable[..., Any]
PAGE = 200


class Neighbours:
    """Calls to other services; Unavailable when one does not answer in time."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def describe(self, services: list[str]) -> list[Json]:
        """Return the cards of those of the services that are in the directory."""
        cards: list[Json] = self._call("registry", "describe_services", ids=services)
        return cards

    def page(self, after: str) -> Json:
        """Return the next services by id, and where the page after begins."""
        page: Json = self._call("registry", "services_after", after=after, size=PAGE)
        return page

    def reserve(self, service: str, offer: str, until: datetime) -> bool:
        """Reserve one unit for an offer and say whether there was one; the same offer once."""
        try:
            answer = self._call(
                "registry", "reserve", service=service, offer=offer, until=stamp(until)
            )
        except NotFound:
            return False
        return bool(answer["reserved"])

    def recipient(self, agency: str) -> str:
        """Return the key an agency reads sealed boxes with, "" when it has none yet."""
        try:
            answer = self._call("accounts", "recipient", agency=agency)
        except NotFound:
            return ""
        return str(answer["recipient"]) if answer else ""

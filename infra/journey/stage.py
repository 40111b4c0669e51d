"""What the journey stands on: the bus it listens to, the calls it checks with, its voice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from infra.journey.watcher import Watcher
from infra.seed.accounts import SignIn
from shared.directory import ServiceCard
from shared.events import Event
from shared.messaging import Calls, Received
from shared.settings import Settings

#: How long a step may take on a slow machine before the journey says that it did not happen.
PATIENCE_S = 60.0


class JourneyFailed(Exception):
    """A step did not happen; says which and what was awaited."""


class Stage:
    """The running suite, and what was said of it so far."""

    def __init__(
        self,
        settings: Settings,
        calls: Calls,
        watcher: Watcher,
        sign_ins: list[SignIn],
        say: Callable[[str], None] = print,
    ) -> None:
        self.settings = settings
        self.calls = calls
        self.watcher = watcher
        self.sign_ins = sign_ins
        self.say = say
        self.checks = 0
        self._cards: dict[str, ServiceCard] = {}

    def staff_of(self, agency: str, role: str = "") -> SignIn:
        """Return somebody who works at an agency, with a role when one is named."""
        for one in self.sign_ins:
            if one.agency == agency and (not role or role in one.roles):
                return one
        raise JourneyFailed(
            f"nobody of {self.agency_name(agency)} can sign in as {role or 'staff'}"
        )

    def card(self, service: str) -> ServiceCard:
        """Return a service's card as the registry has it."""
        import msgspec

        if service not in self._cards:
            (found,) = self.calls.call("registry", "describe_services", ids=[service])
            self._cards[service] = msgspec.convert(found, ServiceCard)
        return self._cards[service]

    def agency_name(self, agency: str) -> str:
        """Return an organization's public name."""
        found: dict[str, Any] = self.calls.call("registry", "organization", id=agency)
        return str(found.get("name") or found.get("hsds", {}).get("name", agency))

    def wait_for(
        self, what: str, fits: Callable[[Received[Event]], bool], seconds: float = PATIENCE_S
    ) -> Received[Any]:
        """Return the first event that fits; JourneyFailed when it does not come."""
        try:
            return self.watcher.wait_for(fits, seconds, what)
        except TimeoutError as late:
            raise JourneyFailed(str(late)) from None

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Say what people do, then what happened on the bus and in the stores meanwhile."""
        self.say(f"\n{title}")
        began = time.monotonic()
        yield
        for one in self.watcher.new():
            self.say(f"    bus     {one.type:<24} {_codes(one)}")
        open_streams, orphans = self.orphans()
        self.say(
            f"    store   {open_streams} streams open, {orphans} without owner or deadline"
            f"   ({time.monotonic() - began:.1f} s)"
        )
        if orphans:
            raise JourneyFailed(f"{orphans} open streams without owner or deadline")

    def orphans(self) -> tuple[int, int]:
        """Return how many streams are open, and how many of them nobody has to look after."""
        self.checks += 1
        found = self.calls.call("referrals", "orphans")
        return found["open"], found["without_owner_or_deadline"]

    def tell(self, line: str) -> None:
        """Say what somebody sees or does."""
        self.say(f"    {line}")


#: What is worth reading aloud of an event: codes, never ids.
SPOKEN = ("door", "urgency", "need_type", "reason", "outward", "area", "language", "to", "lang")


def _codes(one: Received[Event]) -> str:
    told = [f"{name}={getattr(one.data, name)}" for name in SPOKEN if getattr(one.data, name, "")]
    return f"{one.stream.rsplit(':', 1)[-1][-12:]}  {' '.join(told)}".rstrip()

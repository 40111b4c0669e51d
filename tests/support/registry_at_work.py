"""A registry at work in a test: the real process, and what agencies and referrals do to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from shared.clock import now
from shared.events import Event
from shared.ids import new_id
from tests.support.processes import Processes
from tests.support.registry_records import id_for, organization, service

Json = dict[str, Any]
HOUR = timedelta(hours=1)


class RegistryAtWork:
    """The registry of one test module."""

    def __init__(self, processes: Processes) -> None:
        self.processes = processes
        self.db = processes.db("registry")

    def call(self, method: str, **arguments: Any) -> Any:
        """Call the registry."""
        return self.processes.calls.call("registry", method, **arguments)

    def take(self, *records: Json) -> Json:
        """Import records of one kind."""
        kind = records[0]["kind"]
        told: Json = self.call(
            "import_records", kind=kind, records=list(records), source="test", actor="seed"
        )
        return told

    def shelter(self, name: str, **capacity: int) -> str:
        """List a shelter of its own organization, with beds, and return the service's id."""
        profile: Json = {"needs": ["emergency_housing"]}
        if capacity:
            profile["capacity"] = {"unit": "bed", **capacity}
        self.take(organization(name))
        self.take(service(f"{name} beds", of=name, profile=profile))
        return id_for("service", f"{name} beds")

    def stated(self, stream: str) -> list[str]:
        """Return what was stated of a stream, oldest first."""
        commits = self.db["commits"].find({"stream": stream}).sort("version", 1)
        return [event["type"] for commit in commits for event in commit["events"]]

    def card(self, service: str) -> Json | None:
        """Return a service's card."""
        cards = self.call("describe_services", ids=[service])
        return cards[0] if cards else None

    def outward(self, service: str) -> str:
        """Return what the outside may know of a service's capacity."""
        found = self.card(service)
        assert found is not None
        return str(found["capacity"].get("outward", "unknown"))

    def reserve(self, service: str, offer: str, until: datetime | None = None) -> bool:
        """Ask for a unit and say whether there was one."""
        told = self.call("reserve", service=service, offer=offer, until=until or now() + HOUR)
        return bool(told["reserved"])

    def report(self, service: str, available: int, command_id: str = "") -> Json:
        """Report how many of four beds are free."""
        told: Json = self.call(
            "report_capacity",
            command_id=command_id or new_id(),
            service=service,
            available=available,
            maximum=4,
            unit="bed",
            actor="staff",
        )
        return told

    def referrals_state(self, *events: Event) -> None:
        """Have the referral service state events."""
        self.processes.state("referrals", f"stream:{new_id()}", events)


@contextmanager
def registry_at_work(
    folder: Path, amqp_uri: str, mongo_uri: str, prefix: str, **settings: str
) -> Iterator[RegistryAtWork]:
    """Run a registry, and the relay that brings it what referrals states."""
    processes = Processes(folder, amqp_uri, mongo_uri, prefix)
    try:
        with processes.together():
            processes.service("registry", **settings)
            processes.relay("referrals")
        yield RegistryAtWork(processes)
    finally:
        processes.end()

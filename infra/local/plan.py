"""What a demo consists of: its components, its processes, and the settings they are given."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.local import ports
from infra.local.binaries import ROOT
from infra.local.component import Component
from infra.local.keeper import Pace
from infra.local.meilisearch import Meilisearch
from infra.local.mongod import Mongod
from infra.local.program import PROCESSES, TOPOLOGY, ProcessKind
from infra.local.rabbitmq import RabbitMQ
from shared.crypto import keys
from shared.ids import derived_id

# Internal ports are the first free ones from here on; only the portal's is promised to people.
_PORTS = range(18_001, 19_000)


#: What the sample network needs: who coordinates it, and leases short enough to watch.
SAMPLE = {
    "COORDINATOR_AGENCY": derived_id("sample", "organization", "harbor-light-coordination"),
    "TRIAGE_AGENCY": derived_id("sample", "organization", "harbor-light-coordination"),
    "LEASE_URGENT_S": "45",
    "LEASE_S": "45",
    "CASE_MANAGER_LEASE_URGENT_S": "300",
    "CASE_MANAGER_LEASE_S": "900",
    "WEBHOOK_ALLOW_LOOPBACK": "true",
}


@dataclass(frozen=True)
class Plan:
    """Everything a supervisor runs. Tests make their own, with stand-ins for the processes."""

    folder: Path
    components: tuple[Component, ...]
    kinds: tuple[ProcessKind, ...]
    environment: Mapping[str, str]
    portal_port: int
    first: ProcessKind | None = None
    pace: Pace = field(default_factory=Pace)
    patience: float = 90.0  # seconds for each of: the components, the first task, the processes

    def port_for(self, kind: ProcessKind) -> int:
        """The portal's promised port, or the next free internal one."""
        if kind.port_variable == "PORTAL_PORT":
            return self.portal_port
        return ports.first_free(_PORTS)


class WrongDemoSettings(ValueError):
    """A line of var/demo.env, or a variable, is not what it must be."""


def var_folder() -> Path:
    """Where data, logs and state of the demo are: var/ in the project, or ANYDOOR_VAR."""
    return Path(os.environ.get("ANYDOOR_VAR") or ROOT / "var").absolute()


def demo_plan() -> Plan:
    """The demo of this project, with real servers where AMQP_URI, MONGO_URI, MEILI_URL name one."""
    folder = var_folder()
    settings = read_settings(folder / "demo.env")
    given = dict(os.environ) | settings
    components = _components(folder, given)
    portal_port = _portal_port(given)
    return Plan(
        folder=folder,
        components=components,
        kinds=PROCESSES,
        environment={
            **_folders_and_addresses(folder, given, portal_port),
            **_addresses(components),
            **settings,
        },
        portal_port=portal_port,
        first=TOPOLOGY,
    )


def _components(folder: Path, given: Mapping[str, str]) -> tuple[Component, ...]:
    """Those for which no real server is named."""
    logs = folder / "log"
    components: list[Component] = []
    if not given.get("AMQP_URI"):
        amqp_port, pages_port = ports.first_free(_PORTS), ports.first_free(_PORTS)
        log = logs / "rabbitmq.log"
        components.append(RabbitMQ(folder / "rabbitmq", amqp_port, log, pages_port))
    if not given.get("MONGO_URI"):
        port = ports.first_free(_PORTS)
        components.append(Mongod(folder / "mongod", port, logs / "mongod.log"))
    if not given.get("MEILI_URL"):
        port = ports.first_free(_PORTS)
        components.append(Meilisearch(folder / "meilisearch", port, logs / "meilisearch.log"))
    return tuple(components)


def _addresses(components: tuple[Component, ...]) -> dict[str, str]:
    addresses: dict[str, str] = {}
    for component in components:
        match component:
            case RabbitMQ():
                addresses["AMQP_URI"] = component.uri
            case Mongod():
                addresses["MONGO_URI"] = component.uri
            case Meilisearch():
                addresses |= {"MEILI_URL": component.url, "MEILI_KEY": component.master_key}
    return addresses


def read_settings(path: Path) -> dict[str, str]:
    """The NAME=value lines of a file, without blank and # lines; empty when there is no file."""
    settings: dict[str, str] = {}
    lines = path.read_text().splitlines() if path.exists() else []
    for number, line in enumerate(lines, start=1):
        name, equals, value = line.strip().partition("=")
        if not name or name.startswith("#"):
            continue
        if not equals or not name.isidentifier():
            raise WrongDemoSettings(f"{path}, line {number}: write NAME=value")
        settings[name] = value.strip("\"'")
    return settings


def _portal_port(given: Mapping[str, str]) -> int:
    text = given.get("PORTAL_PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65_536:
        raise WrongDemoSettings(f"PORTAL_PORT must be a port between 1 and 65535, not {text!r}")
    return int(text)


def make_keys(plan: Plan) -> None:
    """Make the network's keys where there are none yet."""
    if "KEYS_DIR" in plan.environment:
        keys.make(Path(plan.environment["KEYS_DIR"]))


def _folders_and_addresses(
    folder: Path, given: Mapping[str, str], portal_port: int
) -> dict[str, str]:
    defaults = {
        "MONGO_PREFIX": "anydoor",
        "PORTAL_HOST": ports.HOST,
        "PORTAL_URL": f"http://{ports.HOST}:{portal_port}",
        "SPOOL_DIR": str(folder / "spool"),
        "KEYS_DIR": str(folder / "keys"),
        "SNAPSHOT_DIR": str(folder / "snapshot"),
    }
    chosen = {name: given.get(name) or default for name, default in (defaults | SAMPLE).items()}
    servers = ("AMQP_URI", "MONGO_URI", "MEILI_URL", "MEILI_KEY")
    named = {name: given[name] for name in servers if given.get(name)}
    return chosen | named | {"PORTAL_PORT": str(portal_port)}

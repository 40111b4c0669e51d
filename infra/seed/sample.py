"""Loads the sample network: its directory as any agency's files, the rest by the same commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from infra.seed import accounts, guides
from infra.seed.accounts import SignIn
from infra.seed.importer import import_folder
from infra.seed.network import sample_files
from infra.seed.network.data import SOURCE
from shared.clock import now
from shared.messaging import Calls
from shared.settings import Settings

#: What network.json lists for the registry, and the command that takes each.
COMMANDS = {
    "trainings": "record_training",
    "agreements": "sign_agreement",
    "rotas": "set_rota",
    "panel": "record_panel_entry",
    "pathways": "set_pathway",
}


def load(calls: Calls, settings: Settings, say: Callable[[str], None] = print) -> list[SignIn]:
    """Load the sample network and return how its staff sign in; the second time changes nothing.

    The files are kept beside KEYS_DIR, with the day they describe: loading again on another day
    loads the same network.
    """
    folder = settings.keys_dir.parent / "sample"
    network = write_network(folder, now().date())
    reports = folder.parent / "reports"
    import_folder(calls, folder, reports, source=SOURCE, actor="seed", say=say)
    tell_registry(calls, network, say)
    sign_ins = accounts.load(calls, settings, network)
    say(f"{len(sign_ins)} staff accounts")
    counts = guides.load(calls, settings)
    say(", ".join(f"{count} guides {outcome}" for outcome, count in counts.items()))
    return sign_ins


def known_sign_ins(settings: Settings) -> list[SignIn]:
    """Return how the sample network's staff sign in."""
    network = write_network(settings.keys_dir.parent / "sample", now().date())
    return accounts.sign_ins(settings, network)


def tell_registry(calls: Calls, network: dict[str, Any], say: Callable[[str], None]) -> None:
    """Record trainings, agreements, rotas, panels and pathways; repeats are recognised."""
    for name, command in COMMANDS.items():
        for arguments in network[name]:
            calls.call("registry", command, **arguments)
        say(f"{len(network[name])} {name}")


def write_network(folder: Path, today: date) -> dict[str, Any]:
    """Write the sample network's files, of the day of those that are there, else of today."""
    kept = folder / "network.json"
    if kept.exists():
        today = date.fromisoformat(json.loads(kept.read_text(encoding="utf-8"))["as_of"])
    folder.mkdir(parents=True, exist_ok=True)
    files = sample_files(today)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    network: dict[str, Any] = json.loads(files["network.json"])
    return network

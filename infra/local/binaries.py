"""Where the programs are that bootstrap.sh installed, or that the environment names instead."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_COMPONENTS = ROOT / "var" / "components"
_NPM = _COMPONENTS / "npm" / "node_modules"
#: Chromium without windows; the script of this name in /usr/bin would stay beside it.
_DEBIANS_SHELL = Path("/usr/lib/chromium/chromium-headless-shell")


def rabbitmq_server() -> Path:
    """RABBITMQ_SERVER, or Debian's own script (the one in /usr/sbin runs as another user)."""
    return Path(os.environ.get("RABBITMQ_SERVER") or "/usr/lib/rabbitmq/bin/rabbitmq-server")


def epmd() -> Path:
    """Erlang's port mapper, which a broker needs one of."""
    return Path(shutil.which("epmd") or "/usr/bin/epmd")


def mongod() -> Path:
    """MONGOD, or the one unpacked from its wheel."""
    return Path(os.environ.get("MONGOD") or _COMPONENTS / "mongod" / "mongod")


def meilisearch() -> Path:
    """MEILISEARCH, or the one from its npm package."""
    packaged = _NPM / "@gaubee" / "meilisearch-linux-amd64" / "meilisearch"
    return Path(os.environ.get("MEILISEARCH") or packaged)


def axe_script() -> Path:
    """The accessibility checker that end-to-end tests load into a page."""
    return _NPM / "axe-core" / "axe.min.js"


def chromium() -> Path:
    """CHROMIUM, Debian's, or the one Playwright fetched; FileNotFoundError for none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named)
    if _DEBIANS_SHELL.exists():
        return _DEBIANS_SHELL
    installed = shutil.which("chromium")
    if installed:
        return Path(installed)
    for program in ("headless_shell", "chrome"):
        fetched = sorted((_COMPONENTS / "browsers").glob(f"*/*/{program}"))
        if fetched:
            return fetched[-1]
    raise FileNotFoundError("no Chromium: run infra/local/bootstrap.sh tests, or set CHROMIUM=")

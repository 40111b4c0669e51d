"""The network's own keys, one small file each in KEYS_DIR (compose: secrets; demo: var/keys).

pepper (codes and locators), hub.identity and hub.recipient (client content between the portal and
the agency that takes the case), recovery.recipient (its identity is kept offline).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from shared.crypto.sealing import new_identity
from shared.settings import WrongSettings


class Keys:
    """Reads keys when they are first needed; WrongSettings names the file that is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _read(self, name: str) -> str:
        try:
            return (self._folder / name).read_text().strip()
        except OSError:
            raise WrongSettings(
                f"KEYS_DIR has no readable file {name!r}; `python -m shared.crypto.keys` makes it"
            ) from None

    @property
    def pepper(self) -> bytes:
        return bytes.fromhex(self._read("pepper"))

    @property
    def hub_identity(self) -> str:
        return self._read("hub.identity")

    @property
    def hub_recipient(self) -> str:
        return self._read("hub.recipient")

    @property
    def recovery_recipient(self) -> str:
        return self._read("recovery.recipient")


def make(folder: Path) -> None:
    """Write whichever keys are missing, readable by this user only.

    recovery.identity is to be taken offline: nothing in Anydoor reads it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "pepper").exists():
        _write(folder / "pepper", secrets.token_hex(32))
    for name in ("hub", "recovery"):
        if not (folder / f"{name}.recipient").exists():
            identity, recipient = new_identity()
            _write(folder / f"{name}.identity", identity)
            _write(folder / f"{name}.recipient", recipient)


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")


if __name__ == "__main__":
    from shared.settings import load

    make(load().keys_dir)

"""Gives the sample network's agencies their keys and their staff a way to sign in.

Passwords and passphrases are random, another set on every installation, and kept in
demo-signins.json beside KEYS_DIR, readable by this user only, so that loading again changes
nothing. No real installation has such a file: there, people choose their own.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from shared.crypto import signin
from shared.crypto.codes import ALPHABET
from shared.crypto.keys import Keys
from shared.crypto.sealing import lock_identity, new_identity
from shared.errors import NotFound
from shared.ids import derived_id, new_id
from shared.messaging import Calls
from shared.settings import Settings
from shared.storage import Claims, connect

FILE = "demo-signins.json"
Json = dict[str, Any]


@dataclass(frozen=True)
class SignIn:
    """What one member of the sample staff signs in with.

    `passphrase` unlocks the agency's key, with which sealed tips and contacts are read; it is the
    same for all of an agency's staff.
    """

    name: str
    password: str
    passphrase: str
    agency: str
    roles: list[str]


def sign_ins(settings: Settings, network: Json) -> list[SignIn]:
    """Return how the staff of network.json sign in; they need not be loaded for that."""
    wanted = _complete(settings.keys_dir.parent / FILE, network["accounts"])
    return [_sign_in(account, wanted) for account in network["accounts"]]


class SignInsLost(SystemExit):
    """The database has accounts whose passwords nobody knows; ends the process with one line."""


def load(calls: Calls, settings: Settings, network: Json) -> list[SignIn]:
    """Make the keys and accounts of network.json that are not there yet; return every sign-in.

    `network` has agencies and accounts with the arguments of accounts.create_agency and
    create_account, but for what is made here. Only agencies with accounts get a key.
    """
    wanted = _complete(settings.keys_dir.parent / FILE, network["accounts"])
    db = connect(settings, "claims")
    try:
        _create(calls, Claims(settings, db), Keys(settings.keys_dir).pepper, network, wanted)
    finally:
        db.client.close()
    return [_sign_in(account, wanted) for account in network["accounts"]]


def _create(calls: Calls, claims: Claims, pepper: bytes, network: Json, wanted: Json) -> None:
    with_staff = {account["agency"] for account in network["accounts"]}
    for agency in network["agencies"]:
        if agency["agency"] in with_staff:
            _give_key(calls, claims, agency, wanted["passphrases"][agency["agency"]])
    for account in network["accounts"]:
        _give_account(calls, claims, account, wanted["passwords"][account["sign_in"]], pepper)


def _sign_in(account: Json, wanted: Json) -> SignIn:
    return SignIn(
        name=account["sign_in"],
        password=wanted["passwords"][account["sign_in"]],
        passphrase=wanted["passphrases"][account["agency"]],
        agency=account["agency"],
        roles=account["roles"],
    )


def _complete(path: Path, accounts: list[Json]) -> Json:
    """Return the kept words, with new ones for whoever has none; on disk before they are used."""
    kept = json.loads(path.read_text()) if path.exists() else {}
    words: Json = {
        "passwords": dict(kept.get("passwords", {})),
        "passphrases": dict(kept.get("passphrases", {})),
    }
    for account in accounts:
        words["passwords"].setdefault(account["sign_in"], _new_words())
        words["passphrases"].setdefault(account["agency"], _new_words())
    if words != kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(words, file, indent=1)
        draft.replace(path)
    return words


def _new_words() -> str:
    """Sixty random bits that can be read from one screen and typed on another."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(12)).lower()
    return "-".join(symbols[at : at + 4] for at in range(0, 12, 4))


def _give_key(calls: Calls, claims: Claims, agency: Json, passphrase: str) -> None:
    try:
        calls.call("accounts", "recipient", agency=agency["agency"])
    except NotFound:
        identity, recipient = new_identity()
        claim = new_id()
        claims.put(claim, "identity", {}, lock_identity(identity, passphrase))
        calls.call(
            "accounts",
            "create_agency",
            command_id=agency["command_id"],
            agency=agency["agency"],
            recipient=recipient,
            claim=claim,
            actor=agency["actor"],
        )


def _give_account(
    calls: Calls, claims: Claims, account: Json, password: str, pepper: bytes
) -> None:
    locator = signin.locator(account["sign_in"], pepper)
    claim = derived_id("password", account["account"])
    hasher, kept = signin.HASHER, claims.get(claim)
    if kept is None:
        claims.put(claim, "password", {"hash": hasher.hash(password)})
    elif calls.call("accounts", "credentials", locator=locator):
        _check(hasher, kept.private["hash"], password)
        return
    calls.call(
        "accounts",
        "create_account",
        command_id=account["command_id"],
        account=account["account"],
        agency=account["agency"],
        roles=account["roles"],
        locator=locator,
        claim=claim,
        actor=account["actor"],
    )


def _check(hasher: PasswordHasher, kept: str, password: str) -> None:
    try:
        hasher.verify(kept, password)
    except VerifyMismatchError:
        raise SignInsLost(
            f"the accounts in the database have other passwords than {FILE} says; "
            "bring that file back, or begin anew with `make clean`"
        ) from None

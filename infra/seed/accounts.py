"""Gives the sample network's agencies their keys and their staff a way to sign in.

Passwords and passphrases are random, another set on every installation, and kept in
demo-signins.json beside KEYS_DIR, readable by this user only, so that loading again changes
nothing. No real installation has such a file: there, people choose their own.
"""

from __future__ import annotations

import json
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

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


class SignInsLost(SystemExit):
    """The database has accounts whose passwords nobody knows; ends the process with one line."""


def sign_ins(settings: Settings, network: Json) -> list[SignIn]:
    """Return how the staff of network.json signs in, once it is loaded; SignInsLost before."""
    kept = _kept(settings)
    if kept != _complete(kept, network["accounts"]):
        raise SignInsLost(f"{FILE} does not have all sign-ins; load the sample network first")
    return [_sign_in(account, kept) for account in network["accounts"]]


def load(calls: Calls, settings: Settings, network: Json) -> list[SignIn]:
    """Make the keys and accounts of network.json that are not there yet; return every sign-in.

    `network` has agencies and accounts with the arguments of accounts.create_agency and
    create_account, but for what is made here. Only agencies with accounts get a key.
    """
    kept, pepper = _kept(settings), Keys(settings.keys_dir).pepper
    wanted = _complete(kept, network["accounts"])
    for name in wanted["passwords"].keys() - kept.get("passwords", {}).keys():
        _check_is_new(calls, signin.locator(name, pepper))
    if wanted != kept:
        _write(settings.keys_dir.parent / FILE, wanted)
    db = connect(settings, "claims")
    try:
        _create(calls, Claims(settings, db), pepper, network, wanted)
    finally:
        db.client.close()
    return [_sign_in(account, wanted) for account in network["accounts"]]


def _kept(settings: Settings) -> Json:
    path = settings.keys_dir.parent / FILE
    kept: Json = json.loads(path.read_text()) if path.exists() else {}
    return kept


def _create(calls: Calls, claims: Claims, pepper: bytes, network: Json, wanted: Json) -> None:
    """What is slow on purpose is worked out first, on all cores."""
    with_staff = {account["agency"] for account in network["accounts"]}
    agencies = [
        agency
        for agency in network["agencies"]
        if agency["agency"] in with_staff and not has_key(calls, agency["agency"])
    ]
    locators = {
        one["account"]: signin.locator(one["sign_in"], pepper) for one in network["accounts"]
    }
    accounts = [
        one
        for one in network["accounts"]
        if calls.call("accounts", "credentials", locator=locators[one["account"]]) is None
    ]
    with ThreadPoolExecutor() as pool:
        keys = pool.map(lambda one: new_key(wanted["passphrases"][one["agency"]]), agencies)
        hashes = pool.map(
            lambda one: PasswordHasher().hash(wanted["passwords"][one["sign_in"]]), accounts
        )
        for agency, (recipient, locked) in zip(agencies, keys, strict=True):
            give_key(calls, claims, agency, recipient, locked)
        for account, hashed in zip(accounts, hashes, strict=True):
            give_account(calls, claims, account, hashed, locators[account["account"]])


def _sign_in(account: Json, wanted: Json) -> SignIn:
    return SignIn(
        name=account["sign_in"],
        password=wanted["passwords"][account["sign_in"]],
        passphrase=wanted["passphrases"][account["agency"]],
        agency=account["agency"],
        roles=account["roles"],
    )


def _complete(kept: Json, accounts: list[Json]) -> Json:
    """Return the kept words, with new ones for whoever has none."""
    words: Json = {
        "passwords": dict(kept.get("passwords", {})),
        "passphrases": dict(kept.get("passphrases", {})),
    }
    for account in accounts:
        words["passwords"].setdefault(account["sign_in"], new_words())
        words["passphrases"].setdefault(account["agency"], new_words())
    return words


def _check_is_new(calls: Calls, locator: str) -> None:
    if calls.call("accounts", "credentials", locator=locator) is not None:
        raise SignInsLost(
            f"the database has accounts whose passwords {FILE} does not know; "
            "bring that file back, or begin anew with `make clean`"
        )


def _write(path: Path, words: Json) -> None:
    """On disk, for this user only, before any of it is used."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(words, file, indent=1)
    draft.replace(path)


def new_words() -> str:
    """Sixty random bits that can be read from one screen and typed on another."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(12)).lower()
    return "-".join(symbols[at : at + 4] for at in range(0, 12, 4))


def has_key(calls: Calls, agency: str) -> bool:
    """Say whether an agency has its key."""
    try:
        return bool(calls.call("accounts", "recipient", agency=agency))
    except NotFound:
        return False


def new_key(passphrase: str) -> tuple[str, bytes]:
    """Return the recipient of a fresh key, and its identity locked with the passphrase."""
    identity, recipient = new_identity()
    return recipient, lock_identity(identity, passphrase)


def give_key(calls: Calls, claims: Claims, agency: Json, recipient: str, locked: bytes) -> None:
    """Give an agency its key; `agency` has agency, command_id and actor."""
    claim = new_id()
    claims.put(claim, "identity", {}, locked)
    calls.call(
        "accounts",
        "create_agency",
        command_id=agency["command_id"],
        agency=agency["agency"],
        recipient=recipient,
        claim=claim,
        actor=agency["actor"],
    )


def give_account(calls: Calls, claims: Claims, account: Json, hashed: str, locator: str) -> None:
    """Make an account, whose password is kept as its hash; see accounts.create_account."""
    claim = derived_id("password", account["account"])
    claims.put(claim, "password", {"hash": hashed})
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

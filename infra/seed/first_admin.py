"""The first account of a real agency: its administrator, who makes all others in the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher

from infra.seed.accounts import give_account, give_key, has_key, new_key, new_words
from shared.crypto import signin
from shared.crypto.keys import Keys
from shared.errors import Conflict, Invalid
from shared.ids import new_id
from shared.messaging import Calls
from shared.settings import Settings
from shared.storage import Claims, connect

Json = dict[str, Any]
ACTOR = "operator"
LONGEST_NAME = 200


@dataclass(frozen=True)
class FirstAdmin:
    """What the administrator gets, once: `passphrase` unlocks the agency's key, "" when the agency
    has one already."""

    agency: str
    name: str
    password: str
    passphrase: str


def make(calls: Calls, settings: Settings, agency: str, name: str) -> FirstAdmin:
    """Give an organization of the directory its key, if it has none, and an administrator.

    Raises NotFound for an organization that is not there, Invalid for a name that is none, Conflict
    for one that somebody has or had.
    """
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid("NAME", f"is empty, longer than {LONGEST_NAME} or odd", "choose another")
    organization = calls.call("registry", "organization", id=agency)
    locator = signin.locator(name, Keys(settings.keys_dir).pepper)
    if calls.call("accounts", "credentials", locator=locator) is not None:
        raise Conflict("NAME", "is somebody's sign-in name already", "choose another")
    passphrase, password = "", new_words()
    db = connect(settings, "claims")
    try:
        claims = Claims(settings, db)
        if not has_key(calls, agency):
            passphrase = new_words()
            given = {"command_id": new_id(), "agency": agency, "actor": ACTOR}
            give_key(calls, claims, given, *new_key(passphrase))
        account: Json = {"command_id": new_id(), "account": new_id(), "agency": agency}
        account |= {"roles": ["agency_admin"], "actor": ACTOR}
        give_account(calls, claims, account, PasswordHasher().hash(password), locator)
    finally:
        db.client.close()
    return FirstAdmin(str(organization["name"]), name.strip(), password, passphrase)


def lines(made: FirstAdmin) -> list[str]:
    """Return what to tell the administrator, in person or by phone."""
    kept = "the one it has" if not made.passphrase else made.passphrase
    return [
        f"{made.agency} has an administrator. Nothing of this is shown again:",
        f"  sign-in name  {made.name}",
        f"  password      {made.password}",
        f"  passphrase    {kept}   (opens what is sealed to the agency; all its staff need it)",
    ]

"""An operator makes the first account of a real agency; the rest is done in the workspace."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from infra.seed import first_admin
from shared.crypto import signin
from shared.crypto.keys import Keys
from shared.crypto.sealing import seal, unlock_identity, unseal
from shared.errors import AnydoorError
from shared.ids import new_id
from tests.support.processes import Processes
from tests.support.referral_hands import take
from tests.support.registry_records import id_for, organization

NAME = "ana@example.org"


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Processes]:
    """The registry with two organizations, and accounts with nobody in them."""
    folder = tmp_path_factory.mktemp("first")
    processes = Processes(folder, module_amqp_uri, mongo_uri, module_mongo_prefix)
    with processes.together():
        for name in ("registry", "accounts"):
            processes.service(name)
    for name in ("Cedar House", "Lake Legal"):
        take(processes, organization(name))
    yield processes
    processes.end()


def admin(running: Processes, agency: str, name: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does."""
    return subprocess.run(
        [sys.executable, "-m", "infra.seed", "admin", agency, name],
        env=os.environ | running.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def told(output: str, what: str) -> str:
    found = re.search(rf"^  {what} +(\S+)", output, re.M)
    assert found, output
    return found[1]


def test_the_first_administrator_signs_in_and_opens_what_is_sealed(running: Processes) -> None:
    cedar = id_for("organization", "Cedar House")
    done = admin(running, cedar, NAME)
    assert (done.returncode, done.stderr) == (0, "")
    call, pepper = running.calls.call, Keys(running.settings.keys_dir).pepper
    found = call("accounts", "credentials", locator=signin.locator(NAME, pepper))
    kept = running.claims.get(found["claim"])
    assert kept is not None
    assert PasswordHasher().verify(kept.private["hash"], told(done.stdout, "password"))
    (person,) = call("accounts", "people", accounts=[found["account"]])
    assert (person["agency"], person["roles"]) == (cedar, ["agency_admin"])
    key = call("accounts", "recipient", agency=cedar)
    locked = running.claims.get(key["claim"])
    assert locked is not None
    identity = unlock_identity(locked.box, told(done.stdout, "passphrase"))
    assert unseal(seal(b"a tip", [key["recipient"]]), identity) == b"a tip"


def test_a_second_one_shares_the_key_and_a_name_is_given_once(running: Processes) -> None:
    lake = id_for("organization", "Lake Legal")
    assert admin(running, lake, "first@example.org").returncode == 0
    key = running.calls.call("accounts", "recipient", agency=lake)
    again = admin(running, lake, "second@example.org")
    assert "the one it has" in again.stdout
    assert running.calls.call("accounts", "recipient", agency=lake) == key
    taken = admin(running, lake, " First@Example.org ")
    assert (taken.returncode, taken.stdout) == (1, "")
    assert taken.stderr == "NAME: is somebody's sign-in name already: choose another\n"


@pytest.mark.parametrize(
    ("agency", "name", "field"),
    [
        (new_id(), "a@example.org", "organization"),
        ("x" * 500, "a@example.org", "organization"),
        ("{'$gt': ''}", "a@example.org", "organization"),
        ("", "a@example.org", "organization"),
        ("cedar", "", "NAME"),
        ("cedar", " ", "NAME"),
        ("cedar", "x" * 201, "NAME"),
        ("cedar", "a\x07b", "NAME"),
    ],
    ids=["stranger", "long id", "hostile id", "no id", "no name", "blank", "long name", "bell"],
)
def test_what_does_not_fit_is_named_and_changes_nothing(
    running: Processes, agency: str, name: str, field: str
) -> None:
    before = running.db("accounts")["accounts"].count_documents({})
    given = id_for("organization", "Cedar House") if agency == "cedar" else agency
    with pytest.raises(AnydoorError) as refused:
        first_admin.make(running.calls, running.settings, given, name)
    assert refused.value.field == field
    assert refused.value.advice
    assert running.db("accounts")["accounts"].count_documents({}) == before

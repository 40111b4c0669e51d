"""Accounts through the real broker and database: made once, found by digest, gone when over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from infra.seed import accounts as seed
from portal.capacity_links import digests, new_ticket
from services.accounts.domain import LINK_LASTS
from shared.clock import now
from shared.crypto import signin
from shared.crypto.keys import Keys
from shared.crypto.sealing import new_identity, seal, unlock_identity, unseal
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import new_id
from tests.support.hostile import check_refused_by_field
from tests.support.processes import Processes, eventually

DIGEST = "ab" * 32


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Processes]:
    """The accounts service alone."""
    folder = tmp_path_factory.mktemp("accounts")
    processes = Processes(folder, module_amqp_uri, mongo_uri, module_mongo_prefix)
    processes.service("accounts")
    yield processes
    processes.end()


def call(running: Processes, method: str, **arguments: Any) -> Any:
    return running.calls.call("accounts", method, **arguments)


def an_agency(running: Processes) -> str:
    agency = new_id()
    fields = {"command_id": new_id(), "recipient": new_identity()[1], "claim": new_id()}
    call(running, "create_agency", agency=agency, actor="test", **fields)
    return agency


def an_account(agency: str, **fields: Any) -> dict[str, Any]:
    made = {"command_id": new_id(), "account": new_id(), "agency": agency, "roles": ["intake"]}
    locator = signin.locator(new_id(), b"pepper")
    return {**made, "locator": locator, "claim": new_id(), "actor": "test"} | fields


def test_an_agency_has_one_key_however_often_it_is_created(running: Processes) -> None:
    agency, recipient = new_id(), new_identity()[1]
    command = {"command_id": new_id(), "agency": agency, "claim": "claim-1", "actor": "test"}
    for _ in range(2):
        call(running, "create_agency", recipient=recipient, **command)
    assert call(running, "recipient", agency=agency) == {
        "recipient": recipient,
        "claim": "claim-1",
    }
    with pytest.raises(Conflict):
        call(running, "create_agency", recipient=recipient, **(command | {"command_id": new_id()}))
    with pytest.raises(NotFound):
        call(running, "recipient", agency=new_id())


def test_a_sign_in_name_belongs_to_one_account(running: Processes) -> None:
    account = an_account(an_agency(running))
    for _ in range(2):
        assert call(running, "create_account", **account) == {"account": account["account"]}
    assert call(running, "credentials", locator=account["locator"]) == {
        "account": account["account"],
        "claim": account["claim"],
    }
    assert call(running, "credentials", locator=DIGEST) is None
    with pytest.raises(Conflict) as refused:
        call(
            running,
            "create_account",
            **an_account(account["agency"], locator=account["locator"]),
        )
    assert refused.value.field == "locator"


def test_people_are_told_by_role_and_agency_alone(running: Processes) -> None:
    account = an_account(an_agency(running), roles=["triage", "coordinator"])
    call(running, "create_account", **account)
    told = call(running, "people", accounts=[account["account"], new_id()])
    assert told == [{name: account[name] for name in ("account", "agency", "roles")}]
    for hostile in (["$gt"], [{"$gt": ""}], ["x"] * 201, "x", None, [""], ["x" * 121]):
        with pytest.raises(Invalid, match="accounts"):
            call(running, "people", accounts=hostile)


def test_an_account_needs_an_agency_with_a_key(running: Processes) -> None:
    with pytest.raises(Invalid) as refused:
        call(running, "create_account", **an_account(new_id()))
    assert refused.value.field == "agency"


def test_a_session_is_known_until_it_is_closed_or_over(running: Processes) -> None:
    account = an_account(an_agency(running), roles=["triage", "supervisor"])
    call(running, "create_account", **account)
    ends = now() + timedelta(hours=1)
    opened = {name: account[name] for name in ("account", "claim")}
    opened |= {"session": "1a" * 32, "expires_at": ends.isoformat()}
    for _ in range(2):
        call(running, "open_session", **opened)
    assert call(running, "session", session=opened["session"]) == {
        "account": account["account"],
        "agency": account["agency"],
        "roles": ["triage", "supervisor"],
        "claim": account["claim"],
    }
    for _ in range(2):
        call(running, "close_session", session=opened["session"])
    assert call(running, "session", session=opened["session"]) is None

    soon = (now() + timedelta(seconds=1)).isoformat()
    short = {**opened, "session": "2b" * 32, "expires_at": soon}
    call(running, "open_session", **short)
    eventually(lambda: call(running, "session", session=short["session"]), lambda s: s is None)
    with pytest.raises(NotFound):
        call(running, "open_session", **(opened | {"account": new_id()}))


def test_the_database_deletes_sessions_by_itself(running: Processes) -> None:
    indexes = running.db("accounts")["sessions"].index_information()
    assert indexes["expires_at_1"]["expireAfterSeconds"] == 0


def test_an_api_key_is_found_by_its_id(running: Processes) -> None:
    key = {"key": new_id(), "agency": new_id(), "scopes": ["referrals:read"], "claim": new_id()}
    for _ in range(2):
        call(running, "create_key", command_id="key-command", actor="test", **key)
    found = call(running, "key", key=key["key"])
    assert found == {name: key[name] for name in ("agency", "scopes", "claim")}
    assert call(running, "key", key=new_id()) is None


def a_link(agency: str, **fields: Any) -> dict[str, Any]:
    ids = {"command_id": new_id(), "link": new_id(), "agency": agency, "service": new_id()}
    return {**ids, **digests(new_ticket().code, b"pepper"), "actor": "test"} | fields


def test_a_link_is_found_by_its_locator_until_it_ends(running: Processes) -> None:
    link = a_link(new_id())
    for _ in range(2):
        assert call(running, "create_link", **link) == {"link": link["link"]}
    known = {name: link[name] for name in ("link", "agency", "service", "verifier")}
    assert call(running, "link_at", locator=link["locator"]) == known
    assert call(running, "link_at", locator=DIGEST) is None
    (listed,) = call(running, "links", agency=link["agency"])
    assert (listed["link"], listed["service"]) == (link["link"], link["service"])
    made, expires = (datetime.fromisoformat(listed[name]) for name in ("made_at", "expires_at"))
    assert expires - made == LINK_LASTS
    assert link["locator"] not in str(listed)
    with pytest.raises(Conflict) as refused:
        call(running, "create_link", **a_link(new_id(), locator=link["locator"]))
    assert refused.value.field == "locator"

    ending = {"link": link["link"], "agency": link["agency"], "actor": "test"}
    with pytest.raises(NotFound):
        call(running, "end_link", **ending | {"agency": new_id()})
    assert call(running, "link_at", locator=link["locator"]) == known
    for _ in range(2):
        call(running, "end_link", **ending)
    assert call(running, "link_at", locator=link["locator"]) is None
    assert call(running, "links", agency=link["agency"]) == []


def test_a_link_dies_by_itself(running: Processes) -> None:
    link, rows = a_link(new_id()), running.db("accounts")["links"]
    call(running, "create_link", **link)
    rows.update_one({"_id": link["link"]}, {"$set": {"expires_at": now()}})
    assert call(running, "link_at", locator=link["locator"]) is None
    assert call(running, "links", agency=link["agency"]) == []
    assert rows.index_information()["expires_at_1"]["expireAfterSeconds"] == 0


def _good_calls() -> dict[str, dict[str, Any]]:
    ids = dict.fromkeys(("command_id", "agency", "claim", "actor"), "id-1")
    ends = (now() + timedelta(hours=1)).isoformat()
    return {
        "create_agency": {**ids, "recipient": new_identity()[1]},
        "recipient": {"agency": "id-1"},
        "create_account": {**ids, "account": "id-1", "roles": ["triage"], "locator": DIGEST},
        "credentials": {"locator": DIGEST},
        "open_session": {"session": DIGEST, "account": "id-1", "claim": "c", "expires_at": ends},
        "session": {"session": DIGEST},
        "close_session": {"session": DIGEST},
        "create_key": {**ids, "key": "id-1", "scopes": ["feed:read"]},
        "key": {"key": "id-1"},
        "create_link": {
            **{name: ids[name] for name in ("command_id", "agency", "actor")},
            **dict.fromkeys(("link", "service"), "id-1"),
            **dict.fromkeys(("locator", "verifier"), DIGEST),
        },
        "link_at": {"locator": DIGEST},
        "links": {"agency": "id-1"},
        "end_link": {"link": "id-1", "agency": "id-1", "actor": "id-1"},
    }


@pytest.mark.parametrize("method", sorted(_good_calls()))
def test_hostile_input_is_refused_by_field(running: Processes, method: str) -> None:
    check_refused_by_field(partial(call, running, method), _good_calls()[method])


NETWORK: dict[str, Any] = {
    "agencies": [
        {"command_id": f"agency-{n}", "agency": f"agency-{n}", "slug": f"a{n}", "actor": "seed"}
        for n in range(3)
    ],
    "accounts": [
        {
            "command_id": f"account-{name}",
            "account": f"account-{name}",
            "agency": agency,
            "roles": [role],
            "sign_in": f"staff.{name}@example.org",
            "actor": "seed",
        }
        for name, agency, role in (
            ("triage", "agency-0", "triage"),
            ("lead", "agency-0", "supervisor"),
            ("intake", "agency-1", "intake"),
        )
    ],
}


def test_the_seed_gives_staff_sign_ins_that_work_and_changes_nothing_twice(
    running: Processes,
) -> None:
    first = seed.load(running.calls, running.settings, NETWORK)
    file = running.settings.keys_dir.parent / seed.FILE
    assert file.stat().st_mode & 0o777 == 0o600
    counted = _rows(running)
    assert seed.load(running.calls, running.settings, NETWORK) == first
    assert _rows(running) == counted
    pepper = Keys(running.settings.keys_dir).pepper
    for one in first:
        found = call(running, "credentials", locator=signin.locator(one.name, pepper))
        claim = running.claims.get(found["claim"])
        assert claim is not None
        assert PasswordHasher().verify(claim.private["hash"], one.password)
    triage = first[0]
    key = call(running, "recipient", agency="agency-0")
    locked = running.claims.get(key["claim"])
    assert locked is not None
    identity = unlock_identity(locked.box, triage.passphrase)
    assert unseal(seal(b"a tip", [key["recipient"]]), identity) == b"a tip"
    with pytest.raises(NotFound):
        call(running, "recipient", agency="agency-2")
    _check_nothing_secret_is_kept_open(running, first, file)


def _rows(running: Processes) -> dict[str, Any]:
    return {
        f"{name}.{collection}": list(running.db(name)[collection].find().sort("_id", 1))
        for name, collection in (
            ("accounts", "agencies"),
            ("accounts", "accounts"),
            ("claims", "claims"),
        )
    }


def _check_nothing_secret_is_kept_open(
    running: Processes, sign_ins: list[seed.SignIn], file: Path
) -> None:
    stored = str(_rows(running)) + (running.folder / "log" / "accounts-0.log").read_text()
    for one in sign_ins:
        for secret in (one.name, one.password, one.passphrase):
            assert secret not in stored
    assert set(json.loads(file.read_text())["passwords"]) == {one.name for one in sign_ins}


def test_a_lost_file_is_told_and_nothing_is_overwritten(running: Processes) -> None:
    seed.load(running.calls, running.settings, NETWORK)
    file = running.settings.keys_dir.parent / seed.FILE
    kept = file.read_text()
    file.unlink()
    with pytest.raises(seed.SignInsLost):
        seed.load(running.calls, running.settings, NETWORK)
    assert not file.exists()
    file.write_text(kept)
    seed.load(running.calls, running.settings, NETWORK)

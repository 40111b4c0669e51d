"""An account that ended opens nothing more, nor does a former password, and an agency always has
somebody who manages it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from portal.capacity_links import digests, new_ticket
from shared.clock import now
from shared.crypto import signin
from shared.crypto.sealing import new_identity
from shared.errors import AnydoorError, Conflict, Invalid, NotFound
from shared.ids import new_id
from tests.support.hostile import check_refused_by_field
from tests.support.processes import Processes

Json = dict[str, Any]


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Processes]:
    """Two instances of the accounts service."""
    folder = tmp_path_factory.mktemp("ending")
    processes = Processes(folder, module_amqp_uri, mongo_uri, module_mongo_prefix)
    with processes.together():
        for _ in range(2):
            processes.service("accounts")
    yield processes
    processes.end()


def call(running: Processes, method: str, **arguments: Any) -> Any:
    return running.calls.call("accounts", method, **arguments)


def an_agency(running: Processes) -> str:
    agency = new_id()
    told = {"command_id": new_id(), "recipient": new_identity()[1], "claim": new_id()}
    call(running, "create_agency", agency=agency, actor="test", **told)
    return agency


def an_account(running: Processes, agency: str, *roles: str) -> Json:
    made: Json = {"command_id": new_id(), "account": new_id(), "agency": agency}
    made |= {"locator": signin.locator(new_id(), b"pepper"), "claim": new_id(), "actor": "test"}
    call(running, "create_account", roles=list(roles) or ["intake"], **made)
    return made


def a_session(running: Processes, account: str, claim: str = "") -> str:
    """Sign an account in with the password it has now, or with the one of a claim."""
    session = new_id().replace("-", "") * 2
    ends = (now() + timedelta(hours=1)).isoformat()
    if not claim:
        row = running.db("accounts")["accounts"].find_one({"_id": account})
        claim = row["claim"] if row else "none"
    whose = {"account": account, "claim": claim}
    call(running, "open_session", session=session, expires_at=ends, **whose)
    return session


def end(running: Processes, account: str, agency: str, actor: str = "admin") -> Any:
    return call(running, "end_account", account=account, agency=agency, actor=actor)


def test_nothing_of_an_account_works_once_it_ended(running: Processes) -> None:
    agency = an_agency(running)
    leaver, colleague = (an_account(running, agency) for _ in range(2))
    sessions = [a_session(running, leaver["account"]) for _ in range(3)]
    stays = a_session(running, colleague["account"])
    token = digests(new_ticket().code, b"pepper")
    whose = {"agency": agency, "service": new_id(), "actor": leaver["account"]}
    call(running, "create_link", command_id=new_id(), link=new_id(), **whose, **token)
    for _ in range(2):
        assert end(running, leaver["account"], agency) == {"account": leaver["account"]}
    assert [call(running, "session", session=one) for one in sessions] == [None] * 3
    assert call(running, "credentials", locator=leaver["locator"]) is None
    assert call(running, "link_at", locator=token["locator"]) is None
    assert call(running, "links", agency=agency) == []
    with pytest.raises(NotFound):
        a_session(running, leaver["account"])
    assert call(running, "session", session=stays)["account"] == colleague["account"]
    listed = call(running, "staff_of", agency=agency)
    assert listed == [{"account": colleague["account"], "agency": agency, "roles": ["intake"]}]
    (told,) = call(running, "people", accounts=[leaver["account"]])
    assert told["roles"] == ["intake"], "what she did is still told by her role"
    row = running.db("accounts")["accounts"].find_one({"_id": leaver["account"]})
    assert row is not None
    assert row["ended_by"] == "admin"


def test_the_same_command_again_does_not_bring_an_account_back(running: Processes) -> None:
    agency = an_agency(running)
    leaver = an_account(running, agency)
    end(running, leaver["account"], agency)
    call(running, "create_account", roles=["intake"], **leaver)
    assert call(running, "credentials", locator=leaver["locator"]) is None
    again = leaver | {"command_id": new_id(), "account": new_id()}
    with pytest.raises(Conflict) as refused:
        call(running, "create_account", roles=["intake"], **again)
    assert refused.value.field == "locator"


def test_another_agency_s_account_is_as_unknown_as_one_that_is_not_there(
    running: Processes,
) -> None:
    theirs, ours = an_account(running, an_agency(running)), an_agency(running)
    said = []
    for account in (theirs["account"], new_id()):
        with pytest.raises(NotFound) as refused:
            end(running, account, ours)
        said.append(str(refused.value))
    assert len(set(said)) == 1
    assert call(running, "credentials", locator=theirs["locator"]) is not None


def test_the_last_who_manages_the_staff_stays(running: Processes) -> None:
    agency = an_agency(running)
    first, second = (an_account(running, agency, "agency_admin") for _ in range(2))
    end(running, first["account"], agency)
    with pytest.raises(Conflict, match="is the last that manages the staff"):
        end(running, second["account"], agency)
    assert call(running, "credentials", locator=second["locator"]) is not None
    end(running, first["account"], agency)  # again: it has ended, whoever is left


def test_two_who_end_each_other_at_once_do_not_leave_an_agency_without(
    running: Processes,
) -> None:
    for _ in range(10):
        agency = an_agency(running)
        pair = [an_account(running, agency, "agency_admin")["account"] for _ in range(2)]

        def ended(account: str, of: str = agency) -> bool:
            try:
                end(running, account, of)
            except AnydoorError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(ended, pair))
        left = call(running, "staff_of", agency=agency)
        assert len(left) == 2 - sum(done) >= 1


def test_a_key_is_listed_until_it_ends_and_opens_nothing_then(running: Processes) -> None:
    agency = an_agency(running)
    key = {"key": new_id(), "agency": agency, "scopes": ["referrals:read"], "claim": new_id()}
    call(running, "create_key", command_id=new_id(), actor="maker", **key)
    (listed,) = call(running, "keys", agency=agency)
    assert listed == {"key": key["key"], "scopes": ["referrals:read"], "actor": "maker"}
    with pytest.raises(NotFound):
        call(running, "end_key", key=key["key"], agency=an_agency(running), actor="test")
    assert call(running, "key", key=key["key"]) is not None
    for _ in range(2):
        call(running, "end_key", key=key["key"], agency=agency, actor="test")
    assert call(running, "key", key=key["key"]) is None
    assert call(running, "keys", agency=agency) == []


def a_claim(running: Processes, kind: str) -> str:
    claim = new_id()
    running.claims.put(claim, kind, {})
    return claim


def test_another_password_signs_everybody_out_and_the_former_hash_is_gone(
    running: Processes,
) -> None:
    agency = an_agency(running)
    one, colleague = (an_account(running, agency) for _ in range(2))
    running.claims.put(one["claim"], "password", {"hash": "former"})
    sessions = [a_session(running, one["account"]) for _ in range(3)]
    stays = a_session(running, colleague["account"])
    whose = {"account": one["account"], "agency": agency, "actor": "admin"}
    claim = a_claim(running, "password")
    for _ in range(2):
        assert call(running, "set_password", claim=claim, **whose) == {"account": one["account"]}
    assert call(running, "credentials", locator=one["locator"])["claim"] == claim
    assert running.claims.get(one["claim"]) is None
    assert running.claims.get(claim) is not None
    assert [call(running, "session", session=id) for id in sessions] == [None] * 3
    assert call(running, "session", session=stays) is not None
    with pytest.raises(NotFound):
        a_session(running, one["account"], one["claim"])  # somebody was just signing in with it
    newer = a_session(running, one["account"])
    call(running, "set_password", claim=claim, **whose)
    assert call(running, "session", session=newer) is not None, "again signs nobody out"
    for wrong in ({"agency": an_agency(running)}, {"account": new_id()}):
        with pytest.raises(NotFound):
            call(running, "set_password", claim=a_claim(running, "password"), **{**whose, **wrong})
    for nothing in (new_id(), a_claim(running, "identity")):
        with pytest.raises(Invalid) as refused:
            call(running, "set_password", claim=nothing, **whose)
        assert refused.value.field == "claim"
    assert call(running, "credentials", locator=one["locator"])["claim"] == claim


def test_a_command_that_comes_again_late_does_not_bring_a_former_password_back(
    running: Processes,
) -> None:
    agency = an_agency(running)
    one = an_account(running, agency)
    whose = {"account": one["account"], "agency": agency, "actor": "admin"}
    given, chosen = (a_claim(running, "password") for _ in range(2))
    for claim in (given, chosen):
        call(running, "set_password", claim=claim, **whose)
    session = a_session(running, one["account"])
    running.claims.put(given, "password", {"hash": "kept again by who sent it again"})
    assert call(running, "set_password", claim=given, **whose) == {"account": one["account"]}
    assert call(running, "credentials", locator=one["locator"])["claim"] == chosen
    assert call(running, "session", session=session) is not None
    assert running.claims.get(given) is None
    assert running.claims.get(chosen) is not None


@pytest.mark.parametrize("kind", ["password", "identity"])
def test_what_a_crash_left_over_is_erased_when_it_is_next_asked_for(
    kind: str, running: Processes
) -> None:
    """Killed between the exchange and the erasing, and again before the next one's."""
    agency = an_agency(running)
    one = an_account(running, agency)
    rows, id = ("accounts", one["account"]) if kind == "password" else ("agencies", agency)
    left = [a_claim(running, kind) for _ in range(2)]
    table = running.db("accounts")[rows]
    table.update_one({"_id": id}, {"$set": {"former": left, "left_over": left}})
    stays = table.find_one({"_id": id})["claim"]  # type: ignore[index]
    running.claims.put(stays, kind, {})
    if kind == "password":
        call(running, "credentials", locator=one["locator"])
    else:
        call(running, "recipient", agency=agency)
    assert [running.claims.get(claim) for claim in left] == [None, None]
    assert running.claims.get(stays) is not None
    assert table.find_one({"_id": id})["left_over"] == []  # type: ignore[index]


def test_of_many_new_locks_of_one_key_one_counts_and_it_is_there(running: Processes) -> None:
    agency = an_agency(running)
    first = call(running, "recipient", agency=agency)
    running.claims.put(first["claim"], "identity", {}, b"first")
    claims = [a_claim(running, "identity") for _ in range(8)]

    def change(claim: str) -> bool:
        told = {"agency": agency, "replaced": first["claim"], "actor": "admin"}
        try:
            call(running, "set_key_lock", claim=claim, **told)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as people:
        done = list(people.map(change, claims))
    assert done.count(True) == 1
    now_there = call(running, "recipient", agency=agency)
    assert now_there == {**first, "claim": claims[done.index(True)]}
    assert running.claims.get(now_there["claim"]) is not None
    assert running.claims.get(first["claim"]) is None
    assert change(now_there["claim"]), "again is no error"
    told = {"agency": agency, "replaced": now_there["claim"], "actor": "admin"}
    with pytest.raises(Invalid):
        call(running, "set_key_lock", claim=new_id(), **told)


GOOD: dict[str, Json] = {
    "set_password": {"account": "id-1", "agency": "id-1", "claim": "id-1", "actor": "id-1"},
    "set_key_lock": {"agency": "id-1", "claim": "id-1", "replaced": "id-1", "actor": "id-1"},
    "staff_of": {"agency": "id-1"},
    "end_account": {"account": "id-1", "agency": "id-1", "actor": "id-1"},
    "keys": {"agency": "id-1"},
    "end_key": {"key": "id-1", "agency": "id-1", "actor": "id-1"},
}


@pytest.mark.parametrize("method", sorted(GOOD))
def test_what_is_no_id_is_refused_by_field(running: Processes, method: str) -> None:
    check_refused_by_field(partial(call, running, method), GOOD[method])

"""Another code for a client, on real processes: the old one opens nothing more, whoever dies."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from infra.local.program import Program
from portal import tickets
from portal.boxes import claim_id
from portal.tickets import Ticket
from services.referrals import doors
from services.referrals.store import Ledger
from services.referrals.workings import terms_of
from shared.clock import now
from shared.crypto import codes
from shared.crypto.keys import Keys
from shared.errors import Invalid, NotAllowed, NotFound
from shared.ids import new_id
from shared.storage import Streams
from tests.support import referral_hands as hands
from tests.support.processes import eventually
from tests.support.referral_hands import Town, call

Json = dict[str, Any]
BRIDGE, LAKE = hands.agency("Bridge casework"), hands.agency("Lake law")
UNKNOWN = "We do not know this code"
#: Codes that ended, receipts of tips, and codes nobody issued; sixty wrong ones are let in.
OF_EACH = 15


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where = (module_amqp_uri, mongo_uri, module_mongo_prefix)
    names = ["Bridge casework", "Lake law"]
    with hands.a_town(tmp_path_factory.mktemp("codes"), where, names) as town:
        yield town


@pytest.fixture(scope="module")
def portal(running: Town) -> Program:
    """A portal over the network."""
    return running.portal()


@pytest.fixture
def client(running: Town) -> tuple[str, str]:
    """The stream and code of a client whom Bridge manages."""
    stream, code, _ = hands.ask_for_help(running, ["legal_assistance"])
    offer = hands.offer_to(running, BRIDGE, "case_management", stream)
    hands.answer(running, "accept", offer, BRIDGE)
    return stream, code


def send(portal: Program, path: str, **fields: str) -> tuple[int, str]:
    """Send a form; return the status and the page as it is."""
    address = f"http://127.0.0.1:{portal.port}/en{path}"
    answer = urllib3.PoolManager().request("POST", address, fields=fields, encode_multipart=False)
    assert answer.headers["cache-control"] == "no-store"
    return answer.status, answer.data.decode()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return html.unescape(found[1])


def opens(running: Town, code: str) -> list[str]:
    """The streams the service finds by a code."""
    locator = codes.locator(code, Keys(running.settings.keys_dir).pepper)
    return [row["stream"] for row in call(running, "verifiers", locator=locator)]


def new_code(running: Town, stream: str) -> tuple[str, str]:
    """What the portal keeps before it changes a code: (code, claim)."""
    code = codes.new_code()
    return code, keep(running, code, "code", stream)


def keep(running: Town, code: str, kind: str, of: str) -> str:
    """Keep a code's verifier where the portal does; return the claim."""
    pepper, salt = Keys(running.settings.keys_dir).pepper, codes.new_salt()
    private = {
        "locator": codes.locator(code, pepper),
        "salt": salt,
        "verifier": codes.verifier(code, salt, pepper),
        "of": of,
    }
    running.claims.put(claim_id(code, pepper), kind, private)
    return claim_id(code, pepper)


def test_she_takes_a_new_code_and_the_old_one_ends_when_she_has_it(
    running: Town, portal: Program, client: tuple[str, str]
) -> None:
    stream, old = client
    status, shown = send(portal, "/return/new-code", code=old)
    assert status == 200
    found = re.search(r'class="ad-code"[^>]*>([0-9A-Z-]+)<', shown)
    assert found
    fresh, ticket = codes.normalize(found[1]), hidden(shown, "ticket")
    assert "Where things stand" in send(portal, "/return", code=old)[1]
    assert send(portal, "/return", code=fresh)[0] == 422
    for _ in range(2):  # and once more: the first answer may never have reached her
        status, done = send(portal, "/return/new-code", code=old, ticket=ticket)
        assert (status, "Your new code" in done) == (200, True)
        assert codes.show(fresh) in done
    assert UNKNOWN in send(portal, "/return", code=old)[1]
    assert "Where things stand" in send(portal, "/return", code=fresh)[1]
    assert (opens(running, old), opens(running, fresh)) == ([], [stream])
    assert hands.events_of(running, stream).count("stream.code_changed") == 1
    told = list(running.db("referrals")["commits"].find({"stream": stream}))
    assert codes.show(fresh) not in str(told)
    assert fresh not in str(told)


def test_a_ticket_that_was_changed_or_is_another_s_changes_nothing(
    running: Town, portal: Program, client: tuple[str, str]
) -> None:
    stream, old = client
    pepper = Keys(running.settings.keys_dir).pepper
    chosen = codes.new_code()
    others = tickets.write(Ticket(new_id(), chosen), pepper)
    forged = tickets.write(Ticket(stream, chosen), b"no pepper")
    for ticket in (others, forged, "x", "a.b.c", "\x00", "." * 4_000, '{"$gt": ""}'):
        status, shown = send(portal, "/return/new-code", code=old, ticket=ticket)
        assert (status, "A new code" in shown) == (200, True)
    assert opens(running, old) == [stream]
    assert opens(running, chosen) == []
    for odd in ("", "x", "0" * 17, "\x00", "9" * 4_000):
        assert send(portal, "/return/new-code", code=odd)[0] == 422


def test_who_leads_gives_a_new_code_and_nobody_else(running: Town, client: tuple[str, str]) -> None:
    stream, old = client
    offer = hands.offer_to(running, LAKE, "legal_assistance", stream)
    hands.answer(running, "accept", offer, LAKE)
    fresh, claim = new_code(running, stream)
    for agency, error in ((LAKE, NotAllowed), (new_id(), NotFound)):
        with pytest.raises(error):
            hands.act(running, "change_code", stream, agency, claim=claim)
    _, strange = new_code(running, new_id())
    for odd in (strange, new_id(), stream):
        with pytest.raises(Invalid, match="is no new code of this stream"):
            hands.act(running, "change_code", stream, BRIDGE, claim=odd)
    hostile: list[Any] = ["", "x" * 5_000, {"$gt": ""}, 7, None, "\x00"]
    for value in hostile:
        with pytest.raises(Invalid) as refused:
            hands.act(running, "change_code", stream, BRIDGE, claim=value)
        assert refused.value.field == "claim"
    assert opens(running, old) == [stream]
    for _ in range(2):
        hands.act(running, "change_code", stream, BRIDGE, claim=claim)
    assert (opens(running, old), opens(running, fresh)) == ([], [stream])


def test_a_change_stated_by_a_process_that_died_is_carried_out_by_who_hears_of_it(
    running: Town, client: tuple[str, str]
) -> None:
    stream, old = client
    fresh, claim = new_code(running, stream)
    ledger = Ledger(Streams(running.db("referrals"), now), now, terms_of(running.settings))
    ledger.apply(stream, functools.partial(doors.change_code, claim=claim), cause=new_id())
    eventually(lambda: opens(running, fresh), lambda found: found == [stream])
    assert opens(running, old) == []


def test_what_was_said_before_and_comes_again_brings_no_old_code_back(
    running: Town, client: tuple[str, str]
) -> None:
    stream, old = client
    (first, claim_1), (second, claim_2) = (new_code(running, stream) for _ in range(2))
    for claim in (claim_1, claim_2):
        hands.act(running, "change_code", stream, BRIDGE, claim=claim)
    for program in ("portal", "referrals"):  # every event is published again
        commits = running.db(program)["commits"]
        commits.update_many({}, {"$set": {"published": False}})
        eventually(lambda: commits.count_documents({"published": False}), lambda n: n == 0)  # noqa: B023
    late, _, _ = hands.ask_for_help(running, ["legal_assistance"])
    hands.seen(running, late)  # what came before it was handled
    assert [opens(running, code) for code in (old, first, second)] == [[], [], [stream]]


def test_codes_that_were_issued_and_open_nothing_here_are_answered_like_any_other(
    running: Town, portal: Program, client: tuple[str, str]
) -> None:
    """A code that ended and a tip's receipt: nothing tells them from one nobody ever issued."""
    stream, code = client
    issued, receipts = [code], []
    for _ in range(OF_EACH):
        code, claim = new_code(running, stream)
        hands.act(running, "change_code", stream, BRIDGE, claim=claim)
        issued.append(code)
    for _ in range(OF_EACH):
        receipts.append(codes.new_code())
        keep(running, receipts[-1], "tip", new_id())
    never = [codes.new_code() for _ in range(OF_EACH)]
    pages = {
        re.sub(re.escape(one), "CODE", send(portal, "/return", code=one)[1])
        for one in (*issued[:-1], *receipts, *never)
    }
    assert len(pages) == 1
    assert UNKNOWN in pages.pop()

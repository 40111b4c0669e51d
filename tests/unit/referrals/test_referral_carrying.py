"""A packet between its agencies: taken once, destroyed once, and never both."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from services.referrals import carrying, doors, offers
from services.referrals.carrying import Carrying
from services.referrals.packets import Consent
from services.referrals.releasing import Releasing
from services.referrals.stream import Stream, moment
from shared.clock import now
from shared.crypto.sealing import new_identity, seal, unseal
from shared.errors import Conflict, Invalid
from shared.storage.claims import Claim
from tests.support.memory_services import MemoryReleaseKeys
from tests.support.referral_network import Network, card

NOW, NEXT = "casework-agency", "second-agency"
CONSENT = Consent(["first_words", "messages"], "es", "on_paper")


class Claims:
    """The claim store in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, Claim] = {}

    def get(self, id: str) -> Claim | None:
        return self.kept.get(id)

    def put(self, id: str, kind: str, box: bytes) -> None:
        self.kept.setdefault(id, Claim(id, kind, {}, box, now()))

    def replace_box(self, id: str, box: bytes) -> None:
        self.kept[id] = replace(self.kept[id], box=box)

    def erase(self, id: str) -> None:
        self.kept.pop(id, None)


class Desk:
    """A client's handover with both services over it."""

    def __init__(self) -> None:
        self.network, self.claims = Network([card("casework", "case_management")]), Claims()
        self.network.open(claim="c-1")
        self.network.deliver()
        _, offer, agency = self.network.out("case_management")
        self.network.do(offers.accept, offer=offer, agency=agency)
        self.network.do(doors.client_wrote, claim="m-1")
        self.network.roster.put(card("second", "case_management"))
        self.offer, _ = self.network.hand_over("second", NOW)
        self.own, self.own_recipient = new_identity()
        self.new, self.new_recipient = new_identity()
        for claim in ("c-1", "m-1"):
            self.claims.put(claim, "help", seal(b"words", [self.own_recipient]))
        self.keys = MemoryReleaseKeys()
        told: Any = (self.network.ledger, self.claims, self.keys, lambda: self.network.now)
        self.carrying, self.releasing = Carrying(*told), Releasing(*told)

    def prepare(self, command_id: str = "k-1") -> dict[str, Any]:
        return self.carrying.prepare(command_id, "s1", NOW, CONSENT)

    def send(self, command_id: str = "k-1", boxes: Any = None) -> dict[str, Any]:
        found = self.prepare(command_id)
        sealed = base64.b64encode(seal(b"words", [self.new_recipient])).decode()
        packet = json.dumps(dict.fromkeys(found["claims"], sealed) if boxes is None else boxes)
        self.claims.put(found["release"], "packet", seal(packet.encode(), [found["key"]]))
        return self.carrying.send(command_id, "s1", NOW, "a-1", CONSENT)

    def accept(self) -> Stream:
        return self.network.do(offers.accept, offer=self.offer, agency=NEXT)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_it_is_taken_once_and_only_when_passed(desk: Desk) -> None:
    release = desk.send()["release"]
    assert desk.carrying.take("s1", release) == 0
    assert unseal(desk.claims.kept["c-1"].box, desk.own) == b"words"
    desk.accept()
    assert [desk.carrying.take("s1", release) for _ in range(2)] == [2, 0]
    assert [unseal(desk.claims.kept[id].box, desk.new) for id in ("c-1", "m-1")] == [b"words"] * 2
    assert release not in desk.claims.kept
    assert desk.keys.kept == {}
    assert desk.carrying.take("s1", "none") == 0


def test_a_yes_of_the_last_second_is_not_lost_to_a_fast_clock(desk: Desk) -> None:
    release = desk.send()["release"]
    read = desk.network.stream()
    desk.network.ledger.releasing = lambda at: [read]  # type: ignore[attr-defined]
    desk.keys.destroy_over = lambda at: None  # type: ignore[attr-defined]
    desk.accept()
    desk.network.now = moment(read.releases[release].until)
    desk.releasing.end_over()
    assert desk.carrying.take("s1", release) == 2


def test_the_same_command_is_one_packet(desk: Desk) -> None:
    sent = desk.send()
    assert desk.carrying.send("k-1", "s1", NOW, "a-1", CONSENT) == sent
    assert desk.prepare() == {"release": sent["release"], "words": "given"}
    assert len(desk.network.stream().releases) == 1


@pytest.mark.parametrize(
    ("boxes", "error"),
    [
        ({}, Conflict),
        ([], Conflict),
        ({"c-1": "words"}, Conflict),
        ({"c-1": base64.b64encode(b"words").decode()}, Conflict),
        ({"x-1": base64.b64encode(b"age-encryption.org/v1\n").decode()}, Invalid),
        ({"c-1": "9" * carrying.LARGEST_PACKET}, Conflict),
    ],
)
def test_what_is_refused_is_erased(desk: Desk, boxes: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        desk.send(boxes=boxes)
    assert set(desk.claims.kept) == {"c-1", "m-1"}
    assert desk.keys.kept == {}
    assert desk.network.stream().releases == {}
    desk.send("k-2")


def test_what_comes_after_a_no_is_refused_and_erased(desk: Desk) -> None:
    found = desk.prepare()
    desk.claims.put(found["release"], "packet", seal(b"{}", [found["key"]]))
    desk.network.do(offers.decline, offer=desk.offer, agency=NEXT, reason="no_capacity")
    with pytest.raises(Exception, match="no words to send on now"):
        desk.carrying.send("k-1", "s1", NOW, "a-1", CONSENT)
    assert found["release"] not in desk.claims.kept
    assert desk.keys.kept == {}

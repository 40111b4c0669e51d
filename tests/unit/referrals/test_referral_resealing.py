"""What a client wrote can be opened by her case manager's agency, and by the hub no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.referrals import doors, offers
from services.referrals.resealing import Resealing
from shared.clock import now
from shared.crypto import keys
from shared.crypto.keys import Keys
from shared.crypto.sealing import new_identity, seal, unseal
from shared.errors import NotAllowed, Unavailable
from shared.storage.claims import Claim
from tests.support.referral_network import Network, card


class Boxes:
    """The claim store, in memory."""

    def __init__(self) -> None:
        self.boxes: dict[str, bytes] = {}

    def get(self, id: str) -> Claim | None:
        return Claim(id, "help", {}, self.boxes[id], now()) if id in self.boxes else None

    def replace_box(self, id: str, box: bytes) -> None:
        self.boxes[id] = box


class Recipients:
    """Keys of agencies, by agency."""

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}

    def recipient(self, agency: str) -> str:
        return self.keys.get(agency, "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.make(tmp_path)
    return tmp_path


def managed() -> Network:
    network = Network([card("casework", "case_management")])
    network.open(claim="claim-1")
    network.deliver()
    _, offer, agency = network.out("case_management")
    network.do(offers.accept, offer=offer, agency=agency)
    return network


def test_the_case_managers_agency_can_open_it_and_the_hub_cannot(folder: Path) -> None:
    hub, boxes, agencies = Keys(folder), Boxes(), Recipients()
    identity, agencies.keys["casework-agency"] = new_identity()
    boxes.boxes["claim-1"] = seal(b"call after six", [hub.hub_recipient, hub.recovery_recipient])
    resealing, network = Resealing(boxes, agencies, folder), managed()
    assert resealing.hand_over(network.stream()) == 1
    assert unseal(boxes.boxes["claim-1"], identity) == b"call after six"
    recovery = (folder / "recovery.identity").read_text()
    assert unseal(boxes.boxes["claim-1"], recovery) == b"call after six"
    with pytest.raises(NotAllowed):
        unseal(boxes.boxes["claim-1"], hub.hub_identity)
    assert resealing.hand_over(network.stream()) == 0
    boxes.boxes["claim-2"] = seal(b"hello", [hub.hub_recipient])
    network.do(doors.client_wrote, claim="claim-2")
    assert resealing.hand_over(network.stream()) == 1
    assert unseal(boxes.boxes["claim-2"], identity) == b"hello"


def test_a_box_waits_until_there_is_somebody_with_a_key(folder: Path) -> None:
    hub, boxes, agencies = Keys(folder), Boxes(), Recipients()
    boxes.boxes["claim-1"] = kept = seal(b"x", [hub.hub_recipient])
    resealing, network = Resealing(boxes, agencies, folder), Network()
    assert resealing.hand_over(network.open(claim="claim-1")) == 0
    assert resealing.hand_over(managed().stream()) == 0
    assert boxes.boxes["claim-1"] == kept


def test_an_erased_claim_is_no_trouble(folder: Path) -> None:
    agencies = Recipients()
    agencies.keys["casework-agency"] = new_identity()[1]
    assert Resealing(Boxes(), agencies, folder).hand_over(managed().stream()) == 0


def test_without_the_hub_key_it_is_tried_again_later(tmp_path: Path) -> None:
    boxes, agencies = Boxes(), Recipients()
    agencies.keys["casework-agency"] = new_identity()[1]
    boxes.boxes["claim-1"] = seal(b"x", [new_identity()[1]])
    with pytest.raises(Unavailable):
        Resealing(boxes, agencies, tmp_path / "none").hand_over(managed().stream())

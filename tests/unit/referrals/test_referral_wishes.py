"""What a client wishes of a place: a rule where she is to stay, else what counts in the ranking."""

from __future__ import annotations

from typing import Any

import pytest

from services.referrals import doors, offers, progress, reopening
from services.referrals.arrivals import checked, from_portal
from services.referrals.asking import ask_of
from services.referrals.doors import Arrival
from services.referrals.matching import Ask
from services.referrals.roster import Roster
from services.referrals.views import agency_view
from shared.errors import IllegalMove, Invalid, NotAllowed
from shared.events.doors import HelpRequested
from shared.vocabulary import ADMISSION, CAN_COME, PLACEMENTS
from tests.support.referral_network import COORDINATOR, TERMS, Network, card

BED = "emergency_housing"


def asked(of: Ask, *cards: Any) -> list[str]:
    """Whom a client's ask goes to, in order."""
    roster = Roster()
    for one in cards:
        roster.put(one)
    return [one.service for one in roster.rank(of).candidates]


def ask(*wishes: str, need_type: str = BED) -> Ask:
    return Ask(
        spread="s/n",
        need_type=need_type,
        wishes=frozenset(wishes),
        language="es",
        area="XS-lakeshore",
    )


@pytest.mark.parametrize("need_type", PLACEMENTS)
def test_a_place_to_stay_that_says_it_does_not_take_children_is_not_asked(need_type: str) -> None:
    silent = card("silent", need_type)
    takes = card("takes", need_type, can_come=["with_children"])
    refuses = card("refuses", need_type, can_come=["pets"])
    assert asked(ask("with_children", need_type=need_type), silent, takes, refuses) == [
        "takes",
        "silent",
    ]
    assert len(asked(ask(need_type=need_type), silent, takes, refuses)) == 3


def test_elsewhere_it_only_counts() -> None:
    law = [
        card("silent", "legal_assistance"),
        card("takes", "legal_assistance", can_come=["no_id"]),
        card("refuses", "legal_assistance", can_come=["pets"]),
    ]
    wished = ask("no_id", need_type="legal_assistance")
    assert asked(wished, *law) == ["takes", "silent", "refuses"]


def test_what_is_not_about_admission_is_never_taken_for_a_no() -> None:
    for wish in sorted(set(CAN_COME) - set(ADMISSION)):
        kind = card("kind", BED, can_come=[wish])
        other = card("other", BED, can_come=list(ADMISSION))
        assert asked(ask(wish), other, kind) == ["kind", "other"]


def test_more_of_her_wishes_come_first() -> None:
    cards = [
        card("none", BED, can_come=["no_id"]),
        card("some", BED, can_come=["no_id", "step_free"]),
        card("all", BED, can_come=["no_id", "step_free", "women_staff"]),
    ]
    wished = ask("no_id", "step_free", "women_staff")
    assert asked(wished, *cards) == ["all", "some", "none"]


def test_the_trace_names_each_wish() -> None:
    roster = Roster()
    roster.put(card("it", BED, can_come=["pets"]))
    (found,) = roster.rank(ask("pets", "step_free")).candidates
    told = found.trace()
    assert (told["wish_pets"], told["wish_step_free"]) == ("yes", "unknown")
    roster.put(card("it", "legal_assistance", can_come=["pets"]))
    (found,) = roster.rank(ask("no_id", need_type="legal_assistance")).candidates
    assert found.trace()["wish_no_id"] == "no"
    (found,) = roster.rank(ask(need_type="legal_assistance")).candidates
    assert not [rule for rule in found.trace() if rule.startswith("wish_")]


def test_who_keeps_away_from_somebody_wishes_somebody_else() -> None:
    network = Network([card("casework", "case_management")])
    network.open(needs=[BED], avoid=["men", "faith", "police"], wishes=["pets"])
    stream = network.stream()
    referral = stream.referrals[network.of("case_management")]
    assert ask_of(stream, referral).wishes == {"pets", "women_staff", "secular"}


def opened(*wishes: str) -> Network:
    """A client with children, her case manager, and one shelter that takes none."""
    network = Network([card("casework", "case_management"), card("house", BED, can_come=["pets"])])
    network.open(needs=[BED], wishes=list(wishes))
    network.deliver()
    _, offer, agency = network.out("case_management")
    network.do(offers.accept, offer=offer, agency=agency)
    network.deliver()
    return network


def test_nobody_left_says_which_wish_it_was_and_taking_it_back_asks_at_once() -> None:
    network = opened("with_children")
    need = network.stream().referrals[network.of(BED)]
    assert [(one.service, one.rule) for one in need.misses] == [("house", "takes_with_children")]
    assert network.stream().unmet == [BED]
    network.do(doors.set_wishes, wishes=["no_id"], agency=COORDINATOR)
    network.deliver()
    need = network.stream().referrals[network.of(BED)]
    assert [(one.service, one.rule) for one in need.misses] == [("house", "takes_no_id")]
    assert network.stream().unmet == [BED]
    network.do(doors.set_wishes, wishes=[], agency=COORDINATOR)
    network.deliver()
    assert network.out(BED)[2] == "house-agency"
    assert network.names().count("WishesSet") == 2
    network.do(doors.set_wishes, wishes=[], agency="casework-agency")
    assert network.names().count("WishesSet") == 2


def test_an_agency_that_is_asked_is_told_them() -> None:
    network = opened("pets")
    assert agency_view(network.stream(), "house-agency", TERMS, [])["wishes"] == ["pets"]


def test_only_who_leads_an_open_stream_sets_them_and_only_with_known_codes() -> None:
    network = opened()
    for agency in ("house-agency", "stranger", ""):
        with pytest.raises(NotAllowed):
            network.do(doors.set_wishes, wishes=["pets"], agency=agency)
    for odd in (["gold"], [""], ["pets", "pets"], ["x" * 1_000], ["pets"] * 1_000):
        with pytest.raises(Invalid, match="wishes"):
            network.do(doors.set_wishes, wishes=odd, agency="casework-agency")
    for id, one in network.stream().needs.items():
        if one.type == BED:
            network.do(progress.end_need, need=id, agency="casework-agency")
    network.do(reopening.close, agency="casework-agency", reason="needs_met")
    with pytest.raises(IllegalMove):
        network.do(doors.set_wishes, wishes=["pets"], agency="casework-agency")


def test_a_desk_is_refused_an_odd_wish_by_name_and_the_portal_never() -> None:
    for odd in (["gold"], ["pets", "pets"], [""]):
        with pytest.raises(Invalid, match="wishes"):
            checked(Arrival("agency", [BED], "a", wishes=odd))
    sent = HelpRequested(
        stream="s", door="portal_self", needs=[BED], wishes=["gold", "pets", "pets", "x" * 9_999]
    )
    assert from_portal(sent).wishes == ["pets"]

"""Two settings of the ranking, compared on a past that is known."""

from __future__ import annotations

from services.ranking_compared import lines
from services.referrals import offers
from services.referrals.comparing import Compared, Fit, compared
from services.referrals.roster import Roster
from shared.directory import Capacity, ServiceCard
from tests.support.referral_network import TERMS, Network, card

NEED = "legal_assistance"
UNTOLD = Capacity(outward="unknown")
MANAGER = card("manager", "case_management")
NEAR = card("near", NEED, capacity=UNTOLD)
ROOMY = card("roomy", NEED, areas=[], remote=True)
OTHER = {"capacity_known": 2, "area_match": 1}


def past() -> Network:
    """A client whose need the near service declined and the roomy one took on."""
    network = Network([MANAGER, NEAR, ROOMY])
    network.open(needs=[NEED])
    network.deliver()
    _, offer, agency = network.out("case_management")
    network.do(offers.accept, offer=offer, agency=agency)
    network.deliver()
    _, offer, agency = network.out(NEED)
    assert agency == "near-agency"
    network.do(offers.decline, offer=offer, agency=agency, reason="not_eligible")
    network.deliver()
    _, offer, agency = network.out(NEED)
    network.do(offers.accept, offer=offer, agency=agency)
    network.deliver()
    return network


def roster(weights: dict[str, int] | None, *cards: ServiceCard) -> Roster:
    made = Roster(weights)
    for one in cards or (MANAGER, NEAR, ROOMY):
        made.put(one)
    return made


def test_weights_that_agree_better_with_who_said_yes_are_seen() -> None:
    found = compared([past().stream()], roster(None), roster(OTHER), TERMS)
    assert found[NEED] == Compared(
        referrals=1, moved=1, now=Fit(places=2, bounces=1), then=Fit(first=1, places=1)
    )
    assert found["case_management"] == Compared(
        referrals=1, now=Fit(first=1, places=1), then=Fit(first=1, places=1)
    )
    assert (found[""].referrals, found[""].moved) == (2, 1)


def test_the_agency_that_said_yes_does_not_count_as_helping_her_already() -> None:
    weights = {"helps_already": 2, "area_match": 1}
    found = compared([past().stream()], roster(weights), roster(weights), TERMS)
    assert found[NEED].now == Fit(places=2, bounces=1)


def test_a_service_that_is_no_candidate_any_more_is_counted_apart() -> None:
    left = (MANAGER, NEAR)
    found = compared([past().stream()], roster(None, *left), roster(OTHER, *left), TERMS)
    assert found[NEED] == Compared(referrals=1, gone=1)
    assert lines(found)[-1] == "left out: 1 whose service is no candidate today"
    assert lines(found)[-2].split() == [NEED, "0", "0", "-", "-", "-"]


def test_the_table_says_both_side_by_side() -> None:
    told = lines(compared([past().stream()], roster(None), roster(OTHER), TERMS))
    assert [line.split("  ")[0] for line in told] == [
        "now -> then",
        "all needs",
        "case_management",
        NEED,
    ]
    assert told[1].split("  ")[-1].strip() == "1 -> 0"
    assert "0 % -> 100 %" in told[3]


def test_a_stream_nobody_said_yes_in_is_not_compared() -> None:
    network = Network([MANAGER])
    network.open(needs=[NEED])
    network.deliver()
    found = compared([network.stream()], roster(None), roster(OTHER), TERMS)
    assert found == {"": Compared()}

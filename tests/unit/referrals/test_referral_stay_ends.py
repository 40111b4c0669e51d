"""The clock of a stay: warnings before its end, each once, and who owes the next placement."""

from __future__ import annotations

import functools
from datetime import timedelta

import pytest

from services.referrals import progress, reopening, stays
from services.referrals.deadlines import cause_of, deadline_passed
from services.referrals.duties import LAST_CALL
from services.referrals.stream import Duty, stamp
from shared.events.stays import StayEnding
from tests.support.referral_network import COORDINATOR, Network
from tests.support.stay_rules import CASEWORK, HOUSE, SHELTERS, placed, stay_of


def told(network: Network) -> list[int]:
    """The days that were left at each warning."""
    found = [one for _, one in network.ledger.events if isinstance(one, StayEnding)]
    return [one.days_left for one in found]


def owed(network: Network) -> Duty | None:
    return network.stream().duties.get("next_placement:" + network.of("emergency_housing"))


def live(network: Network, days: int) -> None:
    """Let days pass, hour by hour."""
    for _ in range(days * 24):
        network.pass_time(hours=1)


def set_end(network: Network, ends_on: str) -> None:
    referral = network.of("emergency_housing")
    network.do(stays.set_end, referral=referral, ends_on=ends_on, agency=HOUSE)


@pytest.mark.parametrize(
    ("shelter", "days", "warnings"),
    [
        *(("one", 3, []), ("three", 5, []), ("fourteen", 16, [3]), ("fifteen", 17, [14, 3])),
        *(("thirty", 32, [14, 3]), ("ninety", 92, [30, 14, 3]), ("open", 99, [])),
    ],
)
def test_a_stay_has_the_warnings_that_are_ahead(
    shelter: str, days: int, warnings: list[int]
) -> None:
    network = placed(SHELTERS[shelter])
    live(network, days)
    assert told(network) == warnings
    if shelter != "open":
        assert owed(network) is not None
        assert stay_of(network).ahead == []
    assert network.stream().referrals[network.of("emergency_housing")].state == "in_progress"


def test_a_warning_comes_as_its_day_begins_and_not_before() -> None:
    network = placed(SHELTERS["ninety"])
    network.now = stay_of(network).before(30) - timedelta(milliseconds=1)
    network.act_on_deadlines()
    assert (told(network), owed(network)) == ([], None)
    network.now += timedelta(milliseconds=1)
    network.act_on_deadlines()
    assert told(network) == [30]
    duty = owed(network)
    assert duty is not None
    assert (duty.role, duty.due_at) == (
        "case_manager",
        stamp(stay_of(network).before(LAST_CALL)),
    )


def test_a_stay_too_short_for_a_warning_owes_the_next_placement_at_once() -> None:
    network = placed(SHELTERS["three"])
    duty = owed(network)
    assert duty is not None
    assert duty.due_at == stamp(network.now + timedelta(hours=4))


def test_nothing_is_closed_in_silence_when_the_last_day_passes() -> None:
    network = placed(SHELTERS["fifteen"])
    live(network, 11)
    network.pass_time(hours=4)
    climbed = owed(network)
    assert climbed is not None
    assert climbed.role == "coordinator"
    live(network, 12)
    stream, late = network.stream(), owed(network)
    assert late is not None
    assert (late.role, late.raised > 2) == ("supervisor", True)
    assert stream.owner is not None
    assert (stream.owner.agency, stream.owner.role) == (COORDINATOR, "supervisor")
    assert stream.referrals[network.of("emergency_housing")].state == "in_progress"


def test_following_up_is_not_the_next_placement() -> None:
    network = placed(SHELTERS["fifteen"])
    live(network, 17)
    network.do(reopening.follow_up, agency=CASEWORK)
    duty = owed(network)
    assert duty is not None
    assert (duty.role, duty.raised) == ("case_manager", 0)
    assert duty.due_at == stamp(network.now + timedelta(hours=4))


def test_once_the_next_is_asked_for_it_is_owed_no_more() -> None:
    network = placed(SHELTERS["fifteen"])
    live(network, 2)
    referral = network.of("emergency_housing")
    asked = {"referral": referral, "need_type": "transitional_housing", "agency": CASEWORK}
    network.do(stays.ask_next, **asked)
    assert owed(network) is None
    live(network, 14)
    assert told(network) == [14, 3]
    assert owed(network) is None


@pytest.mark.parametrize("how", ["complete", "fail", "cancel"])
def test_a_placement_that_is_over_ends_no_more(how: str) -> None:
    network = placed(SHELTERS["fifteen"])
    live(network, 2)
    referral = network.of("emergency_housing")
    more = {"reason": "other"} if how == "fail" else {}
    network.do(getattr(progress, how), referral=referral, agency=HOUSE, **more)
    assert f"next_placement:{referral}" not in network.stream().duties
    network.now += timedelta(days=20)
    network.act_on_deadlines()
    assert told(network) == [14]


def test_on_hold_it_goes_on_ending() -> None:
    network = placed(SHELTERS["fifteen"])
    referral = network.of("emergency_housing")
    network.do(progress.advance, move="hold", referral=referral, agency=HOUSE)
    live(network, 2)
    assert told(network) == [14]


def test_an_extension_arms_the_warnings_again() -> None:
    network = placed(SHELTERS["fifteen"])
    live(network, 14)
    assert told(network) == [14, 3]
    set_end(network, "2026-05-30")
    assert stay_of(network).ahead == [30, 14, 3]
    assert owed(network) is None
    live(network, 80)
    assert told(network) == [14, 3, 30, 14, 3]


def test_a_shorter_stay_keeps_what_is_owed() -> None:
    network = placed(SHELTERS["ninety"])
    live(network, 61)
    assert told(network) == [30]
    set_end(network, "2026-05-20")
    assert stay_of(network).ahead == [14, 3]
    assert owed(network) is not None
    live(network, 20)
    assert told(network) == [30, 14, 3]


def test_a_stay_that_ends_sooner_is_due_sooner() -> None:
    network = placed(SHELTERS["ninety"])
    live(network, 61)
    set_end(network, "2026-05-03")
    duty = owed(network)
    assert duty is not None
    assert duty.due_at == stamp(network.now + timedelta(hours=4))


def test_a_day_set_back_and_forth_warns_again_each_time() -> None:
    network = placed(SHELTERS["fifteen"])
    live(network, 2)
    for _ in range(3):
        set_end(network, "2026-05-30")
        set_end(network, "2026-03-16")
    live(network, 20)
    assert stay_of(network).ahead == []
    assert owed(network) is not None


def test_after_a_long_pause_one_warning_says_what_is_left() -> None:
    network = placed(SHELTERS["ninety"])
    network.pass_time(days=81)
    assert told(network) == [9]
    assert stay_of(network).ahead == [3]


def test_many_schedulers_warn_once() -> None:
    network = placed(SHELTERS["ninety"])
    network.now += timedelta(days=81)
    read = network.dues()
    for _ in range(3):
        for id, due in read:
            move = functools.partial(deadline_passed, due=due)
            network.ledger.apply(id, move, cause=cause_of(id, due))
    network.now -= timedelta(minutes=5)
    network.act_on_deadlines()
    assert told(network) == [9]


def test_a_slower_clock_does_not_bring_a_warning_back_that_is_never_acted_on() -> None:
    network = placed(SHELTERS["fifteen"])
    network.now = stay_of(network).before(14)
    network.act_on_deadlines()
    network.now -= timedelta(minutes=1)
    set_end(network, "2026-05-30")
    set_end(network, "2026-03-16")
    assert stay_of(network).ahead == [14, 3]
    live(network, 1)
    assert stay_of(network).ahead == [3]
    assert told(network) == [14, 15, 14]  # the one in between jumped over 30

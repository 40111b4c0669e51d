"""A record grows old, each age is told once, and its agency's word makes it new again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry import records, upkeep
from services.registry.checking import check
from services.registry.domain import Json
from shared.errors import IllegalMove, NotFound
from shared.events.registry import RecordVerified, RecordWentStale
from shared.freshness import age_on, months_before, passes_on
from tests.support.registry_records import id_for, service

AGENCY = id_for("organization", "North Star")
BEDS = id_for("service", "Beds")
TODAY = date(2026, 11, 22)
DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


def taken(state: Json | None = None, on: date = TODAY, **hsds: Any) -> Json:
    """The record taken in on a day."""
    move = records.list_service(state, check("service", service(**hsds)))
    assert move is not None
    return upkeep.dated(move[0], on)


def told(state: Json, on: date) -> tuple[Json, list[str]]:
    """Let the calendar act on a day, as often as it wants to; return the ages it told."""
    ages = []
    while (move := upkeep.review(state, on)) is not None:
        state, (event,) = move
        assert isinstance(event, RecordWentStale)
        assert (event.service, event.organization) == (BEDS, AGENCY)
        ages.append(event.age)
    return state, ages


def test_each_age_is_told_once_on_its_day() -> None:
    state = taken(assured_date="2026-08-31")
    assert state["upkeep"]["changes_on"] == "2027-03-01"
    assert told(state, date(2027, 2, 28)) == (state, [])
    stale, ages = told(state, date(2027, 3, 1))
    assert (ages, stale["upkeep"]["changes_on"]) == (["check_now"], "2027-08-31")
    assert told(stale, date(2027, 8, 30))[1] == []
    old, ages = told(stale, date(2027, 8, 31))
    assert ages == ["out_of_date"]
    assert "changes_on" not in old["upkeep"]
    assert told(old, date(2040, 1, 1))[1] == []


def test_a_record_that_comes_in_old_tells_only_the_age_it_has() -> None:
    assert told(taken(assured_date="2024-01-01"), TODAY)[1] == ["out_of_date"]


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2099-01-01"])
def test_without_a_check_the_age_counts_from_the_day_it_was_taken_in(text: str) -> None:
    state = taken(assured_date=text)
    assert state["upkeep"]["changes_on"] == "2027-05-22"
    later = taken(state, TODAY + timedelta(days=100), description="New words", assured_date=text)
    assert later["upkeep"]["changes_on"] == "2027-05-22"
    assert told(later, date(2099, 6, 1))[1] == ["out_of_date"]


def test_the_agencys_word_begins_a_new_episode() -> None:
    old, _ = told(taken(assured_date="2025-01-01"), TODAY)
    assert upkeep.age_of(old, TODAY) == "out_of_date"
    new, (event,) = upkeep.verify(old, AGENCY, TODAY)
    assert event == RecordVerified(service=BEDS, organization=AGENCY)
    assert (upkeep.assured_date(new), upkeep.age_of(new, TODAY)) == ("2026-11-22", "checked")
    assert new["hsds"] == old["hsds"], "the publisher's record is as it was"
    assert records.list_service(new, check("service", service(assured_date="2025-01-01"))) is None
    assert told(new, date(2027, 5, 22))[1] == ["check_now"]
    assert told(new, date(2028, 5, 22))[1] == ["out_of_date"]


def test_the_later_of_two_checks_counts() -> None:
    mine, _ = upkeep.verify(taken(assured_date="2025-01-01"), AGENCY, TODAY)
    later = taken(mine, date(2027, 1, 10), assured_date="2027-01-09")
    assert upkeep.assured_date(later) == "2027-01-09"
    assert later["upkeep"]["changes_on"] == "2027-07-09"
    earlier = taken(mine, date(2027, 1, 10), assured_date="2026-01-09")
    assert upkeep.assured_date(earlier) == "2026-11-22"


def test_a_newer_import_ends_an_episode() -> None:
    old, _ = told(taken(assured_date="2025-01-01"), TODAY)
    new = taken(old, TODAY, assured_date="2026-11-20")
    assert (new["upkeep"]["age"], told(new, TODAY)[1]) == ("checked", [])


def test_only_its_own_agency_may_speak_for_a_listed_service() -> None:
    state = taken()
    for unknown, agency in ((None, AGENCY), (state, id_for("organization", "Cedar House"))):
        with pytest.raises(NotFound, match="not one of yours"):
            upkeep.verify(unknown, agency, TODAY)
    withdrawn, _ = records.withdraw_service(state)
    with pytest.raises(IllegalMove, match="list it again"):
        upkeep.verify(withdrawn, AGENCY, TODAY)
    assert upkeep.review(withdrawn, date(2040, 1, 1)) is None


def test_a_record_kept_before_there_was_upkeep() -> None:
    state = {name: value for name, value in taken().items() if name != "upkeep"}
    assert upkeep.review(state, date(2040, 1, 1)) is None
    new, _ = upkeep.verify(state, AGENCY, TODAY)
    assert (new["upkeep"]["changes_on"], upkeep.assured_date(new)) == ("2027-05-22", "2026-11-22")


@given(DAYS, st.sampled_from([6, 12]))
def test_months_pass_on_the_first_day_they_have_passed(since: date, months: int) -> None:
    day = passes_on(since, months)
    assert since <= months_before(day, months)
    assert since > months_before(day - timedelta(days=1), months)


@given(DAYS, st.integers(0, 800))
def test_ages_only_grow(since: date, days: int) -> None:
    ages = [age_on(since, since + timedelta(days=n)) for n in (days, days + 1)]
    assert upkeep.AGES.index(ages[0]) <= upkeep.AGES.index(ages[1])

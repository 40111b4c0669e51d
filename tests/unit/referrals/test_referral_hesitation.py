"""Which agencies say no to most they are asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from services.referrals.hesitation import LATELY, READ_AGAIN_AFTER, Hesitation


class Told:
    """Answers as the store counts them."""

    def __init__(self, *rows: tuple[str, str, int, int]) -> None:
        self.rows, self.since, self.fails = rows, list[datetime](), False

    def answers(self, since: datetime) -> Iterable[tuple[str, str, int, int]]:
        self.since.append(since)
        if self.fails:
            raise ConnectionError
        return self.rows


class Clock:
    at = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def test_less_than_half_of_five_answers_is_hesitant_and_fewer_say_nothing() -> None:
    told = Told(
        ("advocacy", "rarely", 5, 2),
        ("advocacy", "half", 6, 3),
        ("advocacy", "new", 4, 0),
        ("education", "rarely", 9, 9),
        ("education", "never", 5, 0),
    )
    assert Hesitation(told, Clock())() == {
        "advocacy": frozenset({"rarely"}),
        "education": frozenset({"never"}),
    }


def test_it_is_read_again_after_five_minutes_and_when_the_clock_was_set_back() -> None:
    clock, told = Clock(), Told()
    hesitation = Hesitation(told, clock)
    began = clock.at
    for after, reads in ((0, 1), (299, 1), (300, 2), (-60, 3)):
        clock.at = began + timedelta(seconds=after)
        hesitation()
        assert len(told.since) == reads
    assert told.since[0] == began - LATELY
    assert timedelta(seconds=300) == READ_AGAIN_AFTER


def test_what_could_not_be_read_is_read_next_time() -> None:
    told = Told(("advocacy", "never", 5, 0))
    hesitation = Hesitation(told, Clock())
    told.fails = True
    with pytest.raises(ConnectionError):
        hesitation()
    told.fails = False
    assert hesitation() == {"advocacy": frozenset({"never"})}

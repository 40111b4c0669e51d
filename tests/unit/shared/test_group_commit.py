"""Group commit: what many put in at once is done together, and each gets its own answer."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from shared.storage.group import Grouped


class Caller(threading.Thread):
    """Puts one item in; a daemon, so that a hanging group fails a test instead of the run."""

    def __init__(self, group: Grouped[int, int], item: int) -> None:
        super().__init__(daemon=True)
        self.group, self.item = group, item
        self.got: int | BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.got = self.group.put(self.item)
        except BaseException as error:  # noqa: BLE001 (the test looks at it)
            self.got = error

    def result(self) -> int | BaseException | None:
        self.join(5)
        assert not self.is_alive(), f"the caller of {self.item} still waits"
        return self.got


def in_threads(group: Grouped[int, int], items: Sequence[int]) -> list[int | BaseException | None]:
    """Put each item in from a thread of its own and return what each got, in order."""
    callers = [Caller(group, item) for item in items]
    return [caller.result() for caller in callers]


class Doubling:
    """The work of the tests; holds its first group until told, so that others gather behind."""

    def __init__(self, hold: bool = False) -> None:
        self.groups: list[list[int]] = []
        self.at_once = 0
        self.most_at_once = 0
        self.go = threading.Event()
        if not hold:
            self.go.set()

    def __call__(self, items: Sequence[int]) -> list[int | BaseException]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        assert self.go.wait(10)
        self.groups.append(list(items))
        self.at_once -= 1
        return [ValueError(item) if item < 0 else 2 * item for item in items]


def test_each_caller_gets_its_own_result() -> None:
    work = Doubling()
    assert in_threads(Grouped(work), range(64)) == [2 * item for item in range(64)]
    assert sorted(item for group in work.groups for item in group) == list(range(64))
    assert work.most_at_once == 1


def test_a_caller_alone_is_served_at_once() -> None:
    group = Grouped[int, int](Doubling())
    assert [group.put(item) for item in range(5)] == [0, 2, 4, 6, 8]


def gathered(group: Grouped[int, int], items: Sequence[int]) -> list[Caller]:
    """Callers that all wait while a round is at work."""
    callers = [Caller(group, item) for item in items]
    while len(group._waiting) < len(callers):
        pass
    return callers


def test_whoever_comes_during_a_round_shares_the_next() -> None:
    work = Doubling(hold=True)
    group = Grouped[int, int](work, limit=10)
    first = Caller(group, 100)
    while not work.at_once:
        pass
    rest = gathered(group, range(30))
    work.go.set()
    assert first.result() == 200
    assert [one.result() for one in rest] == [2 * item for item in range(30)]
    assert [len(one) for one in work.groups] == [1, 10, 10, 10]


def test_an_error_of_one_is_raised_at_that_one() -> None:
    got = in_threads(Grouped(Doubling()), [1, -2, 3])
    assert (got[0], got[2]) == (2, 6)
    assert isinstance(got[1], ValueError)


def test_an_error_of_the_round_is_raised_at_all_and_the_next_round_works() -> None:
    calls: list[int] = []

    def work(items: Sequence[int]) -> list[int | BaseException]:
        calls.append(len(items))
        if len(calls) == 1:
            raise ConnectionError("down")
        return list(items)

    group = Grouped[int, int](work)
    with pytest.raises(ConnectionError):
        group.put(1)
    assert group.put(2) == 2


def test_a_round_that_answers_too_little_leaves_nobody_waiting() -> None:
    group = Grouped[int, int](lambda items: [])
    got = in_threads(group, range(4))
    assert all(isinstance(one, ValueError) for one in got)


def test_a_leader_that_is_ended_does_not_end_the_others() -> None:
    """A killed greenlet or an interrupted thread takes only itself along."""
    started, go = threading.Event(), threading.Event()
    rounds: list[list[int]] = []

    def work(items: Sequence[int]) -> list[int | BaseException]:
        rounds.append(list(items))
        if len(rounds) == 1:
            started.set()
            assert go.wait(10)
            return list(items)
        if len(rounds) == 2:
            raise KeyboardInterrupt
        return list(items)

    group = Grouped[int, int](work)
    first = Caller(group, 0)
    assert started.wait(10)
    rest = gathered(group, (1, 2, 3))
    go.set()
    assert first.result() == 0
    ended = [one.result() for one in rest]
    assert sum(isinstance(one, KeyboardInterrupt) for one in ended) == 1
    assert sum(isinstance(one, Exception) for one in ended) == 2
    assert Caller(group, 9).result() == 9

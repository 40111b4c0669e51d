"""Two questions to the engine at once: both answers, or one error and nothing left behind."""

from __future__ import annotations

import asyncio
import gc

import pytest

from portal.engine_line import NoAnswer, both


async def _answer(word: str) -> str:
    await asyncio.sleep(0)
    return word


async def _refuse() -> str:
    raise NoAnswer("status 400")


class _Slow:
    """A question whose answer does not come."""

    def __init__(self) -> None:
        self.is_asked = asyncio.Event()
        self.is_ended = False

    async def ask(self) -> str:
        self.is_asked.set()
        try:
            answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            return await answer
        finally:
            self.is_ended = True


def test_both_answers_come_in_the_order_of_the_questions() -> None:
    assert asyncio.run(both(_answer("rest"), _answer("counts"))) == ("rest", "counts")


def test_when_the_first_fails_the_other_is_ended() -> None:
    async def ask() -> None:
        slow = _Slow()

        async def first() -> str:
            await slow.is_asked.wait()
            return await _refuse()

        with pytest.raises(NoAnswer):
            await both(first(), slow.ask())
        assert slow.is_ended

    asyncio.run(ask())


def test_when_the_second_fails_its_error_is_raised() -> None:
    with pytest.raises(NoAnswer):
        asyncio.run(both(_answer("rest"), _refuse()))


def test_when_both_fail_nothing_is_left_unlooked_at(caplog: pytest.LogCaptureFixture) -> None:
    gc.collect()  # what other tests left
    caplog.clear()

    async def refuse_later() -> str:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return await _refuse()

    async def ask() -> None:
        with pytest.raises(NoAnswer):
            await both(refuse_later(), _refuse())

    asyncio.run(ask())
    gc.collect()
    assert "never retrieved" not in caplog.text


def test_who_no_longer_waits_ends_both() -> None:
    async def ask() -> None:
        one, other = _Slow(), _Slow()
        asking = asyncio.create_task(both(one.ask(), other.ask()))
        await one.is_asked.wait()
        await other.is_asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert one.is_ended
        assert other.is_ended

    asyncio.run(ask())

"""Work that could end its process: its tries are counted while it is begun, and only what ended one is left alone."""

import asyncio

import pytest
from sqlalchemy import select

from domain.kit.due import Due
from domain.kit.ids import new_id
from domain.kit.tries import MOST, Try, attempt
from domain.kit.work import OPERATOR, begin
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
KIND = "test"


class Killed(BaseException):
    """The process that was at it is gone."""


class Working:
    """At it until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def __call__(self, *_) -> None:
        self.begun.set()
        await self.go.wait()


@pytest.fixture
def due(cast):
    return Due(cast.practice_id, new_id())


async def begun(house, due):
    async with begin(house, due.practice_id, OPERATOR) as work:
        return await work.session.scalar(select(Try.begun).where(Try.thing_id == due.id))


async def at_work(house, due):
    working = Working()
    task = asyncio.create_task(attempt(house, KIND, due, working))
    async with asyncio.timeout(PATIENCE):
        await working.begun.wait()
    return working, task


async def test_what_takes_longer_than_any_pause_stays_in_hand_and_counted_and_is_not_laid_aside(
    house, sweep_house, due, clock
):
    async def die(*_):
        raise Killed

    async def nobody(*_):
        raise AssertionError

    for _ in range(MOST - 1):
        with pytest.raises(Killed):
            await attempt(sweep_house, KIND, due, die)
        clock.move(minutes=5)
    working, task = await at_work(sweep_house, due)
    for days in (0, 2):
        clock.move(days=days)
        assert await attempt(sweep_house, KIND, due, nobody) is False
        assert await begun(house, due) == MOST
    working.go.set()
    assert await task is True
    assert await begun(house, due) is None


async def test_what_was_stopped_in_good_order_is_no_try_that_ended_its_process(house, sweep_house, due):
    _, task = await at_work(sweep_house, due)
    assert await begun(house, due) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await begun(house, due) is None

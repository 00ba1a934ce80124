import asyncio

import pytest
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from domain.kit.lending import Lender
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio


class Connection:
    """Stands for the driver's connection: what a lender asks of one."""

    def __init__(self) -> None:
        self.closed = self.halfway = False

    def is_closed(self) -> bool:
        return self.closed

    def is_in_transaction(self) -> bool:
        return self.halfway

    def terminate(self) -> None:
        self.closed = True


class Shop:
    def __init__(self, *, size=2, wait=PATIENCE) -> None:
        self.made: list[Connection] = []
        self.failing = False
        self.lender = Lender(self.connect, size=size, wait=wait)

    async def connect(self) -> Connection:
        await asyncio.sleep(0)
        if self.failing:
            raise ConnectionRefusedError
        self.made.append(Connection())
        return self.made[-1]

    @property
    def open(self) -> int:
        return sum(not connection.closed for connection in self.made)


async def test_a_connection_is_made_once_and_lent_again():
    shop = Shop()
    for _ in range(5):
        async with shop.lender.lend():
            pass
    assert len(shop.made) == 1


async def test_never_more_than_its_size_exist_and_everyone_is_served():
    shop, most = Shop(size=3), 0

    async def borrow():
        nonlocal most
        async with shop.lender.lend():
            most = max(most, shop.open)
            await asyncio.sleep(0.001)

    await asyncio.gather(*[borrow() for _ in range(100)])
    assert most == shop.open == 3


async def test_whoever_waits_longest_is_served_first():
    shop, order = Shop(size=1), []

    async def borrow(number):
        async with shop.lender.lend():
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*[borrow(number) for number in range(20)])
    assert order == list(range(20))


async def test_who_waits_too_long_is_told_and_takes_nothing_along():
    shop = Shop(size=1, wait=0.02)
    async with shop.lender.lend():
        with pytest.raises(WaitedTooLong):
            async with shop.lender.lend():
                pass
    async with shop.lender.lend():
        assert shop.open == 1


@pytest.mark.parametrize("state", ["halfway", "closed"])
async def test_a_connection_left_halfway_or_closed_is_not_lent_again(state):
    shop = Shop(size=1)
    async with shop.lender.lend() as connection:
        setattr(connection, state, True)
    async with shop.lender.lend() as another:
        assert another is not connection
    assert shop.open == 1


async def test_waiters_make_a_new_one_when_theirs_was_closed():
    shop, served = Shop(size=1), []

    async def borrow(number):
        async with shop.lender.lend() as connection:
            served.append(number)
            connection.halfway = number == 0
            await asyncio.sleep(0)

    await asyncio.gather(*[borrow(number) for number in range(5)])
    assert served == [0, 1, 2, 3, 4]
    assert shop.open == 1


async def test_a_database_that_is_away_uses_up_no_place():
    shop = Shop(size=1)
    shop.failing = True
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            async with shop.lender.lend():
                pass
    shop.failing = False
    async with shop.lender.lend():
        assert shop.open == 1


@pytest.mark.parametrize("seed", range(20))
async def test_whoever_goes_away_at_any_moment_takes_no_place_along(seed):
    shop = Shop(size=2)

    async def borrow(number):
        async with shop.lender.lend() as connection:
            connection.halfway = number % 7 == 0
            await asyncio.sleep(0)
            connection.halfway = False

    tasks = [asyncio.create_task(borrow(number)) for number in range(40)]
    for steps, task in enumerate(tasks):
        if (steps * 7 + seed) % 3 == 0:
            await asyncio.sleep(0)
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(PATIENCE), shop.lender.lend(), shop.lender.lend():
        assert shop.open == 2

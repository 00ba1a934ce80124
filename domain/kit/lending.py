"""The driver's own connections for reads, lent in the order of asking.

A pool that lets a newcomer snatch what was just given back, as a queue with waiters does, makes the unluckiest of a
hundred wait thirty times as long as the usual one; here whoever waits longest is served next.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.exc import TimeoutError as WaitedTooLong

Turn = asyncio.Future[Any]


class Lender:
    """At most `size` connections, made by `connect` when they are first needed; after `wait` seconds it gives up."""

    def __init__(self, connect: Callable[[], Awaitable[Any]], *, size: int, wait: float) -> None:
        self._connect, self._size, self._wait = connect, size, wait
        self._count = 0  # of those that exist, are being made, or may be made by whoever was told so
        self._free: list[Any] = []
        self._lent: set[Any] = set()
        self._turns: deque[Turn] = deque()

    @asynccontextmanager
    async def lend(self) -> AsyncGenerator[Any]:
        connection = await self._take()
        self._lent.add(connection)
        try:
            yield connection
        finally:
            self._lent.discard(connection)
            self._give_back(connection)

    async def _take(self) -> Any:
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():  # the server may have closed it meanwhile
                return connection
            self._count -= 1
        if self._count < self._size:
            self._count += 1
            return await self._make()
        connection = await self._wait_for_turn()
        return await self._make() if connection is None else connection

    async def _make(self) -> Any:
        try:
            return await self._connect()
        except BaseException:
            self._drop()
            raise

    async def _wait_for_turn(self) -> Any:
        """A connection, or None: then there is room to make one."""
        turn: Turn = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        try:
            async with asyncio.timeout(self._wait):
                return await turn
        except TimeoutError as error:
            self._let_pass(turn)
            raise WaitedTooLong from error
        except asyncio.CancelledError:
            self._let_pass(turn)
            raise

    def _let_pass(self, turn: Turn) -> None:
        """Where the turn came in the very moment in which it was given up, the next may have it."""
        if not turn.done():
            turn.cancel()
        elif not turn.cancelled():
            self._drop() if turn.result() is None else self._give_back(turn.result())

    def _give_back(self, connection: Any) -> None:
        """Whoever left halfway may have left it in the middle of a transaction: then it is closed, not lent again."""
        if connection.is_closed() or connection.is_in_transaction():
            connection.terminate()
            self._drop()
        elif not self._pass_on(connection):
            self._free.append(connection)

    def _drop(self) -> None:
        if not self._pass_on(None):
            self._count -= 1

    def _pass_on(self, connection: Any) -> bool:
        """Give it to whoever waits longest; None tells that one may be made."""
        while self._turns:
            turn = self._turns.popleft()
            if not turn.done():
                turn.set_result(connection)
                return True
        return False

    def close(self) -> None:
        """Close all of them at once, lent ones too."""
        for connection in (*self._free, *self._lent):
            connection.terminate()
        self._count -= len(self._free)
        self._free.clear()

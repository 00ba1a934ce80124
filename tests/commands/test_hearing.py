"""What a serving process does when the database tells it something."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from commands.clock import ShiftedClock
from commands.opening import Opened
from commands.serving import hearing
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("test_mode", "offset"), [(True, timedelta(hours=1)), (False, timedelta())])
async def test_the_clock_can_be_moved_in_test_mode_alone(house, database, test_mode, offset):
    opened = Opened(house, house, ShiftedClock(), database)
    heard = asyncio.Event()

    class Waking:
        def wake(self) -> None:
            heard.set()

    async with hearing(opened, Waking(), test_mode=test_mode):
        await asyncio.wait_for(heard.wait(), PATIENCE)  # it looks once as soon as it listens
        heard.clear()
        async with house.sessions.begin() as session:
            await session.execute(text("SELECT pg_notify('krachtlijn_clock', '3600')"))
        await asyncio.wait_for(heard.wait(), PATIENCE)
    assert opened.clock.offset == offset

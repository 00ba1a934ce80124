"""The sweeps of the product: what wakes them, and that they rest."""

import asyncio

import pytest
from sqlalchemy import text

from domain.kit.ids import new_id
from domain.kit.watching import CLOCK, listen
from domain.kit.work import SCHEDULER, begin
from domain.messaging import Language, MemoryMailer, Recipient, SenderSettings, post
from scheduler.main import SWEEPS
from scheduler.sweep import Tools, run
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio


@pytest.fixture
def tools(sweep_house) -> Tools:
    return Tools(sweep_house, MemoryMailer(), SenderSettings(base_url="http://test", from_address="a@example.be"))


class Heard:
    """What the database tells while the test runs."""

    def __init__(self, house) -> None:
        self.house, self.told, self.more = house, [], asyncio.Event()

    def hear(self, channel, payload) -> None:
        self.told.append((channel, payload))
        self.more.set()

    async def so_far(self) -> list[str]:
        """Which channels told something since the last look. They tell in the order of the commits: all is heard once
        what is told here is.
        """
        mark = (CLOCK, str(new_id()))
        async with self.house.sessions.begin() as session:
            await session.execute(text("SELECT pg_notify(:channel, :mark)"), {"channel": CLOCK, "mark": mark[1]})
        async with asyncio.timeout(PATIENCE):
            while mark not in self.told:
                self.more.clear()
                await self.more.wait()
        channels = [channel for channel, _ in self.told[: self.told.index(mark)]]
        del self.told[: self.told.index(mark) + 1]
        return channels


@pytest.fixture
async def heard(database, house):
    heard = Heard(house)
    task = asyncio.create_task(listen(database, heard.hear))
    await heard.more.wait()  # the first is the listener's own, after it connected
    yield heard
    task.cancel()


async def test_sweeps_with_nothing_to_do_wake_nobody(quiet, tools, heard):
    await heard.so_far()
    for sweep in SWEEPS:
        outcome = await run(sweep, tools)
        assert (sweep.name, outcome.done, outcome.failed) == (sweep.name, 0, 0)
    assert await heard.so_far() == []


async def test_a_new_message_wakes_the_schedulers_once_its_transaction_commits(quiet, tools, heard, house, cast):
    await heard.so_far()
    async with begin(house, cast.practice_id, SCHEDULER) as work:
        for number in range(3):
            post(work, "invitation", Recipient(cast.practice_id, f"n{number}@example.org", Language.NL))
        await work.session.flush()
        assert await heard.so_far() == []
    assert await heard.so_far() == ["krachtlijn_due"]


async def test_every_sweep_leaves_a_heartbeat_of_its_own():
    assert len({sweep.name for sweep in SWEEPS}) == len(SWEEPS)

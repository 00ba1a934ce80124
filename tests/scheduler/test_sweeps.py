"""The sweeps of the product: what wakes them, and that they rest."""

import asyncio

import pytest

from domain.kit.watching import listen
from domain.kit.work import SCHEDULER, begin
from domain.messaging import Language, MemoryMailer, Recipient, SenderSettings, post
from scheduler.main import SWEEPS
from scheduler.sweep import Tools, run

pytestmark = pytest.mark.anyio


@pytest.fixture
def tools(sweep_house) -> Tools:
    return Tools(sweep_house, MemoryMailer(), SenderSettings(base_url="http://test", from_address="a@example.be"))


@pytest.fixture
async def heard(database):
    """What the database tells while the test runs; the first is the listener's own, after it connected."""
    told, connected = [], asyncio.Event()

    def hear(channel, payload):
        told.append(channel)
        connected.set()

    task = asyncio.create_task(listen(database, hear))
    await connected.wait()
    told.clear()
    yield told
    task.cancel()


async def test_sweeps_with_nothing_to_do_wake_nobody(quiet, tools, heard):
    for sweep in SWEEPS:
        outcome = await run(sweep, tools)
        assert (sweep.name, outcome.done, outcome.failed) == (sweep.name, 0, 0)
    await asyncio.sleep(0.3)
    assert heard == []


async def test_a_new_message_wakes_the_schedulers_once_its_transaction_commits(quiet, tools, heard, house, cast):
    await asyncio.sleep(0.1)
    heard.clear()
    async with begin(house, cast.practice_id, SCHEDULER) as work:
        for number in range(3):
            post(work, "invitation", Recipient(cast.practice_id, f"n{number}@example.org", Language.NL))
        await work.session.flush()
        assert heard == []
    await asyncio.sleep(0.3)
    assert heard == ["krachtlijn_due"]


async def test_every_sweep_leaves_a_heartbeat_of_its_own():
    assert len({sweep.name for sweep in SWEEPS}) == len(SWEEPS)

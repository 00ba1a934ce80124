"""The watch, with sweeps of its own: when they run, and what a failure does."""

import asyncio
from datetime import timedelta

import pytest

from domain.kit.installation import heartbeats
from domain.messaging import MemoryMailer, SenderSettings
from scheduler import watch as watching
from scheduler.sweep import Outcome, Sweep, Tools, run, seconds_until_due
from scheduler.watch import Watch
from tests.patience import PATIENCE, eventually

pytestmark = pytest.mark.anyio


@pytest.fixture
def tools(sweep_house) -> Tools:
    return Tools(sweep_house, MemoryMailer(), SenderSettings(base_url="http://test", from_address="a@example.be"))


async def test_a_sweep_runs_at_the_start_and_again_when_something_is_due(tools, clock):
    ran = []
    due = [clock.now + timedelta(seconds=0.3), None]

    async def act(_):
        ran.append(asyncio.get_running_loop().time())
        return Outcome(1)

    async def next_due(_):
        return due.pop(0) if due else None

    watch = Watch([Sweep("test due", 10 * PATIENCE, act, next_due)], tools)
    watch.start()
    await eventually(lambda: len(ran) == 2)
    await watch.close()
    assert ran[1] - ran[0] > 0.25


async def test_waking_brings_a_sweep_forward_even_while_it_runs(tools):
    ran, go = [], asyncio.Event()

    async def act(_):
        ran.append(1)
        await go.wait()
        return Outcome()

    watch = Watch([Sweep("test wake", 60, act)], tools)
    watch.start()
    await eventually(lambda: ran)
    watch.wake()
    go.set()
    await eventually(lambda: len(ran) == 2)
    await watch.close()


async def beats_of(tools):
    async with tools.house.sessions() as session:
        return {beat.sweep: beat for beat in await heartbeats(session)}


async def test_a_failing_sweep_leaves_its_error_in_its_heartbeat_and_stops_no_other(tools, monkeypatch):
    monkeypatch.setattr(watching, "FAILURE_PAUSE", PATIENCE)

    async def fail(_):
        raise RuntimeError("private text must not be kept")

    calm = []

    async def act(_):
        calm.append(1)
        return Outcome(3)

    watch = Watch([Sweep("test failing", 60, fail), Sweep("test calm", 60, act)], tools)
    watch.start()
    async with asyncio.timeout(PATIENCE):
        while not (beats := await beats_of(tools)).keys() >= watch.sweeps.keys():  # noqa: ASYNC110 - nor has this
            await asyncio.sleep(0.02)
    await watch.close()
    assert beats["test failing"].failed == 1
    assert beats["test failing"].last_error == "RuntimeError"
    assert beats["test calm"].done == 3


async def test_a_sweep_that_cannot_even_tell_when_it_is_due_runs_again(tools, monkeypatch, caplog):
    monkeypatch.setattr(watching, "FAILURE_PAUSE", 0.05)
    ran = []

    async def act(_):
        ran.append(1)
        return Outcome()

    async def unforeseen(_):
        raise ArithmeticError("nobody thought of this")

    watch = Watch([Sweep("test unforeseen", 60, act, unforeseen)], tools)
    watch.start()
    await eventually(lambda: len(ran) >= 3)
    await watch.close()
    assert "ArithmeticError" in caplog.text


async def test_a_sweep_waits_for_the_earliest_due_moment_and_never_longer_than_its_tick(tools, clock):
    def due_in(seconds):
        async def next_due(_):
            return clock.now + timedelta(seconds=seconds)

        return next_due

    assert await seconds_until_due(Sweep("a", 60, run, due_in(7)), tools.house) == 7
    assert await seconds_until_due(Sweep("a", 60, run, due_in(7000)), tools.house) == 60
    assert await seconds_until_due(Sweep("a", 60, run, due_in(-7)), tools.house) == 0


async def test_closing_lets_a_running_sweep_come_to_its_end_and_begins_no_other(tools):
    began, ended, go = [], [], asyncio.Event()

    async def act(_):
        began.append(1)
        await go.wait()
        ended.append(1)
        return Outcome(1)

    watch = Watch([Sweep("test closing", 60, act)], tools)
    watch.start()
    await eventually(lambda: began)
    closing = asyncio.create_task(watch.close())
    await asyncio.sleep(0.05)
    assert not closing.done()
    watch.wake()
    go.set()
    await closing
    assert (began, ended) == ([1], [1])


async def test_closing_cuts_off_what_takes_too_long_and_waits_until_it_has_left_all_in_order(tools, monkeypatch):
    monkeypatch.setattr(watching, "GRACE_SECONDS", 0.01)
    began, left = [], []

    async def act(_):
        began.append(1)
        try:
            await asyncio.Event().wait()
        finally:
            await beats_of(tools)
            left.append(1)

    watch = Watch([Sweep("test cut off", 60, act)], tools)
    watch.start()
    await eventually(lambda: began)
    await watch.close()
    assert left == [1]
